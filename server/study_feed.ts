/** Tells the page of a study what has changed of it and of its trials. */
import type { TrialRow } from "../lib/store/study_store.ts";
import { type ChangeFeed, createChangeFeed } from "./change_feed.ts";
import type { StudyNow, StudyReader } from "./study_reader.ts";
import type { StudyHead } from "./study_summary.ts";

/** All trials, or those that changed; null for a study that is there no more. */
export interface StudyMessage {
  readonly t: "all" | "changed";
  readonly version: number;
  readonly study: StudyHead | null;
  readonly trials: readonly TrialRow[];
}

/** Whether a trial stands otherwise than before. */
const differs = (a: TrialRow, b: TrialRow): boolean =>
  a.step !== b.step || a.state !== b.state || a.token !== b.token || a.run !== b.run ||
  a.best?.value !== b.best?.value || a.because !== b.because || a.worker !== b.worker;

/** What a page that has `before` is told. */
export function studyMessage(before: StudyNow | null, now: StudyNow | null): StudyMessage {
  if (now === null) return { t: "all", version: 0, study: null, trials: [] };
  const { version, head: study, trials } = now;
  // one that was removed and added again is another
  if (before?.head.created !== study.created) return { t: "all", version, study, trials };
  const had = new Map(before.trials.map((trial) => [trial.number, trial]));
  const changed = trials.filter((trial) => {
    const was = had.get(trial.number);
    return was === undefined || differs(was, trial);
  });
  return { t: "changed", version, study, trials: changed };
}

/** A study, or that there is none, as one state of a feed. */
interface Followed {
  readonly now: StudyNow | null;
}

/** @param name of the study */
export function createStudyFeed(
  reader: () => Promise<StudyReader>,
  name: string,
  everyMs?: number,
): ChangeFeed<void> {
  let last: Followed = { now: null };
  return createChangeFeed<Followed, void>({
    async now() {
      const now = await (await reader()).study(name);
      return last.now === now ? last : last = { now };
    },
    has(request, { now }) {
      return now !== null && new URL(request.url).searchParams.get("version") === String(now.version);
    },
    message: (before, { now }) => studyMessage(before?.now ?? null, now),
    everyMs,
  });
}
