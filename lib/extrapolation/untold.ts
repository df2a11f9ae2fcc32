/** When a curve does not tell how it goes on, and why. */
import { countedText, countText } from "../durations.ts";
import { between, type Points } from "./curve.ts";
import { type Trend, trendOf } from "./trend.ts";

/**
 * `few`: too few evaluations; `still`: they are all the same; `warming`: it has just begun to get better; `turned`: it has
 * grown worse since its best, for six evaluations or more; `faster`: it gains faster and faster; `far`: asked about
 * further than was ever measured; `noisy`: the band would be wider than all that was recorded.
 */
export type WhyUntold = "few" | "still" | "warming" | "turned" | "faster" | "far" | "noisy";

/** Plain data. */
export interface Untold {
  readonly told: false;
  readonly why: WhyUntold;
  /** part of a sentence: `it has grown worse since its best at 400` */
  readonly because: string;
}

export const untold = (why: WhyUntold, because: string): Untold => ({ told: false, why, because });

/** A fit of two numbers to fewer points says nothing of its own error. */
export const FEWEST = 6;
/** A curve that warms up grows worse from the first: its best before is among so many. */
const AT_ONCE = 3;
/** A slope of so many standard errors is one. */
const CLEAR = 2;

/**
 * The points of a curve from where it began to get better, or why it cannot be extrapolated. Families that only fall, and
 * slower and slower, say nothing of a curve that has turned (overfitting), or that gains faster and faster (a warm-up, a
 * decay of the rate).
 */
export function begun(points: Points): Points | Untold {
  const { x, y } = points, of = y.length;
  if (of < FEWEST) return untold("few", `it has ${countedText(of, "evaluation")} (at least ${FEWEST})`);
  const worst = lastOf(y, Math.max(...y));
  if (y.every((value) => value === y[worst])) {
    return untold("still", `its ${countedText(of, "evaluation")} are all the same`);
  }
  const rise = between(points, 0, worst + 1), lowest = lastOf(rise.y, Math.min(...rise.y));
  const rises = lowest < AT_ONCE && isClear(trendOf(rise.x, rise.y), 1);
  if (rises && of - worst < FEWEST) {
    return untold("warming", `it has grown better only since ${countText(x[worst])}`);
  }
  const rest = rises ? between(points, worst) : points, bottom = lastOf(rest.y, Math.min(...rest.y));
  const since = between(rest, bottom + 1);
  if (since.x.length >= FEWEST && isClear(trendOf(since.x, since.y), 1)) {
    return untold("turned", `it has grown worse since its best at ${countText(rest.x[bottom])}`);
  }
  const half = rest.x.length >> 1;
  const early = trendOf(rest.x.slice(0, half), rest.y.slice(0, half));
  const late = trendOf(rest.x.slice(half), rest.y.slice(half));
  if (isClear(late, -1) && early !== null && isSteeper(late!, early)) {
    return untold("faster", "it gains faster and faster");
  }
  return rest;
}

/** Whether a trend goes one way, 1 up and −1 down, by more than its error explains. */
const isClear = (trend: Trend | null, way: 1 | -1): boolean =>
  trend !== null && way * trend.slope > CLEAR * trend.error;

const isSteeper = (late: Trend, early: Trend): boolean =>
  early.slope - late.slope > CLEAR * Math.hypot(early.error, late.error);

const lastOf = (values: readonly number[], value: number): number => values.lastIndexOf(value);
