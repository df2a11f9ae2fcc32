/** What each policy costs against what it loses. */
import * as Plot from "@observablehq/plot";
import type { Markish, PlotOptions } from "@observablehq/plot";
import type { Judgement, PolicyKind } from "../policies/policy.ts";
import { type PolicySummary, summarise } from "../policies/summary.ts";
import { wrapParts } from "./blocks.ts";
import type { Chart, Size } from "./chart.ts";
import { percent, signed, thousands } from "./format.ts";
import { yAxis } from "./frame.ts";
import { GRID, INK_3, labelColor, PAGE, palette, symbolOptions } from "./palette.ts";
import { type LabelPlace, placeLabels } from "./place_labels.ts";
import type { Judgements } from "./policy_stops.ts";
import { judgedWord } from "./seeds_word.ts";
import { fitText, textWidth } from "./text_width.ts";
import { ticks } from "./ticks.ts";

export interface TradeoffOptions {
  /** one list per seed, as `replay` gives it */
  readonly judgements: Judgements;
}
interface Point {
  readonly policy: string;
  readonly kind: PolicyKind;
  /** share of the longest recording's updates */
  readonly used: number;
  readonly regret: number;
}
interface Tradeoff {
  /** medians over the seeds */
  readonly points: readonly Point[];
  /** one per judgement */
  readonly seeds: readonly Point[];
  /** updates of the longest recording; null when no judgement tells */
  readonly steps: number | null;
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
}

const MARGIN = { top: 14, bottom: 44, left: 50 };

/**
 * Regret against compute used: the seeds small, the medians large and named; lower left is better. Policies
 * that are censored on every seed are not drawn, as nothing is known of them; nor are those that stop before the
 * first evaluation, as they keep nothing that a loss could be told of.
 *
 * @example
 * ```ts
 * import { tradeoff } from "./tradeoff.ts";
 * tradeoff({ judgements: [] }).empty; // "No policy has a verdict yet."
 * ```
 */
export function tradeoff({ judgements }: TradeoffOptions): Chart {
  const flat = judgements.flat() as Judgement[];
  const summaries = summarise([flat]);
  const drawn = gather(flat, summaries);
  const seeds = Math.max(0, ...summaries.map((summary) => summary.seeds));
  const none = summaries.some((summary) => lackOf(summary) === "keeps nothing")
    ? "No policy keeps an evaluation."
    : "No policy has a verdict yet.";
  const metric = summaries.length > 0 ? summaries[0].metric.replaceAll(".", " ") : "loss";
  const meta = [
    `${metric} above the best, lower left is better`,
    ...(seeds > 1 ? [`small marks are ${judgedWord(judgements)}`] : []),
    ...missingText(summaries),
  ].join("; ");
  return {
    type: "chart",
    title: "Regret",
    meta,
    alt: `Regret against compute used: ${drawn.points.map(sentence).join("; ") || "none drawn"}.`,
    options: (size) => draw(drawn, size),
    text: (columns) =>
      wrapParts(["Regret against compute used", ...drawn.points.map(sentence)], columns).join("\n"),
    ...(drawn.points.length === 0 ? { empty: none } : {}),
  };
}

/** Why a policy has no point: null when it has one. */
function lackOf({ regret, computeSaved, censored, seeds, kept }: PolicySummary): string | null {
  if (regret !== null && computeSaved !== null) return null;
  if (censored === seeds) return "censored";
  return kept === null ? "keeps nothing" : "without a finite loss";
}

/** `1 censored, 2 keep nothing, not drawn`; nothing when every policy is drawn. */
function missingText(summaries: readonly PolicySummary[]): string[] {
  const lacks = Map.groupBy(summaries.map(lackOf).filter((lack) => lack !== null), (lack) => lack);
  if (lacks.size === 0) return [];
  const counts = [...lacks].map(([lack, { length }]) =>
    `${length} ${length > 1 ? lack.replace("keeps", "keep") : lack}`
  );
  return [`${counts.join(", ")}, not drawn`];
}

function gather(judgements: readonly Judgement[], summaries: readonly PolicySummary[]): Tradeoff {
  const pointOf = (
    of: { policy: string; kind: PolicyKind; regret: number | null; computeSaved: number | null },
  ) =>
    of.regret === null || of.computeSaved === null
      ? []
      : [{ policy: of.policy, kind: of.kind, used: 1 - of.computeSaved, regret: of.regret }];
  const seeds = judgements.flatMap(pointOf);
  const longest = judgements.flatMap(({ at, computeSaved }) =>
    at === null || computeSaved === null || computeSaved >= 1
      ? []
      : [Math.round(at.step / (1 - computeSaved))]
  );
  const least = Math.min(1, ...seeds.map(({ used }) => used));
  const highest = Math.max(0, ...seeds.map(({ regret }) => regret)) || 0.01;
  // A tenth of room at the left keeps names from the axis.
  const from = Math.max(0, Math.floor(least * 10 - 0.5) / 10);
  return {
    points: summaries.flatMap(pointOf),
    seeds,
    steps: longest.length > 0 ? Math.max(...longest) : null,
    x: [from < 0.25 ? 0 : Math.min(from, 0.8), 1],
    y: [-0.05 * highest, 1.06 * highest],
  };
}

function draw(drawn: Tradeoff, size: Size): PlotOptions {
  const { points, seeds, steps, x, y } = drawn;
  const marginRight = size.narrow ? 12 : 24;
  const height = size.narrow ? 270 : 320;
  const atX = ticks(x[1] - x[0], size.narrow ? 4 : 7).map((tick) => +(x[0] + tick).toPrecision(6));
  const places = labelPlaces(drawn, size, marginRight, height);
  const of = steps === null ? "" : `, share of ${thousands(steps)} steps`;
  return {
    className: "plot",
    width: size.width,
    height,
    marginTop: MARGIN.top,
    marginBottom: MARGIN.bottom,
    marginLeft: MARGIN.left,
    marginRight,
    x: { domain: [...x], label: null },
    y: { domain: [...y], label: null },
    marks: [
      ...yAxis({
        ticks: ticks(y[1], 5),
        tickFormat: (value) => value === 0 ? "0" : String(+value.toPrecision(3)),
      }),
      Plot.gridX(atX, { stroke: GRID, strokeOpacity: 0.6 }),
      Plot.axisX(atX, { tickSize: 4, tickFormat: percent, label: null, color: INK_3 }),
      Plot.text([`compute used${of}`], { frameAnchor: "bottom", dy: 36, fill: INK_3 }),
      Plot.ruleY([0], { stroke: INK_3 }),
      Plot.dot(seeds, {
        x: "used",
        y: "regret",
        symbol: ({ kind }: Point) => palette[kind].symbol === "ring" ? "circle" : palette[kind].symbol,
        r: 2.5,
        fill: ({ kind }: Point) => palette[kind].color,
        fillOpacity: 0.45,
      }),
      ...leaders(points, places),
      ...points.map((point) =>
        Plot.dot([point], { x: "used", y: "regret", ...symbolOptions(point.kind, 6) })
      ),
      ...points.map((point, index) => name(point, places[index])),
      Plot.tip(points, Plot.pointer({ x: "used", y: "regret", title: sentence })),
    ],
  };
}

function labelPlaces(
  { points, seeds, x, y }: Tradeoff,
  size: Size,
  marginRight: number,
  height: number,
): LabelPlace[] {
  const right = size.width - marginRight;
  const bottom = height - MARGIN.bottom;
  const px = (used: number) => MARGIN.left + (right - MARGIN.left) * (used - x[0]) / (x[1] - x[0]);
  const py = (regret: number) => bottom - (bottom - MARGIN.top) * (regret - y[0]) / (y[1] - y[0]);
  const labelled = points.map(({ used, regret, policy }) => (
    { x: px(used), y: py(regret), width: textWidth(fitText(policy, 160)), height: 14 }
  ));
  const dots = seeds.map(({ used, regret }) => (
    { left: px(used) - 3, right: px(used) + 3, top: py(regret) - 3, bottom: py(regret) + 3 }
  ));
  return placeLabels(labelled, { left: MARGIN.left, right: size.width, top: 0, bottom: bottom - 2 }, dots);
}

/** Thin lines to names that had to stand away from their symbol. */
function leaders(points: readonly Point[], places: readonly LabelPlace[]): Markish[] {
  return points.flatMap((point, index) => {
    const { dx, dy, away } = places[index];
    if (!away) return [];
    const length = Math.hypot(dx, dy) - 8;
    const rotate = Math.atan2(dx, -dy) * 180 / Math.PI;
    return [Plot.vector([point], {
      x: "used",
      y: "regret",
      length,
      rotate,
      anchor: "start",
      shape: LINE,
      stroke: labelColor(point.kind),
      strokeWidth: 1,
      strokeOpacity: 0.5,
    })];
  });
}

/** A vector without an arrow head. */
const LINE = {
  draw(context: { moveTo(x: number, y: number): void; lineTo(x: number, y: number): void }, length: number) {
    context.moveTo(0, 0);
    context.lineTo(0, -length);
  },
};

function name(point: Point, { dx, dy, anchor }: LabelPlace): Markish {
  return Plot.text([point], {
    x: "used",
    y: "regret",
    text: [fitText(point.policy, 160)],
    dx,
    dy,
    textAnchor: anchor,
    fill: labelColor(point.kind),
    stroke: PAGE,
    strokeWidth: 4,
    paintOrder: "stroke",
  });
}

function sentence({ policy, used, regret }: Point): string {
  return `${policy} ${signed(regret)} at ${percent(used)}`;
}
