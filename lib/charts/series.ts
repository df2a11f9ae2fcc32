/** What is drawn of one metric over several seeds: the median and its range, or the seeds themselves. */
import { axisValues } from "../curves/axis.ts";
import { band } from "../curves/band.ts";
import { bestRow } from "../curves/best.ts";
import type { Axis, Trajectory } from "../curves/trajectory.ts";
import type { Mode } from "../criteria/criterion.ts";

/** From this many seeds on, a median with its range says more than the lines. */
export const ENOUGH_FOR_BAND = 3;

export interface Line {
  readonly x: Float64Array;
  readonly y: Float64Array;
}
export interface Place {
  readonly step: number;
  readonly x: number;
  readonly y: number;
}
export interface Series {
  /** seeds with an evaluation, without those that diverged unless all did */
  readonly seeds: number;
  /** one row per step at which any seed was evaluated */
  readonly step: Float64Array;
  readonly x: Float64Array;
  readonly middle: Float64Array;
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** the median is drawn: three seeds at least */
  readonly banded: boolean;
  /** the middle where enough seeds reach, NaN elsewhere */
  readonly median: Line;
  /** seeds drawn by themselves: all below three, otherwise those that go on where too few others do */
  readonly singles: readonly Line[];
  /** best of the middle, the earliest of equals */
  readonly best: Place | null;
  /** last finite value of each seed that diverged */
  readonly diverged: readonly Place[];
}

/**
 * Gathers a metric of several trajectories; those without an evaluation are left out. Runs that diverged are drawn
 * by themselves: a median with them would be that of another training.
 */
export function seriesOf(
  trajectories: readonly Trajectory[],
  metric: string,
  mode: Mode,
  axis: Axis,
): Series {
  const runs = trajectories.filter((run) => run.evaluations.metrics[metric]?.some(Number.isFinite));
  const lost = runs.filter((run) => run.end === "diverged");
  const sound = lost.length < runs.length ? runs.filter((run) => run.end !== "diverged") : runs;
  const found = band(sound, metric);
  const { step, median: middle, min: low, max: high, seeds } = found;
  const x = axisValues(found, axis);
  const banded = sound.length >= ENOUGH_FOR_BAND;
  // A median over a handful of what remains of many seeds would jump, and mislead.
  const quorum = banded ? Math.max(ENOUGH_FOR_BAND, Math.ceil(sound.length / 2)) : 1;
  const drawn = Float64Array.from(middle, (value, row) => seeds[row] >= quorum ? value : NaN);
  const lastDrawn = banded ? step[drawn.findLastIndex(Number.isFinite)] ?? 0 : 0;
  const apart = sound === runs ? [] : lost.map((run) => lineFrom(run, metric, axis, 0));
  return {
    seeds: sound.length,
    step,
    x,
    middle,
    low,
    high,
    banded,
    median: { x, y: drawn },
    singles: [
      ...sound.map((run) => lineFrom(run, metric, axis, lastDrawn)).filter((line) => line.x.length > 0),
      ...apart,
    ],
    best: placeAt(bestRow(drawn, mode), step, x, drawn)[0] ?? null,
    diverged: lost.flatMap((run) => lastFinite(run, metric, axis)),
  };
}

/** The drawn middle at x, interpolated between evaluations, the last one after them; null before the first. */
export function valueAt({ x, middle }: Series, at: number): number | null {
  const next = x.findIndex((value) => value >= at);
  if (next < 0) return x.length > 0 && Number.isFinite(middle.at(-1)) ? middle.at(-1)! : null;
  if (next === 0 && at < x[0]) return null;
  if (x[next] === at) return Number.isFinite(middle[next]) ? middle[next] : null;
  const share = (at - x[next - 1]) / (x[next] - x[next - 1]);
  const value = middle[next - 1] + share * (middle[next] - middle[next - 1]);
  return Number.isFinite(value) ? value : null;
}

/** The row whose x is nearest. */
export function nearestRow({ x }: Series, at: number): number {
  let nearest = 0;
  for (let row = 1; row < x.length; row++) {
    if (Math.abs(x[row] - at) < Math.abs(x[nearest] - at)) nearest = row;
  }
  return nearest;
}

/** One seed's line from the evaluation at `step` on; nothing when it ends there. */
function lineFrom({ evaluations }: Trajectory, metric: string, axis: Axis, step: number): Line {
  const first = evaluations.step.findIndex((value) => value >= step);
  const rest = first < 0 || step > 0 && first >= evaluations.step.length - 1;
  const [from, to] = rest ? [0, 0] : [first, evaluations.step.length];
  return { x: evaluations[axis].subarray(from, to), y: evaluations.metrics[metric].subarray(from, to) };
}

function lastFinite({ evaluations }: Trajectory, metric: string, axis: Axis): Place[] {
  const values = evaluations.metrics[metric];
  return placeAt(
    values.findLastIndex(Number.isFinite),
    evaluations.step,
    axisValues(evaluations, axis),
    values,
  );
}

/** The place of a row; none for row −1. */
function placeAt(row: number, step: Float64Array, x: Float64Array, y: Float64Array): Place[] {
  return row < 0 ? [] : [{ step: step[row], x: x[row], y: y[row] }];
}
