/** Several seeds as one line and a band. */
import type { Metric } from "../criteria/criterion.ts";
import { requireMetrics } from "../criteria/metric.ts";
import { rowAt } from "./axis.ts";
import { median } from "./median.ts";
import type { Trajectory } from "./trajectory.ts";

/** One row per evaluation step of the common grid. NaN where no seed has a finite value. */
export interface Band {
  readonly step: Float64Array;
  readonly epoch: Float64Array;
  readonly examples: Float64Array;
  /** median of the seeds */
  readonly seconds: Float64Array;
  readonly median: Float64Array;
  readonly min: Float64Array;
  readonly max: Float64Array;
  /** seeds with a finite value at this step */
  readonly seeds: Float64Array;
}

/**
 * Median, minimum and maximum of a metric over seeds. A step counts where every seed that was trained so far has an
 * evaluation; seeds that ended earlier drop out, and so do values that are not finite.
 * @throws UnknownMetric `unknown metric: val_los (has validation.loss, …)`
 * @example
 * ```ts
 * import type { Trajectory } from "./trajectory.ts";
 * const middle = (seeds: Trajectory[]) => band(seeds, "validation.loss").median;
 * ```
 */
export function band(trajectories: readonly Trajectory[], metric: Metric): Band {
  for (const { evaluations } of trajectories) requireMetrics([metric], Object.keys(evaluations.metrics));
  const tables = trajectories.map(({ evaluations }) => evaluations).filter(({ step }) => step.length > 0);
  const grid = commonSteps(tables.map(({ step }) => step));
  const column = () => new Float64Array(grid.length);
  const found = { step: Float64Array.from(grid), epoch: column(), examples: column(), seconds: column() };
  const spread = { median: column(), min: column(), max: column(), seeds: column() };
  grid.forEach((step, i) => {
    const here = tables.flatMap((table) => {
      const row = rowAt(table.step, step);
      return row >= 0 && table.step[row] === step ? [{ table, row }] : [];
    });
    for (const axis of ["epoch", "examples", "seconds"] as const) {
      found[axis][i] = median(here.map(({ table, row }) => table[axis][row]));
    }
    const values = here.map(({ table, row }) => table.metrics[metric][row]).filter(Number.isFinite);
    spread.median[i] = median(values);
    spread.min[i] = values.length ? Math.min(...values) : NaN;
    spread.max[i] = values.length ? Math.max(...values) : NaN;
    spread.seeds[i] = values.length;
  });
  return { ...found, ...spread };
}

/** Steps at which every column that goes so far has an evaluation. */
function commonSteps(columns: readonly Float64Array[]): number[] {
  const count = new Map<number, number>();
  for (const column of columns) for (const step of column) count.set(step, (count.get(step) ?? 0) + 1);
  const reaching = (step: number) => columns.filter((column) => column[column.length - 1] >= step).length;
  return [...count.keys()].filter((step) => count.get(step) === reaching(step)).sort((a, b) => a - b);
}
