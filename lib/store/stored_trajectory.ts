/** A training in the store's words, and back: its updates and evaluations as series. */
import type { BatchPlan } from "../batch_plan.ts";
import { TRAINING_LOSS } from "../criteria/metric.ts";
import type { Series } from "../curves/logged.ts";
import type { EndReason, Trajectory } from "../curves/trajectory.ts";
import { STANDARD_ERROR } from "./first_loss.ts";
import { endedOf, type StoredRun } from "./run_row.ts";
import type { SeriesRows } from "./store.ts";

/** Tag of the learning rate that each update used. */
export const RATE = "rate";
const NONE = new Float64Array();
const EMPTY = { step: NONE, epoch: NONE, examples: NONE, seconds: NONE, value: NONE };

/** How many rows of a trajectory are known already; a series that is not named has none. */
export interface Known {
  readonly updates: number;
  readonly evaluations: Readonly<Record<string, number>>;
}
export const NOTHING: Known = { updates: 0, evaluations: {} };

/**
 * The rows of a trajectory past those that are known, as series: `training.loss` and `rate` of every update, each metric
 * by its name, its standard errors under the name with `.standardError`. Columns are views, without a copy.
 * @example
 * ```ts
 * import type { Trajectory } from "../curves/trajectory.ts";
 * const all = (trajectory: Trajectory) => trajectoryRows(trajectory, NOTHING);
 * ```
 */
export function trajectoryRows({ updates, evaluations }: Trajectory, known: Known): SeriesRows {
  const { step, epoch, examples, seconds } = updates, from = known.updates;
  const x = cut({ step, epoch, examples, seconds }, from);
  const rows: [string, Series][] = [
    [TRAINING_LOSS, { ...x, value: updates.loss.subarray(from) }],
    [RATE, { ...x, value: updates.rate.subarray(from) }],
  ];
  const columns = { ...evaluations.metrics, ...named(evaluations.standardErrors) };
  for (const [tag, value] of Object.entries(columns)) {
    const { step, epoch, examples, seconds } = evaluations, from = known.evaluations[tag] ?? 0;
    rows.push([tag, { ...cut({ step, epoch, examples, seconds }, from), value: value.subarray(from) }]);
  }
  return Object.fromEntries(rows);
}

/** What is known once all rows of a trajectory are. */
export function knownOf({ updates, evaluations }: Trajectory): Known {
  const tags = Object.keys({ ...evaluations.metrics, ...named(evaluations.standardErrors) });
  return {
    updates: updates.step.length,
    evaluations: Object.fromEntries(tags.map((tag) => [tag, evaluations.step.length])),
  };
}

const named = (errors: Readonly<Record<string, Float64Array>>) =>
  Object.fromEntries(Object.entries(errors).map(([metric, column]) => [metric + STANDARD_ERROR, column]));

type Columns = { step: Float64Array; epoch: Float64Array; examples: Float64Array; seconds: Float64Array };
const cut = ({ step, epoch, examples, seconds }: Columns, from: number): Columns => ({
  step: step.subarray(from),
  epoch: epoch.subarray(from),
  examples: examples.subarray(from),
  seconds: seconds.subarray(from),
});

/** A training as it was recorded. @param batches null where nothing says how its updates are cut */
export function trajectoryOf(
  run: Pick<StoredRun, "name" | "seed" | "state" | "ended">,
  batches: BatchPlan | null,
  series: ReadonlyMap<string, Series>,
): Trajectory {
  const { value: loss, ...x } = (series.get(TRAINING_LOSS) ?? EMPTY) as Columns & { value: Float64Array };
  const measured = [...series].filter(([tag]) => tag !== TRAINING_LOSS && tag !== RATE);
  const metrics = measured.filter(([tag]) => !tag.endsWith(STANDARD_ERROR));
  const errors = measured.filter(([tag]) => tag.endsWith(STANDARD_ERROR));
  const values = (each: readonly (readonly [string, Series])[], ending = "") =>
    Object.fromEntries(each.map(([tag, { value }]) => [tag.slice(0, tag.length - ending.length), value]));
  const { step, epoch, examples, seconds } = (metrics[0]?.[1] ?? EMPTY) as Columns;
  const ended = endedOf(run), over = run.state !== "running" && run.state !== "interrupted";
  return {
    name: run.name,
    seed: run.seed ?? 0,
    batches,
    updates: { ...filled(x), rate: series.get(RATE)?.value ?? NONE, loss },
    evaluations: {
      ...filled({ step, epoch, examples, seconds }),
      metrics: values(metrics),
      standardErrors: values(errors, STANDARD_ERROR),
    },
    final: over ? ended?.final ?? null : null,
    end: over ? run.state as EndReason : null,
  };
}

/** A series without a row has no columns beside its steps. */
const filled = (x: Partial<Columns>): Columns => ({
  step: x.step ?? NONE,
  epoch: x.epoch ?? NONE,
  examples: x.examples ?? NONE,
  seconds: x.seconds ?? NONE,
});
