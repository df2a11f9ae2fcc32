/** Operations that kernels of XLA are tried on: shapes of their inputs, and what is made of them. */
import { dense, relu, softmaxCrossEntropy } from "../../../lib/engine/kernels/kernels.ts";
import { tf } from "../../../lib/engine/tf.ts";

/** A function of tensors by its title; `from` and `to` bound the numbers of its inputs, −2 and 2 by default. */
export interface KernelCase {
  readonly shapes: readonly (readonly number[])[];
  // deno-lint-ignore no-explicit-any
  readonly of: (...inputs: any[]) => tf.Tensor;
  readonly from?: number;
  readonly to?: number;
  /** whether its gradient is looked at; default true */
  readonly gradient?: boolean;
  /**
   * the one backend that has it right: TensorFlow's own takes no border of one's own, and cpu counts borders and mistakes
   * places in the gradients of resized images
   */
  readonly only?: "cpu" | "tensorflow";
}
type Cases = Readonly<Record<string, KernelCase>>;

const float = (x: tf.Tensor) => tf.cast(x, "float32");
const one = (of: (x: tf.Tensor) => tf.Tensor, more: Partial<KernelCase> = {}): KernelCase => ({
  shapes: [[3, 5]],
  of,
  ...more,
});
const two = (of: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor, more: Partial<KernelCase> = {}): KernelCase => ({
  shapes: [[3, 5], [3, 5]],
  of,
  ...more,
});
const positive = { from: 0.25, to: 3 }, flat = { gradient: false };

const pointwise: Cases = {
  abs: one(tf.abs),
  ceil: one(tf.ceil),
  cos: one(tf.cos),
  clip: one((x) => tf.clipByValue(x, -1, 0.5)),
  elu: one(tf.elu),
  erf: one(tf.erf),
  exp: one(tf.exp),
  expm1: one(tf.expm1),
  floor: one(tf.floor),
  "is finite": one((x) => float(tf.isFinite(tf.div(x, tf.sub(tf.round(x), tf.round(x))))), flat),
  "is nan": one((x) => float(tf.isNaN(tf.log(x))), flat),
  "leaky relu": one((x) => tf.leakyRelu(x, 0.3)),
  log: one(tf.log, positive),
  log1p: one(tf.log1p, positive),
  "log sigmoid": one(tf.logSigmoid),
  "logical not": one((x) => float(tf.logicalNot(tf.greater(x, 0))), flat),
  neg: one(tf.neg),
  reciprocal: one(tf.reciprocal, positive),
  relu: one(tf.relu),
  "relu of ours": one(relu),
  relu6: one((x) => tf.relu6(tf.mul(x, 5))),
  round: one(tf.round, flat),
  rsqrt: one(tf.rsqrt, positive),
  selu: one(tf.selu),
  sigmoid: one(tf.sigmoid),
  sign: one(tf.sign),
  sin: one(tf.sin),
  softplus: one(tf.softplus),
  sqrt: one(tf.sqrt, positive),
  square: one(tf.square),
  step: one((x) => tf.step(x, 0.25), flat),
  tanh: one(tf.tanh),
  "zeros like": one((x) => tf.add(tf.zerosLike(x), tf.onesLike(x)), flat),
  "cast to int32 and bool": one(
    (x) => tf.add(float(tf.cast(tf.mul(x, 3), "int32")), float(tf.cast(x, "bool"))),
    flat,
  ),
  "add n": two((a, b) => tf.addN([a, b, a])),
  add: two(tf.add),
  "add along rows": { shapes: [[3, 5], [5]], of: tf.add },
  "multiply along columns": { shapes: [[3, 5], [3, 1]], of: tf.mul },
  "subtract from one": { shapes: [[], [2, 3, 4]], of: tf.sub },
  divide: two(tf.div, positive),
  "divide and round down": two((a, b) => float(tf.floorDiv(tf.cast(a, "int32"), tf.cast(b, "int32"))), {
    from: 1,
    to: 9,
    gradient: false,
  }),
  "divide whole numbers of all sizes and signs": one(() => {
    const int = (...values: number[]) => tf.tensor1d(values, "int32");
    const made = tf.floorDiv(int(16777217, 2147483647, -7, 7, -8, -6), int(1, 3, 2, -2, 2, -4));
    return float(tf.sub(made, int(16777216, 715827880, 0, 0, 0, 0)));
  }, flat),
  maximum: two(tf.maximum),
  minimum: two(tf.minimum),
  power: two(tf.pow, positive),
  "power of a number": one((x) => tf.pow(x, 2)),
  prelu: { shapes: [[3, 5], [5]], of: tf.prelu },
  "squared difference": two(tf.squaredDifference),
  comparisons: two((a, b) =>
    tf.addN([
      tf.greater(a, b),
      tf.greaterEqual(a, b),
      tf.less(a, b),
      tf.lessEqual(a, b),
      tf.equal(a, b),
      tf.notEqual(a, b),
    ].map((bits, i) => tf.mul(float(bits), 2 ** i))), flat),
  "logical and, or": two((a, b) => {
    const [x, y] = [tf.greater(a, 0), tf.greater(b, 0)];
    return tf.add(float(tf.logicalAnd(x, y)), tf.mul(float(tf.logicalOr(x, y)), 2));
  }, flat),
  where: two((a, b) => tf.where(tf.tensor2d([[1, 0, 1, 0, 0]], [1, 5], "bool"), a, tf.mul(b, 2))),
};

const reductions: Cases = {
  "sum of all": one((x) => tf.sum(x)),
  "sum of columns": one((x) => tf.sum(x, 0)),
  "sum of columns of one number": { shapes: [[1, 2 ** 15]], of: (x) => tf.sum(x, 0), gradient: false },
  "sum of many columns": { shapes: [[3, 2 ** 14]], of: (x) => tf.sum(x, 0), gradient: false },
  "sum kept": { shapes: [[2, 3, 4]], of: (x) => tf.mul(tf.sum(x, [0, 2], true), x) },
  mean: { shapes: [[2, 3, 4]], of: (x) => tf.mean(x, [-1, 0]) },
  max: { shapes: [[2, 3, 4]], of: (x) => tf.max(x, -1) },
  min: { shapes: [[2, 3, 4]], of: (x) => tf.min(x, [0, 1], true) },
  product: one((x) => tf.prod(x, 1), flat),
  "all, any": one(
    (x) => tf.add(float(tf.all(tf.greater(x, -1.5), 1)), tf.mul(float(tf.any(tf.greater(x, 1.5), 1)), 2)),
    flat,
  ),
  "arg max, arg min": one((x) => tf.add(float(tf.argMax(x, 1)), tf.mul(float(tf.argMin(x, -1)), 10)), flat),
  "cumulative sums": {
    shapes: [[2, 3, 4]],
    of: (x) => tf.add(tf.cumsum(x, 1), tf.cumsum(x, 2, true, true)),
    gradient: false,
  },
  "cumulative sums before a number without end": one(
    (x) => tf.concat([tf.cumsum(tf.div(1, tf.step(x)), 1, true), tf.cumsum(x, 1, true)]),
    flat,
  ),
  "arg max of no numbers": one((x) => float(tf.argMax(tf.log(tf.sub(x, 3)), 1)), flat),
  softmax: one((x) => tf.softmax(x)),
  "log softmax": one((x) => tf.logSoftmax(x)),
  "softmax cross entropy": {
    shapes: [[4, 6]],
    of: (x) => softmaxCrossEntropy(x, tf.oneHot([0, 2, 5, 2], 6, 1, 0, "float32") as tf.Tensor2D),
  },
  moments: one((x) => tf.stack([tf.moments(x, 0).mean, tf.moments(x, 0).variance])),
};

const shapes: Cases = {
  reshape: one((x) => tf.reshape(x, [5, -1])),
  "expand, squeeze": { shapes: [[3, 1, 5]], of: (x) => tf.expandDims(tf.squeeze(x, [1]), -1) },
  transpose: { shapes: [[2, 3, 4]], of: (x) => tf.transpose(x, [2, 0, 1]) },
  "broadcast to": { shapes: [[3, 1]], of: (x) => tf.broadcastTo(x, [2, 3, 4]) },
  fill: one((x) => tf.add(x, tf.fill([3, 5], 0.1))),
  range: one((x) => tf.mul(x, tf.range(1, 11, 2))),
  "range down": one((x) => tf.mul(x, tf.range(5, 0))),
  concat: { shapes: [[2, 3], [2, 1], [2, 4]], of: (...parts) => tf.concat(parts, 1) },
  "concat of nothing": { shapes: [[0, 3]], of: (x) => tf.concat([x, x], 1), gradient: false },
  stack: { shapes: [[2, 3], [2, 3]], of: (...parts) => tf.stack(parts, -1) },
  unstack: one((x) => tf.sub(tf.unstack(x, 1)[1], tf.unstack(x, 1)[4])),
  split: one((x) => tf.concat(tf.split(x, [1, 4], 1).reverse(), 1)),
  slice: { shapes: [[4, 5, 3]], of: (x) => tf.slice(x, [1, 0, 2], [2, -1, 1]) },
  "strided slice": {
    shapes: [[6, 5]],
    of: (x) => tf.stridedSlice(x, [5, 1], [0, 5], [-2, 2]),
    gradient: false,
  },
  "strided slice of a row": {
    shapes: [[6, 5]],
    of: (x) => tf.stridedSlice(x, [2, 0], [3, 4], [1, 1], 0, 0, 0, 0, 1),
    gradient: false,
  },
  pad: { shapes: [[2, 3]], of: (x) => tf.pad(x, [[1, 0], [2, 1]], 0.5) },
  tile: { shapes: [[2, 3]], of: (x) => tf.tile(x, [2, 3]) },
  reverse: { shapes: [[2, 3, 4]], of: (x) => tf.reverse(x, [0, -1]) },
  "one hot": one((x) => tf.oneHot(tf.cast(tf.abs(x), "int32"), 3, 2, -1), flat),
  gather: { shapes: [[4, 3]], of: (x) => tf.gather(x, tf.tensor2d([[3, 0], [1, 3]], [2, 2], "int32")) },
  "gather along an axis": {
    shapes: [[2, 4, 3]],
    of: (x) => tf.gather(x, tf.tensor1d([3, 0, 3], "int32"), 1),
  },
  "gather in batches": {
    shapes: [[2, 4, 3]],
    of: (x) => tf.gather(x, tf.tensor2d([[3, 0], [1, 1]], [2, 2], "int32"), 1, 1),
    gradient: false,
  },
  "segment sums": {
    shapes: [[4, 3]],
    of: (x) => tf.unsortedSegmentSum(x, tf.tensor1d([2, 0, 2, 1], "int32"), 4),
  },
};

const matrices: Cases = {
  "product": { shapes: [[3, 4], [4, 2]], of: (a, b) => tf.matMul(a, b) },
  "product of transposed": { shapes: [[4, 3], [2, 4]], of: (a, b) => tf.matMul(a, b, true, true) },
  "products side by side": { shapes: [[2, 3, 4], [2, 4, 2]], of: (a, b) => tf.matMul(a, b) },
  "products of one": {
    shapes: [[2, 3, 4], [1, 2, 4]],
    of: (a, b) => tf.matMul(a, b, false, true),
    gradient: false,
  },
  "products with one matrix": {
    shapes: [[1, 3, 4], [4, 2]],
    of: (a, b) => tf.matMul(a, b),
    gradient: false,
  },
  "dense relu": { shapes: [[3, 4], [4, 2], [2]], of: (x, w, b) => dense(x, w, b, "relu") },
  "dense tanh": { shapes: [[3, 4], [4, 2], [2]], of: (x, w, b) => dense(x, w, b, "tanh") },
  "fused sigmoid": {
    shapes: [[3, 4], [4, 2], [2]],
    of: (a, b, bias) => tf.fused.matMul({ a, b, bias, activation: "sigmoid" }),
    gradient: false,
  },
  "batch normalisation": {
    shapes: [[2, 3, 3, 4], [4], [4], [4], [4]],
    of: (x, mean, variance, offset, scale) => tf.batchNorm(x, mean, variance, offset, scale, 1e-3),
    ...positive,
  },
};

const image = [2, 7, 6, 3], filter = [3, 3, 3, 4];
type Four = tf.Tensor4D;
const convolutions: Cases = {
  "convolution that keeps the size": { shapes: [image, filter], of: (x, w) => tf.conv2d(x, w, 1, "same") },
  "convolution with strides": { shapes: [image, filter], of: (x, w) => tf.conv2d(x, w, [2, 3], "same") },
  "convolution within": { shapes: [image, [2, 3, 3, 4]], of: (x, w) => tf.conv2d(x, w, 2, "valid") },
  "convolution with borders of its own": {
    shapes: [image, filter],
    of: (x, w) => tf.conv2d(x, w, 1, 2),
    only: "cpu",
  },
  "convolution with holes": {
    shapes: [image, filter],
    of: (x, w) => tf.conv2d(x, w, 1, "same", "NHWC", 2),
    gradient: false,
  },
  "convolution of one channel": {
    shapes: [[2, 7, 6, 1], [3, 2, 1, 4]],
    of: (x, w) => tf.conv2d(x, w, [2, 1], "same"),
  },
  "transposed convolution": {
    shapes: [[2, 3, 3, 4], filter],
    of: (x, w) => tf.conv2dTranspose(x, w, [2, 6, 6, 3], 2, "same"),
  },
  "depthwise convolution": {
    shapes: [image, [3, 3, 3, 2]],
    of: (x, w) => tf.depthwiseConv2d(x, w, 1, "same"),
  },
  "depthwise convolution with strides": {
    shapes: [image, [3, 2, 3, 1]],
    of: (x, w) => tf.depthwiseConv2d(x, w, 2, "valid"),
  },
  "separable convolution": {
    shapes: [image, [3, 3, 3, 1], [1, 1, 3, 5]],
    of: (x, w, v) => tf.separableConv2d(x, w, v, 1, "same"),
  },
  "image made larger by its nearest pixels": {
    shapes: [[2, 3, 4, 2]],
    of: (x: Four) => tf.image.resizeNearestNeighbor(x, [6, 12]),
    only: "tensorflow",
  },
  "image made smaller by its nearest pixels": {
    shapes: [image],
    of: (x: Four) => tf.image.resizeNearestNeighbor(x, [4, 3], false, true),
    gradient: false,
  },
  "image made larger by what is between": {
    shapes: [[2, 4, 4, 2]],
    of: (x: Four) => tf.image.resizeBilinear(x, [6, 7]),
    only: "tensorflow",
  },
  "image made smaller by what is between, corners kept": {
    shapes: [[2, 6, 6, 3]],
    of: (x: Four) => tf.image.resizeBilinear(x, [4, 3], true),
    only: "tensorflow",
  },
  "image made larger by the middle of pixels": {
    shapes: [[2, 3, 4, 2]],
    of: (x: Four) => tf.image.resizeBilinear(x, [6, 8], false, true),
    gradient: false,
  },
  "maximum pooling": { shapes: [[2, 6, 6, 3]], of: (x: Four) => tf.maxPool(x, 2, 2, "valid") },
  "maximum pooling of equal numbers": {
    shapes: [[2, 6, 6, 3]],
    of: (x: Four) => tf.maxPool(x, 2, 2, "valid"),
    from: 1,
    to: 1,
  },
  "maximum pooling that leaves a border": {
    shapes: [image],
    of: (x: Four) => tf.maxPool(x, [3, 2], [3, 2], "valid"),
  },
  "maximum pooling of whole numbers below 0": {
    shapes: [image],
    of: (x: Four) => float(tf.maxPool(tf.cast(tf.sub(tf.mul(x, 9), 30), "int32"), 3, 2, "same")),
    gradient: false,
    only: "cpu",
  },
  "maximum pooling over windows that overlap": {
    shapes: [image],
    of: (x: Four) => tf.maxPool(x, 3, 2, "same"),
  },
  "average pooling": { shapes: [[2, 6, 6, 3]], of: (x: Four) => tf.avgPool(x, 2, 2, "valid") },
  "average pooling over windows that overlap": {
    shapes: [image],
    of: (x: Four) => tf.avgPool(x, 3, 2, "same"),
    only: "tensorflow",
  },
};

/** All of them, by what they are about. */
export const kernelCases: Readonly<Record<string, Cases>> = {
  pointwise,
  reductions,
  shapes,
  matrices,
  convolutions,
};
