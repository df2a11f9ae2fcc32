/** A curve with what is extrapolated of it. */
import * as Plot from "@observablehq/plot";
import type { Markish } from "@observablehq/plot";
import type { Metric, Mode } from "../criteria/criterion.ts";
import { minmax } from "../curves/downsample.ts";
import type { Trajectory } from "../curves/trajectory.ts";
import { bandsHeld } from "../extrapolation/bands_held.ts";
import { boundsOf, cutTo } from "../extrapolation/bounds.ts";
import { fitCurve } from "../extrapolation/fit_curve.ts";
import { predicted, type Told } from "../extrapolation/predicted.ts";
import { type Untold, untold } from "../extrapolation/untold.ts";
import { blocks } from "./blocks.ts";
import type { Chart, Size } from "./chart.ts";
import { countTick, decimals, percent, thousands } from "./format.ts";
import { note } from "./frame.ts";
import { namedAxis, stepTicks } from "./named_axis.ts";
import { INK, INK_3 } from "./palette.ts";
import { type Series, seriesOf, valueAt } from "./series.ts";
import { yDomain } from "./y_domain.ts";

export interface ExtrapolatedCurveOptions {
  readonly trajectory: Trajectory;
  readonly metric: Metric;
  readonly mode: Mode;
  /** the step up to which it is extrapolated, at most three times as far as recorded */
  readonly to: number;
  /** how often the band is to hold, between 0 and 1; default 0.8 */
  readonly share?: number;
}
/** One place past the recording. */
type Later = Told & { readonly step: number };

/** Places past the recording: a band has no corners. */
const PLACES = 40;

/**
 * What was recorded as a line; past it, dashed, what the curve's extrapolation expects, with its band, and a rule where the
 * recording ends. Where the curve does not tell how it goes on, only what was recorded is drawn, and why is said.
 * @example
 * ```ts
 * import type { Trajectory } from "../curves/trajectory.ts";
 * const chart = (trajectory: Trajectory) =>
 *   extrapolatedCurve({ trajectory, metric: "validation.loss", mode: "min", to: 2_000 });
 * ```
 */
export function extrapolatedCurve(options: ExtrapolatedCurveOptions): Chart {
  const { trajectory, metric, mode, to } = options, y = trajectory.evaluations.metrics[metric] ?? [];
  const main = seriesOf([trajectory], metric, mode, "step"), last = main.x.at(-1) ?? 0;
  const later = laterOf(options, last), meta = metaOf(last, later, to);
  return {
    type: "chart",
    title: metric.replaceAll(".", " "),
    meta,
    alt: `${metric} by step: ${meta}.`,
    options: (size) =>
      namedAxis(size, {
        height: 260,
        x: {
          name: "step",
          scale: { domain: [0, "told" in later ? Math.max(1, last) : to] },
          ticks: stepTicks(size),
          tickFormat: countTick,
        },
        y: { scale: { domain: domainOf(main, later, mode, size, Math.max(last, to)) }, ticks: 5 },
        marks: [...("told" in later ? [] : laterMarks(main, later, size)), recordedLine(main, size)],
      }),
    readout: (x) => readout(x, last, main, later),
    stops: main.x,
    text: (columns) =>
      `${metric} ${blocks(y, Math.max(0, Math.min(40, columns - 60)))}  ${meta}`.slice(0, columns),
    ...(main.x.length === 0 ? { empty: `Nothing has measured ${metric} yet.` } : {}),
  };
}

function laterOf(
  { trajectory, metric, mode, to, share }: ExtrapolatedCurveOptions,
  last: number,
): Later[] | Untold {
  const { step, metrics } = trajectory.evaluations;
  const y = metrics[metric] ?? [], bounds = boundsOf(metric, y), fit = fitCurve({ x: step, y, mode });
  if (!fit.told) return fit;
  if (to <= last) return untold("far", "nothing is asked about past it");
  const rows: Later[] = [];
  for (let i = 1; i <= PLACES; i++) {
    const at = last + (to - last) * i / PLACES;
    if (at <= fit.last) continue;
    const later = cutTo(predicted(fit, at, share), bounds);
    if (!later.told) return later;
    rows.push({ ...later, step: at });
  }
  return rows;
}

function metaOf(last: number, later: Later[] | Untold, to: number): string {
  const recorded = `recorded to step ${thousands(last)}`;
  if ("told" in later) return `${recorded}; not extrapolated: ${later.because}`;
  const { value, low, high, share, factor } = later.at(-1)!, held = bandsHeld(factor, share);
  const often = held === null ? "" : `; such bands held ${percent(held.rate)} of ${thousands(held.of)} times`;
  return `${recorded}, extrapolated to ${thousands(to)}: ${decimals(value)}, ${percent(share)} band ${
    decimals(low)
  } to ${decimals(high)}${often}`;
}

function domainOf(
  main: Series,
  later: Later[] | Untold,
  mode: Mode,
  size: Size,
  xMax: number,
): [number, number] {
  const series = "told" in later ? [main] : [main, {
    ...main,
    x: Float64Array.from(later, ({ step }) => step),
    low: Float64Array.from(later, ({ low }) => low),
    high: Float64Array.from(later, ({ high }) => high),
  }];
  return yDomain({ series, training: null, mode, xMax, whole: size.whole ?? false });
}

function recordedLine({ x, middle }: Series, size: Size): Markish {
  const rows = minmax(x, middle, Math.max(1, Math.round(size.width)));
  const points = Array.from(rows, (row) => ({ x: x[row], y: middle[row] }));
  return Plot.line(points, { x: "x", y: "y", stroke: INK, strokeWidth: 1.75, clip: true });
}

/** The band, the line through it from where the recording ends, and the rule there. */
function laterMarks({ x, middle }: Series, later: readonly Later[], size: Size): Markish[] {
  const end = { step: x.at(-1)!, value: middle.findLast(Number.isFinite)! };
  const from = [{ ...end, low: end.value, high: end.value }, ...later];
  return [
    Plot.areaY(from, { x: "step", y1: "low", y2: "high", fill: INK, fillOpacity: 0.1, clip: true }),
    Plot.ruleX([end.step], { stroke: INK_3, strokeDasharray: "3 3" }),
    Plot.line(from, {
      x: "step",
      y: "value",
      stroke: INK,
      strokeWidth: 1.5,
      strokeDasharray: "5 3",
      clip: true,
    }),
    size.narrow ? null : note("extrapolated", end.step, undefined, {
      frameAnchor: "top",
      textAnchor: "start",
      dx: 6,
      dy: 8,
      fill: INK_3,
    }),
  ];
}

function readout(at: number, last: number, main: Series, later: Later[] | Untold): string | null {
  if (at <= last) {
    const value = valueAt(main, at);
    return value === null ? null : `step ${thousands(at)}  ${decimals(value)}`;
  }
  if ("told" in later) return null;
  const { step, value, low, high } = later.find(({ step }) => step >= at) ?? later.at(-1)!;
  return `step ${thousands(step)}, extrapolated  ${decimals(value)} (${decimals(low)} to ${decimals(high)})`;
}
