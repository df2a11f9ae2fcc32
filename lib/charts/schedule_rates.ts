/** Schedules against each other, as they would go: no training is needed. */
import * as Plot from "@observablehq/plot";
import type { BatchPlan } from "../batch_plan.ts";
import { whole } from "../option_checks.ts";
import { resolve } from "../schedules/resolve.ts";
import type { Schedule } from "../schedules/schedule.ts";
import { shareBelowPeak } from "../schedules/share_below_peak.ts";
import { blocks, wrapParts } from "./blocks.ts";
import type { Chart } from "./chart.ts";
import { countTick, percent, rateText } from "./format.ts";
import { namedAxis, stepTicks } from "./named_axis.ts";
import { INK, INK_2, INK_3 } from "./palette.ts";

export interface ScheduleRatesOptions {
  /** three at most */
  readonly schedules: readonly { readonly name: string; readonly schedule: Schedule }[];
  /** how an epoch is cut into updates: what a duration in epochs or examples is counted by */
  readonly batches: BatchPlan;
  /** updates that are drawn */
  readonly steps: number;
}

const LINES = [
  { word: "solid", look: { stroke: INK, strokeWidth: 1.75 } },
  { word: "dashed", look: { stroke: INK_2, strokeWidth: 1.5, strokeDasharray: "6 3" } },
  { word: "dotted", look: { stroke: INK_3, strokeWidth: 1.5, strokeDasharray: "1.5 3" } },
];
/** Places at which a line is drawn: as many as a figure is wide. */
const POINTS = 800;

/**
 * The rate of each schedule by update, and of how many updates it is below a tenth of its peak, which is ruled.
 * @throws RangeError `invalid schedules: 4 (1 to 3)`, and for what a schedule's own durations do not allow
 * @example
 * ```ts
 * import { batchPlan } from "../batch_plan.ts";
 * import { steps } from "../durations.ts";
 * import { cosine } from "../schedules/cosine.ts";
 * const schedules = [{ name: "cosine", schedule: cosine({ peak: 0.1, horizon: steps(100) }) }];
 * const chart = scheduleRates({ schedules, batches: batchPlan(1_097, 32), steps: 1_000 });
 * ```
 */
export function scheduleRates({ schedules, batches, steps }: ScheduleRatesOptions): Chart {
  whole("steps", steps, 1);
  if (schedules.length < 1 || schedules.length > LINES.length) {
    throw new RangeError(`invalid schedules: ${schedules.length} (1 to ${LINES.length})`);
  }
  const lines = schedules.map(({ name, schedule }, i) => {
    const { rate, peak } = resolve(schedule, batches), count = Math.min(POINTS, steps);
    const rows = Array.from({ length: count }, (_, place) => {
      const step = count === 1 ? 0 : Math.round(place * (steps - 1) / (count - 1));
      return { step: step + 1, rate: rate(step) };
    });
    return { ...LINES[i], name, peak, rows, tiny: shareBelowPeak(schedule, batches, steps) };
  });
  const parts = lines.map(({ word, name, tiny }) =>
    `${word}: ${name}, ${percent(tiny)} of the updates below a tenth of its peak`
  );
  const peak = Math.max(...lines.map((line) => line.peak));
  return {
    type: "chart",
    title: "Learning rate",
    meta: parts.join("; "),
    alt: `Learning rate by update. ${parts.join("; ")}.`,
    options: (size) =>
      namedAxis(size, {
        height: 180,
        x: { name: "step", scale: { domain: [0, steps] }, ticks: stepTicks(size), tickFormat: countTick },
        y: { scale: { domain: [0, peak * 1.04] }, ticks: 4, tickFormat: rateText },
        marks: [
          Plot.ruleY([0.1 * peak], { stroke: INK_3, strokeDasharray: "3 3" }),
          ...lines.toReversed().map(({ rows, look }) => Plot.line(rows, { x: "step", y: "rate", ...look })),
        ],
      }),
    text: (columns) =>
      lines.flatMap(({ name, rows, tiny }) =>
        wrapParts([
          `${blocks(rows.map(({ rate }) => rate), Math.min(40, columns))}`,
          `${name}: ${percent(tiny)} below a tenth of the peak`,
        ], columns)
      ).join("\n"),
  };
}
