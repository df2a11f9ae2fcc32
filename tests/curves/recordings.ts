/** Recordings made of given values, for tests. */
import { recorder } from "../../lib/curves/recorder.ts";
import type { EndReason, EvaluationRow, Trajectory } from "../../lib/curves/trajectory.ts";
import { batchPlan, positionAt } from "../../lib/batch_plan.ts";

export interface Recorded {
  /** validation losses, one an evaluation */
  readonly losses: readonly number[];
  /** default the losses' negatives */
  readonly accuracies?: readonly number[];
  /** steps between evaluations; default 10, which is one epoch */
  readonly every?: number;
  /** updates in all; default as many as the evaluations need */
  readonly updates?: number;
  readonly end?: EndReason;
  readonly final?: EvaluationRow;
  readonly seed?: number;
}

export const batches = batchPlan(100, 10);

/** One tenth of a second an update; test loss is the validation loss plus 0.5. */
export function recorded(
  { losses, accuracies, every = 10, seed = 0, end, final, ...rest }: Recorded,
): Trajectory {
  const metrics = ["validation.loss", "validation.accuracy", "test.loss"];
  const record = recorder({ name: `seed ${seed}`, seed, batches, metrics });
  const updates = rest.updates ?? losses.length * every;
  for (let step = 1; step <= updates; step++) {
    const { evaluations: _, ...at } = positionAt(batches, step, 0, step / 10);
    const diverges = end === "diverged" && step === updates;
    record.update({ ...at, rate: 0.1, loss: diverges ? NaN : 1 / step });
    const loss = losses[step / every - 1];
    if (loss === undefined) continue;
    const accuracy = accuracies?.[step / every - 1] ?? -loss;
    record.evaluation({
      ...at,
      metrics: { "validation.loss": loss, "validation.accuracy": accuracy, "test.loss": loss + 0.5 },
    });
  }
  if (end) record.finish(end, final);
  return record.trajectory();
}
