/** One update as a pure function of tensors: run as it is, or recorded and compiled. Nothing is read back. */
import type { Draws } from "../engine/draws.ts";
import { meanSquaredError, sigmoidCrossEntropy, softmaxCrossEntropy } from "../engine/kernels/kernels.ts";
import { tf } from "../engine/tf.ts";
import { modelKind } from "../models/model_kind.ts";
import type { Loss, Model, Pass } from "../models/model.ts";
import { optimizerKind } from "../optimizers/optimizer_kind.ts";
import type { Optimizer } from "../optimizers/optimizer.ts";

/** Bounds on gradients: on the norm of all of them together, then on each number. */
export interface Clip {
  readonly norm?: number;
  readonly value?: number;
}

/** What of a training an update needs. */
export interface UpdateSpec {
  readonly model: Model;
  readonly optimizer: Optimizer;
  readonly clip: Clip | null;
}

/** What an update moves. */
export interface UpdateTensors {
  readonly parameters: readonly tf.Tensor[];
  readonly statistics: readonly tf.Tensor[];
  readonly slots: readonly tf.Tensor[];
}

/** A batch as tensors of `count` rows. */
export interface TensorBatch {
  readonly count: number;
  readonly x: tf.Tensor2D;
  readonly target: tf.Tensor2D;
}

export interface Updated {
  /** what is minimised, before the update: the mean loss of the examples and the model's penalty */
  readonly loss: tf.Scalar;
  /** before clipping */
  readonly gradients: readonly tf.Tensor[];
  /** norm of all gradients together before clipping; null when no norm is clipped */
  readonly norm: tf.Scalar | null;
  readonly parameters: tf.Tensor[];
  readonly statistics: tf.Tensor[];
  readonly slots: tf.Tensor[];
}

/**
 * One update by the gradient of the mean over the examples of all its batches, so that accumulating equals one large
 * batch up to rounding (but for batch normalisation, which sees each batch alone).
 *
 * @param batches at least one
 * @param coefficients of the optimizer, for this update
 * @example
 * ```ts
 * import { models, optimizers } from "plateau";
 * import { hostDraws } from "../engine/draws.ts";
 * import { tf } from "../engine/tf.ts";
 * import { update } from "./update.ts";
 * const spec = { model: models.logistic({ features: 1 }), optimizer: optimizers.sgd(), clip: null };
 * const tensors = { parameters: [tf.zeros([1, 1]), tf.zeros([1])], statistics: [], slots: [] };
 * const batch = { count: 2, x: tf.tensor2d([[-1], [1]]), target: tf.tensor2d([[0], [1]]) };
 * update(spec, tensors, [batch], [tf.scalar(0.1)], hostDraws(0, 1)).loss; // ln 2
 * ```
 */
export function update(
  spec: UpdateSpec,
  tensors: UpdateTensors,
  batches: readonly TensorBatch[],
  coefficients: readonly tf.Scalar[],
  draws: Draws,
): Updated {
  const { loss, gradients, statistics } = differentiate(spec, tensors, batches, draws);
  const { clipped, norm } = clip(gradients, spec.clip);
  return { loss, gradients, norm, statistics, ...applied(spec, tensors, clipped, coefficients) };
}

/** A model's mean loss over the rows of a batch. */
function lossOf(loss: Loss, outputs: tf.Tensor2D, target: tf.Tensor2D): tf.Scalar {
  if (loss === "softmaxCrossEntropy") return softmaxCrossEntropy(outputs, target);
  return loss === "sigmoidCrossEntropy"
    ? sigmoidCrossEntropy(outputs, target)
    : meanSquaredError(outputs, target);
}

interface Differentiated {
  readonly loss: tf.Scalar;
  readonly gradients: tf.Tensor[];
  readonly statistics: tf.Tensor[];
}

/** Loss and gradients of the mean over all examples; each batch counts by its examples. */
function differentiate(
  { model }: UpdateSpec,
  { parameters, statistics }: UpdateTensors,
  batches: readonly TensorBatch[],
  draws: Draws,
): Differentiated {
  const total = batches.reduce((sum, { count }) => sum + count, 0);
  let sum: tf.Tensor[] | null = null, current: Differentiated | null = null;
  for (const [index, batch] of batches.entries()) {
    const pass: Pass = { training: true, draws, batch: index };
    const part = differentiateBatch(model, parameters, current?.statistics ?? statistics, batch, pass);
    if (batches.length === 1) return part;
    // what is added up goes at once: accumulating is for updates that do not fit at a time
    const added = accumulated(sum, [part.loss, ...part.gradients], batch.count / total);
    tf.dispose([sum ?? [], part.loss, part.gradients, current?.statistics ?? []]);
    [sum, current] = [added, part];
  }
  if (!sum || !current) throw new RangeError("invalid batches: [] (at least one)");
  const [loss, ...gradients] = sum;
  return { loss: loss as tf.Scalar, gradients, statistics: current.statistics };
}

/** The sum so far and a share of what comes. */
function accumulated(
  sum: readonly tf.Tensor[] | null,
  parts: readonly tf.Tensor[],
  share: number,
): tf.Tensor[] {
  return tf.tidy(() => {
    const weighted = parts.map((part) => tf.mul(part, share));
    return sum ? weighted.map((part, i) => tf.add(sum[i], part)) : weighted;
  });
}

function differentiateBatch(
  model: Model,
  parameters: readonly tf.Tensor[],
  statistics: readonly tf.Tensor[],
  { x, target }: TensorBatch,
  pass: Pass,
): Differentiated {
  const kind = modelKind(model);
  let moved: tf.Tensor[] = [];
  const { value, grads } = tf.valueAndGrads((...weights: tf.Tensor[]) => {
    const { outputs, statistics: after, penalty } = kind.forward(model, weights, statistics, x, pass);
    // the scope of the gradient disposes of all but its value
    moved = after.map((tensor) => tf.keep(tf.clone(tensor)));
    const loss = lossOf(kind.loss(model), outputs, target);
    return penalty ? tf.add<tf.Scalar>(loss, penalty) : loss;
  })([...parameters]);
  return { loss: value as tf.Scalar, gradients: grads, statistics: moved };
}

/** Gradients within their bounds: the norm of all together first, then each number. */
function clip(
  gradients: readonly tf.Tensor[],
  bounds: Clip | null,
): { readonly clipped: readonly tf.Tensor[]; readonly norm: tf.Scalar | null } {
  let clipped = gradients, norm: tf.Scalar | null = null;
  if (bounds?.norm !== undefined) {
    norm = tf.sqrt(tf.addN(gradients.map((gradient) => tf.sum<tf.Scalar>(tf.square(gradient)))));
    const share = tf.div(bounds.norm, tf.maximum(norm, bounds.norm));
    clipped = clipped.map((gradient) => tf.mul(gradient, share));
  }
  const { value } = bounds ?? {};
  if (value !== undefined) clipped = clipped.map((gradient) => tf.clipByValue(gradient, -value, value));
  return { clipped, norm };
}

/** Parameters and slots after the optimizer's update, within the model's constraints. */
function applied(
  { model, optimizer }: UpdateSpec,
  { parameters, slots }: UpdateTensors,
  gradients: readonly tf.Tensor[],
  coefficients: readonly tf.Scalar[],
): { readonly parameters: tf.Tensor[]; readonly slots: tf.Tensor[] } {
  const kind = modelKind(model), rule = optimizerKind(optimizer);
  const moved = rule.apply(optimizer, parameters, gradients, slots, coefficients, decaysOf(model));
  return kind.constrain ? { ...moved, parameters: kind.constrain(model, moved.parameters) } : moved;
}

const decays = new WeakMap<Model, readonly boolean[]>();

/** Which parameters decay by mask: asked at every update, told once a model. */
function decaysOf(model: Model): readonly boolean[] {
  const known = decays.get(model) ??
    modelKind(model).parameters(model, 0).map(({ decays = true }) => decays);
  decays.set(model, known);
  return known;
}
