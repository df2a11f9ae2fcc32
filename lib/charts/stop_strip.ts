/** Where each policy stops, seed by seed, under the learning curves. */
import * as Plot from "@observablehq/plot";
import type { Markish, PlotOptions } from "@observablehq/plot";
import type { Axis, Trajectory } from "../curves/trajectory.ts";
import { wrapParts } from "./blocks.ts";
import type { Chart, Size } from "./chart.ts";
import { onAxis, positionText } from "./format.ts";
import { frame, marginRight, xAxis, xGrid, type XScale } from "./frame.ts";
import type { Changed } from "./learning_curves.ts";
import { GRID, INK_3, labelColor, PAGE, palette, symbolOptions } from "./palette.ts";
import { type Judgements, type PolicyStops, policyStops } from "./policy_stops.ts";
import { judgedWord } from "./seeds_word.ts";
import { fitText } from "./text_width.ts";
import { type Progress, xScale } from "./x_scale.ts";

export interface StopStripOptions {
  /** one list per seed, as `replay` gives it */
  readonly judgements: Judgements;
  /** the recordings judged: they give the x axis that the curves above have */
  readonly trajectories: readonly Trajectory[];
  /** the changed trainings of the curves above, for the same reason */
  readonly changed?: Changed;
  /** default `step` */
  readonly axis?: Axis;
  readonly progress?: Progress | readonly Progress[];
}

/**
 * One row a policy: a tick for each seed at its stop, the policy's symbol at the median. Seeds on which a policy
 * goes on past the recording are counted at the right end.
 *
 * @example
 * ```ts
 * import { stopStrip } from "./stop_strip.ts";
 * stopStrip({ judgements: [], trajectories: [] }).empty; // "No policy to compare."
 * ```
 */
export function stopStrip(
  { judgements, trajectories, changed, axis = "step", progress }: StopStripOptions,
): Chart {
  const scale = xScale({ trajectories: [...trajectories, ...(changed?.trajectories ?? [])], axis, progress });
  const stops = policyStops(judgements, axis);
  const seeds = Math.max(0, ...stops.map((stop) => stop.seeds));
  const live = trajectories.some((run) => run.end === null);
  return {
    type: "chart",
    title: "Where each policy stops",
    ...(seeds > 1
      ? { meta: `one tick a ${judgedWord(judgements).slice(0, -1)}, the symbol at the median` }
      : {}),
    alt: `Where each policy stops: ${stops.map((stop) => sentence(stop, axis, live)).join("; ") || "none"}.`,
    group: `training:${axis}`,
    options: (size) => draw(stops, scale, live, size),
    text: (columns) =>
      wrapParts(["Where each policy stops", ...stops.map((stop) => sentence(stop, axis, live))], columns)
        .join("\n"),
    ...(stops.length === 0 ? { empty: "No policy to compare." } : {}),
  };
}

function draw(stops: readonly PolicyStops[], scale: XScale, live: boolean, size: Size): PlotOptions {
  const rowHeight = size.narrow ? 32 : 21;
  const ticks = stops.flatMap(({ policy, kind, stops: at }) => at.map((x) => ({ policy, kind, x })));
  const medians = stops.filter(({ median }) => median !== null);
  return frame(size, scale, {
    height: stops.length * rowHeight + 26,
    marginTop: 2,
    marginBottom: 24,
    y: { type: "band", domain: stops.map(({ policy }) => policy), axis: null, label: null },
    marks: [
      xGrid(scale, size),
      ...xAxis(scale, size, false),
      Plot.ruleY(stops, { y: "policy", stroke: GRID, dy: size.narrow ? 4 : 0 }),
      Plot.tickX(ticks, {
        x: "x",
        y: "policy",
        stroke: ({ kind }: PolicyStops) => palette[kind].color,
        strokeWidth: 1.25,
        strokeOpacity: 0.75,
        insetTop: size.narrow ? 12 : 5,
        insetBottom: size.narrow ? 4 : 5,
      }),
      ...medians.map((stop) =>
        Plot.dot([stop], {
          x: "median",
          y: "policy",
          ...symbolOptions(stop.kind, 4.5),
          dy: size.narrow ? 4 : 0,
        })
      ),
      names(stops, scale, size),
      goesOn(stops, live, size),
    ],
  });
}

function names(stops: readonly PolicyStops[], { axis }: XScale, size: Size): Markish {
  const fill = ({ kind }: PolicyStops) => labelColor(kind);
  if (!size.narrow) {
    const text = ({ policy }: PolicyStops) => fitText(policy, marginRight(size) - 8);
    return Plot.text(stops, { frameAnchor: "right", y: "policy", text, textAnchor: "start", dx: 8, fill });
  }
  const text = ({ policy, median }: PolicyStops) =>
    median === null ? policy : `${policy}  ${onAxis(median, axis)}`;
  return Plot.text(stops, {
    frameAnchor: "left",
    y: "policy",
    text,
    textAnchor: "start",
    dx: 2,
    dy: -8,
    fill,
  });
}

/** What cannot be said by a tick: the policy would have trained on, or does so now. */
function goesOn(stops: readonly PolicyStops[], live: boolean, size: Size): Markish {
  const [all, some] = live ? ["not yet ›", "not yet ›"] : ["goes on past the recording ›", "go on ›"];
  return Plot.text(stops.filter(({ censored }) => censored > 0), {
    frameAnchor: "right",
    y: "policy",
    text: ({ censored, seeds }: PolicyStops) => censored === seeds ? all : `${censored} of ${seeds} ${some}`,
    textAnchor: "end",
    dx: -4,
    dy: size.narrow ? -8 : 0,
    fill: INK_3,
    stroke: PAGE,
    strokeWidth: 4,
    paintOrder: "stroke",
  });
}

function sentence(
  { policy, median, stops, censored, seeds }: PolicyStops,
  axis: Axis,
  live: boolean,
): string {
  if (median === null) return `${policy} ${live ? "not yet" : "goes on past the recording"}`;
  const [low, high] = [Math.min(...stops), Math.max(...stops)];
  const range = high > low ? ` (${onAxis(low, axis)} to ${onAxis(high, axis)})` : "";
  const rest = censored > 0
    ? `, ${censored} of ${seeds} ${live ? "not yet" : "go on past the recording"}`
    : "";
  return `${policy} at ${positionText(median, axis)}${range}${rest}`;
}
