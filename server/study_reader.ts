/** Reads studies for the pages: again only when something changed, and trials only of the studies that did. */
import type { Trajectory } from "../lib/curves/trajectory.ts";
import type { Store } from "../lib/store/store.ts";
import type { StudyRow, TrialRow, WorkerRow } from "../lib/store/study_store.ts";
import type { Space } from "../lib/studies/space.ts";
import { type StudyHead, studySummary } from "./study_summary.ts";

/** A study as it was at one version of the store. Another look that finds the same gives the same object. */
export interface StudyNow {
  /** rises with every change that was read of it */
  readonly version: number;
  readonly head: StudyHead;
  readonly trials: readonly TrialRow[];
}
export interface Studies {
  /** newest first */
  readonly studies: readonly StudyNow[];
  readonly workers: readonly WorkerRow[];
}

export interface StudyReader {
  all(): Promise<Studies>;
  /** null where there is none of this name */
  study(name: string): Promise<StudyNow | null>;
  /** null for a trial of which nothing is recorded */
  trajectory(run: string): Promise<Trajectory | null>;
}

/** What is needed of a store. */
export type ReadableStudies = Pick<Store, "version" | "trajectory" | "studies">;

/** A worker that dies changes nothing in the store: studies with running trials are looked at again after this time. */
const AGAIN_MS = 3_000;

/**
 * @param clock milliseconds; default that of the machine
 * @example
 * ```ts ignore
 * const { studies, workers } = await createStudyReader(store).all();
 * ```
 */
export function createStudyReader(store: ReadableStudies, clock = Date.now): StudyReader {
  const kept = new Map<string, { readonly key: string; readonly looked: number; readonly now: StudyNow }>();
  let rows:
    | { readonly version: number; readonly looked: number; readonly rows: readonly StudyRow[] }
    | undefined;
  let last: { readonly key: string; readonly all: Studies } | undefined;
  let versions = clock(); // those of a reader before it, which pages may still have, were lower

  async function listed(): Promise<readonly StudyRow[]> {
    const version = await store.version(); // asked first: a change in between is read once more the next time
    const mayHaveDied = rows?.rows.some(({ counts }) => counts.running > 0) &&
      clock() - rows.looked > AGAIN_MS;
    if (rows?.version === version && !mayHaveDied) return rows.rows;
    const read = await store.studies.list();
    rows = { version, looked: clock(), rows: read };
    const names = new Set(read.map(({ name }) => name));
    for (const name of kept.keys()) if (!names.has(name)) kept.delete(name);
    return read;
  }

  async function read(row: StudyRow): Promise<StudyNow> {
    const { plan, ...rest } = row, key = JSON.stringify(rest), before = kept.get(row.name);
    const again = row.counts.running > 0 && clock() - (before?.looked ?? 0) > AGAIN_MS;
    if (before?.key === key && !again) return before.now;
    const trials = await store.studies.trials(row.name);
    const same = before?.key === key && JSON.stringify(before.now.trials) === JSON.stringify(trials);
    const space = before?.now.head.created === row.created ? before.now.head.space : await spaceOf(plan);
    const now = same
      ? before.now
      : { version: ++versions, head: { ...studySummary(row, trials), space }, trials };
    kept.set(row.name, { key, looked: clock(), now });
    return now;
  }

  return {
    async all() {
      const studies: StudyNow[] = [];
      for (const row of await listed()) studies.push(await read(row));
      const workers = await store.studies.workers();
      const key = JSON.stringify([studies.map(({ version }) => version), workers]);
      if (last?.key !== key) last = { key, all: { studies, workers } };
      return last.all;
    },
    async study(name) {
      const row = (await listed()).find((each) => each.name === name);
      return row === undefined ? null : await read(row);
    },
    trajectory: (run) => store.trajectory(run),
  };
}

/** What was searched; null where the plan is of another program's version. */
async function spaceOf(plan: string): Promise<Space | null> {
  const { studyWithoutData } = await import("../lib/studies/kept_study.ts"); // late: the server listens before it is needed
  try {
    return studyWithoutData(plan).space;
  } catch {
    return null;
  }
}
