/** Who trains, what waits, how fast it goes and what failed: of all studies of a store. Pure. */
import type { WorkerRow } from "../lib/store/study_store.ts";
import type { Studies, StudyNow } from "./study_reader.ts";
import type { StudySummary } from "./study_summary.ts";
import { MINUTE_MS, type Work, workBetween } from "./work_rate.ts";

/** A trial that failed or diverged. */
export interface Failure {
  readonly study: string;
  readonly trial: number;
  readonly name: string;
  readonly state: "failed" | "diverged";
  readonly because: string;
  readonly run: string | null;
  readonly worker: string | null;
  /** milliseconds since 1970 */
  readonly ended: number | null;
}
/** Plain data. */
export interface FleetState {
  /** newest first */
  readonly studies: readonly StudySummary[];
  /** the living first */
  readonly workers: readonly WorkerRow[];
  /** of each of the last minutes, the newest last; `until` ends the newest, milliseconds since 1970 */
  readonly work: { readonly until: number; readonly minutes: readonly Work[] };
  /** the newest few, and how many there are */
  readonly failures: readonly Failure[];
  readonly failed: number;
}

/** Minutes of work that are shown. */
export const MINUTES = 60;
/** Failures that are shown. */
const MOST_FAILURES = 50;

function failuresOf({ head: { name: study, counts }, trials }: StudyNow): Failure[] {
  if (counts.failed + counts.diverged === 0) return [];
  return trials.flatMap(({ number, name, state, because, run, worker, ended }) =>
    state === "failed" || state === "diverged"
      ? [{ study, trial: number, name, state, because, run, worker, ended }]
      : []
  );
}

/**
 * @param now by the clock of the store, as near as it is known
 * @example
 * ```ts ignore
 * const { workers, failures } = fleetState(await reader.all(), Date.now());
 * ```
 */
export function fleetState({ studies, workers }: Studies, now: number): FleetState {
  // whole minutes, so that a bar that is over stays as it is
  const until = Math.ceil(now / MINUTE_MS) * MINUTE_MS, since = until - MINUTES * MINUTE_MS;
  const edges = Array.from({ length: MINUTES + 1 }, (_, i) => since + i * MINUTE_MS);
  const late = studies.filter(({ head }) => head.updated >= since).flatMap(({ trials }) => trials);
  const failures = studies.flatMap(failuresOf).sort((a, b) => (b.ended ?? 0) - (a.ended ?? 0));
  return {
    studies: studies.map(({ head: { space: _space, ...summary } }) => summary),
    workers,
    work: { until, minutes: workBetween(late, edges, now) },
    failures: failures.slice(0, MOST_FAILURES),
    failed: failures.length,
  };
}
