/** What is kept with more and more steps: with retrospective selection, and without. */
import * as Plot from "@observablehq/plot";
import type { Chart } from "./chart.ts";
import { blocks } from "./blocks.ts";
import { countTick, decimals, thousands } from "./format.ts";
import { namedAxis, stepTicks } from "./named_axis.ts";
import { INK, INK_3 } from "./palette.ts";

export interface KeptCurveOptions {
  /** as `validation.f1` */
  readonly metric: string;
  readonly step: readonly number[];
  /** best so far: it never degrades */
  readonly kept: readonly number[];
  /** what the last checkpoint would have come to */
  readonly last: readonly number[];
}

/**
 * Two lines against steps: what retrospective selection keeps, in ink, and what the last checkpoint is, lighter.
 * @example
 * ```ts
 * const chart = keptCurve({ metric: "validation.f1", step: [1, 2, 3], kept: [0.5, 0.7, 0.7], last: [0.5, 0.7, 0.6] });
 * ```
 */
export function keptCurve({ metric, step, kept, last }: KeptCurveOptions): Chart {
  const rows = step.map((at, i) => ({ at, kept: kept[i], last: last[i] }));
  const end = rows.at(-1),
    meta = end === undefined
      ? "nothing measured"
      : `at step ${thousands(end.at)} ${decimals(end.kept)} with retrospective selection, ${
        decimals(end.last)
      } without`;
  return {
    type: "chart",
    title: metric.replaceAll(".", " "),
    meta,
    alt: `${metric} with more and more steps: ${meta}.`,
    options: (size) =>
      namedAxis(size, {
        height: 260,
        x: {
          name: "step",
          scale: { domain: [0, end?.at ?? 1] },
          ticks: stepTicks(size),
          tickFormat: countTick,
        },
        y: { scale: { nice: true }, ticks: 5 },
        marks: [
          Plot.line(rows, { x: "at", y: "last", stroke: INK_3, strokeWidth: 1, curve: "step-after" }),
          Plot.line(rows, { x: "at", y: "kept", stroke: INK, strokeWidth: 2, curve: "step-after" }),
        ],
      }),
    text: (columns) => {
      const room = columns - metric.length - meta.length - 3;
      return `${metric} ${blocks(kept, Math.max(0, room))}  ${meta}`.slice(0, columns);
    },
    ...(rows.length === 0 ? { empty: `No trial has measured ${metric} yet.` } : {}),
  };
}
