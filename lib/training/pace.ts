/** How fast a training goes, for the time left: steadied, because trainings may take turns in one process. */

/** Milliseconds over which updates are counted. */
const WINDOW = 1000;

/** Plain data. */
export interface Pace {
  /** when the window began: milliseconds of a monotonic clock */
  readonly since: number;
  /** updates applied by then */
  readonly step: number;
  /** 0 until the first window has passed */
  readonly updatesPerSecond: number;
}

/**
 * The pace at a moment: the same until a second has passed, then halfway to what that second showed.
 *
 * @param now milliseconds of the clock that `since` is of
 *
 * @example
 * ```ts
 * import { paced } from "./pace.ts";
 * paced({ since: 0, step: 0, updatesPerSecond: 0 }, 2000, 900).updatesPerSecond; // 450
 * ```
 */
export function paced(pace: Pace, now: number, step: number): Pace {
  const passed = now - pace.since;
  if (passed < WINDOW) return pace;
  const shown = (step - pace.step) / passed * 1000;
  const before = pace.updatesPerSecond;
  return { since: now, step, updatesPerSecond: before > 0 ? (before + shown) / 2 : shown };
}
