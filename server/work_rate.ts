/** How fast trials are trained. Pure: the page of a study counts as the server does. */
import type { TrialRow } from "../lib/store/study_store.ts";

type Timed = Pick<TrialRow, "state" | "step" | "began" | "ended">;

/** What was done in a stretch of time. */
export interface Work {
  /** trials that ended in it */
  readonly trials: number;
  /** updates; those of one trial are taken as evenly spread from its beginning to its end */
  readonly updates: number;
}

export const MINUTE_MS = 60_000;

/** States in which a trial has come to an end. */
export const hasEnded = (state: TrialRow["state"]): boolean => state !== "waiting" && state !== "running";

/**
 * What was done from each moment to the next.
 * @param edges milliseconds since 1970, ascending: one more than the stretches
 * @param now a running trial has made its updates by then
 * @example
 * ```ts
 * import { workBetween } from "./work_rate.ts";
 * const trial = { state: "done" as const, step: 100, began: 0, ended: 10 };
 * const [first] = workBetween([trial], [0, 5, 10], 10); // { trials: 0, updates: 50 }
 * ```
 */
export function workBetween(trials: Iterable<Timed>, edges: readonly number[], now: number): Work[] {
  const ended = new Array<number>(edges.length - 1).fill(0), updates = ended.slice();
  const first = edges[0], last = edges.at(-1)!;
  for (const { state, step, began, ended: at } of trials) {
    const end = at ?? (state === "running" ? now : null);
    if (began === null || end === null || end < first || began > last) continue;
    for (let i = 0; i < ended.length; i++) {
      const from = Math.max(began, edges[i]), to = Math.min(end, edges[i + 1]);
      if (to > from) updates[i] += step * (to - from) / (end - began);
      else if (end === began && end > edges[i] && end <= edges[i + 1]) updates[i] += step;
      if (at !== null && at > edges[i] && at <= edges[i + 1]) ended[i]++;
    }
  }
  return ended.map((trials, i) => ({ trials, updates: updates[i] }));
}

/** Looked back for the rate of now. */
const BACK_MS = 10 * MINUTE_MS;

export interface WorkRate {
  readonly trialsPerMinute: number;
  readonly updatesPerMinute: number;
}

/** The rate of the last ten minutes, or since the first trial began; null where nothing was done in them. */
export function workRate(trials: readonly Timed[], now: number): WorkRate | null {
  const begun = trials.flatMap(({ began }) => began ?? []);
  const from = Math.max(now - BACK_MS, begun.reduce((least, each) => Math.min(least, each), now));
  if (from >= now) return null;
  const [{ trials: ended, updates }] = workBetween(trials, [from, now], now);
  const minutes = (now - from) / MINUTE_MS;
  return updates === 0 && ended === 0
    ? null
    : { trialsPerMinute: ended / minutes, updatesPerMinute: updates / minutes };
}
