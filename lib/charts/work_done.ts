/** How much was done in each minute. */
import * as Plot from "@observablehq/plot";
import type { Chart } from "./chart.ts";
import { blocks } from "./blocks.ts";
import { countTick, thousands } from "./format.ts";
import { namedAxis } from "./named_axis.ts";
import { INK_2, INK_3, PAGE } from "./palette.ts";

export interface WorkDoneOptions {
  /** what is counted, as `trials` */
  readonly what: string;
  /** of each minute, the newest last; the last one is not over yet */
  readonly counts: readonly number[];
}

/**
 * One bar a minute, the newest at the right.
 * @example
 * ```ts
 * const chart = workDone({ what: "trials", counts: [0, 3, 5, 2] });
 * ```
 */
export function workDone({ what, counts }: WorkDoneOptions): Chart {
  const bars = counts.map((count, i) => ({ from: i - counts.length, to: i + 1 - counts.length, count }));
  const total = counts.reduce((sum, count) => sum + count, 0);
  const meta = `${thousands(total)} in the last ${thousands(counts.length)} minutes`;
  return {
    type: "chart",
    title: `${what[0].toUpperCase()}${what.slice(1)} a minute`,
    meta,
    alt: `${what} a minute: ${meta}.`,
    options: (size) =>
      namedAxis(size, {
        height: 150,
        marginLeft: 48,
        x: {
          name: "minutes ago",
          scale: { domain: [-counts.length, 0] },
          ticks: size.narrow ? 3 : 6,
          tickFormat: (minute) => minute === 0 ? "now" : String(-minute),
        },
        y: { scale: { domain: [0, Math.max(1, ...counts)], nice: true }, ticks: 3, tickFormat: countTick },
        marks: [
          Plot.rectY(bars, { x1: "from", x2: "to", y: "count", fill: INK_2, stroke: PAGE, inset: 0.5 }),
          Plot.ruleY([0], { stroke: INK_3 }),
        ],
      }),
    text: (columns) =>
      `${what} a minute ${blocks(counts, Math.max(0, columns - 50))}  ${meta}`.slice(0, columns),
    ...(total === 0 ? { empty: `No ${what} in the last ${thousands(counts.length)} minutes.` } : {}),
  };
}
