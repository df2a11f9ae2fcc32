/** One update run at once: batches and rate in, new tensors and what they are worth out. */
import type { Batch } from "../data/batch.ts";
import { hostDraws } from "../engine/draws.ts";
import { tf } from "../engine/tf.ts";
import { optimizerKind } from "../optimizers/optimizer_kind.ts";
import { type TensorBatch, update, type UpdateSpec, type UpdateTensors } from "./update.ts";

/** What of a training a step needs. */
export interface StepSpec extends UpdateSpec {
  readonly seed: number;
}

const NOTHING = { parameters: [], statistics: [], slots: [] };

export interface Stepped {
  /** what is minimised, before the update: the mean loss of the examples and the model's penalty */
  readonly loss: number;
  /** norm of all gradients together before clipping; null when no norm is clipped */
  readonly gradientNorm: number | null;
  /**
   * false when loss, gradients or what the update would leave are no numbers (or sum past the largest): nothing is
   * applied, the lists are empty
   */
  readonly finite: boolean;
  readonly parameters: tf.Tensor[];
  readonly statistics: tf.Tensor[];
  readonly slots: tf.Tensor[];
}

/**
 * Applies one update, as `update` does. The caller owns the tensors that come back; those given stay as they are.
 *
 * @param batches at least one
 * @param rate learning rate
 * @param number number of this update, from 1
 *
 * @example
 * ```ts
 * import { models, optimizers } from "plateau";
 * import { tf } from "../engine/tf.ts";
 * import { step } from "./step.ts";
 * const spec = { model: models.logistic({ features: 1 }), optimizer: optimizers.sgd(), clip: null, seed: 0 };
 * const given = { parameters: [tf.zeros([1, 1]), tf.zeros([1])], statistics: [], slots: [] };
 * const batch = { count: 2, x: Float32Array.of(-1, 1), target: Float32Array.of(0, 1) };
 * step(spec, given, [batch], 0.1, 1).loss; // ln 2
 * ```
 */
export function step(
  spec: StepSpec,
  tensors: UpdateTensors,
  batches: readonly Batch[],
  rate: number,
  number: number,
): Stepped {
  const { scalars, next } = tf.tidy(() => {
    const coefficients = optimizerKind(spec.optimizer).coefficients(spec.optimizer, rate, number);
    const { loss, gradients, norm, ...next } = update(
      spec,
      tensors,
      batches.map(tensorsOf),
      coefficients.map((value) => tf.scalar(value)),
      hostDraws(spec.seed, number),
    );
    // a sum is no number when one of its terms is none; clipped by value, gradients that are none leave no trace
    const { parameters, statistics, slots } = next, bounded = spec.clip?.value === undefined ? [] : gradients;
    const check = tf.addN(
      [...parameters, ...statistics, ...slots, ...bounded].map((tensor) => tf.sum<tf.Scalar>(tensor)),
    );
    return { scalars: norm ? [loss, check, norm] : [loss, check], next };
  });
  // read only now, so that all before is tensor operations alone
  const [loss, check, norm = null] = scalars.map((scalar) => scalar.dataSync()[0]);
  tf.dispose(scalars);
  const finite = Number.isFinite(loss) && Number.isFinite(check) && Number.isFinite(norm ?? 0);
  if (!finite) tf.dispose(next);
  return { loss, gradientNorm: norm, finite, ...(finite ? next : NOTHING) };
}

const tensorsOf = ({ count, x, target }: Batch): TensorBatch => ({
  count,
  x: tf.tensor2d(x, [count, x.length / count]),
  target: tf.tensor2d(target, [count, target.length / count]),
});
