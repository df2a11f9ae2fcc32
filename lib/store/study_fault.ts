/** What a store of studies refuses. */

/** There is no such study. */
export class UnknownStudy extends Error {
  override readonly name = "UnknownStudy";
  /** @param known names of those that are there */
  constructor(readonly study: string, known: readonly string[]) {
    const shown = known.slice(0, 10).join(", "), more = known.length > 10 ? `, … ${known.length} in all` : "";
    super(`unknown study: ${study} (has ${known.length === 0 ? "none" : shown + more})`);
  }
}

/** Another study has this name. */
export class StudyExists extends Error {
  override readonly name = "StudyExists";
  constructor(readonly study: string) {
    super(`study exists: ${study} (with another plan): name this one otherwise, or remove that one`);
  }
}

/** A worker trains one of its trials now. */
export class StudyBeingTrained extends Error {
  override readonly name = "StudyBeingTrained";
  constructor(readonly study: string, readonly pid: number) {
    super(`study being trained: ${study} (by process ${pid}): pause it, or stop its workers`);
  }
}

/** The right to train a trial has gone to another worker, or the trial has ended or was removed. */
export class LostClaim extends Error {
  override readonly name = "LostClaim";
  /** @param now how the trial stands; null when it is not there any more */
  constructor(
    { study, trial, token }: { readonly study: string; readonly trial: number; readonly token: number },
    now: { readonly state: string; readonly token: number } | null,
  ) {
    const why = now === null
      ? "it was removed"
      : now.token === token && now.state === "running"
      ? "its study was removed, and another has its name"
      : now.token === token
      ? `it is ${now.state}`
      : `claimed ${now.token} times, last by another worker`;
    super(`lost claim: trial ${trial} of ${study}, claim ${token} (${why}): claim the next`);
  }
}
