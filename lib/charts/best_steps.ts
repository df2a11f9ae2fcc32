/** Where the best steps of a study's trials fall. */
import * as Plot from "@observablehq/plot";
import type { Chart } from "./chart.ts";
import { blocks } from "./blocks.ts";
import { percent, thousands } from "./format.ts";
import { namedAxis } from "./named_axis.ts";
import { INK_2, INK_3, PAGE } from "./palette.ts";

export interface BestStepsOptions {
  /** best step over max steps of each trial, 0 to 1 */
  readonly shares: readonly number[];
  /** up to there the best comes early, from there on late; 0 to 1 */
  readonly early: number;
  readonly late: number;
}

/** Bars of the figure: twentieths, so that both borders lie between two of them. */
const BARS = 20;

/**
 * How many trials were best at which share of their steps, with the borders of early and late.
 * @example
 * ```ts
 * const chart = bestSteps({ shares: [0.8, 0.9, 0.95], early: 0.1, late: 0.75 });
 * ```
 */
export function bestSteps({ shares, early, late }: BestStepsOptions): Chart {
  const counts = new Array<number>(BARS).fill(0);
  for (const share of shares) counts[Math.min(BARS - 1, Math.max(0, Math.ceil(share * BARS) - 1))]++;
  const inEarly = shares.filter((share) => share <= early).length;
  const inLate = shares.filter((share) => share >= late).length;
  const meta = `${thousands(shares.length)} ${
    shares.length === 1 ? "trial" : "trials"
  }: ${inEarly} best in the first ${percent(early)}, ${inLate} in the last ${percent(1 - late)}`;
  const bars = counts.map((count, i) => ({ from: i / BARS, to: (i + 1) / BARS, count }));
  return {
    type: "chart",
    title: "Trials",
    meta,
    alt: `Trials by where they were best. ${meta}.`,
    options: (size) =>
      namedAxis(size, {
        height: 220,
        marginLeft: 48,
        x: {
          name: "best step, share of the steps given",
          scale: { domain: [0, 1] },
          ticks: [0, 0.25, 0.5, 0.75, 1],
          tickFormat: percent,
        },
        y: {
          scale: { domain: [0, Math.max(1, ...counts)] },
          ticks: 4,
          tickFormat: (value) => Number.isInteger(value) ? String(value) : "",
        },
        marks: [
          Plot.rectY(bars, { x1: "from", x2: "to", y: "count", fill: INK_2, stroke: PAGE, inset: 0.5 }),
          Plot.ruleX([early, late], { stroke: INK_3, strokeDasharray: "3 3" }),
          Plot.ruleY([0], { stroke: INK_3 }),
        ],
      }),
    text: (columns) => `Best steps ${blocks(counts, Math.max(0, columns - 30))}  ${meta}`.slice(0, columns),
    ...(shares.length === 0 ? { empty: "No trial has used all its steps yet." } : {}),
  };
}
