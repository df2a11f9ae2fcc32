/**
 * The operations that networks spend their time in, with gradients that suit every engine.
 *
 * Why not the stock ones: the wasm engine multiplies transposed matrices many times slower than it transposes
 * and multiplies, the native engine builds relu's mask from five operations, and the stock cross entropy is a
 * dozen of them. Values and gradients equal the stock operations' to rounding.
 */
import "./wasm_kernels.ts";
import { type NativeBackend, nativeBackend } from "../native/native_ids.ts";
import { tf } from "../tf.ts";

export type Activation = "linear" | "relu" | "tanh";

/** The backends of the engines, each of which gets these kernels. */
const backends = ["tensorflow", "xla", "wasm", "cpu"];

/** aᵀb or abᵀ in the form that the current backend does fastest. */
function transposed(a: tf.Tensor2D, b: tf.Tensor2D, side: "a" | "b"): tf.Tensor2D {
  if (tf.getBackend() !== "wasm") return tf.matMul(a, b, side === "a", side === "b");
  return side === "a" ? tf.matMul(tf.transpose(a), b) : tf.matMul(a, tf.transpose(b));
}

/** The native backend when it is the current one. */
function native(): NativeBackend | null {
  return tf.getBackend() === "tensorflow" ? nativeBackend() : null;
}

/** Whether a program of XLA is written, where operations cost nothing before it is compiled. */
const tracing = () => tf.getBackend() === "xla";

/** Gradient of relu from its output: dy where y > 0. */
function reluGradient(dy: tf.Tensor, y: tf.Tensor): tf.Tensor {
  if (tracing()) return tf.where(tf.greater(y, 0), dy, tf.zerosLike(dy));
  return native()?.executeSingleOutput("ReluGrad", [], [dy, y]) ?? tf.mul(dy, tf.step(y));
}

/** Gradient of an activation from its output. */
function activationGradient(dy: tf.Tensor2D, y: tf.Tensor2D, activation: Activation): tf.Tensor2D {
  if (activation === "relu") return reluGradient(dy, y) as tf.Tensor2D;
  if (activation === "tanh") return tf.mul(dy, tf.sub(1, tf.square(y)));
  return dy;
}

function denseForward(x: tf.Tensor2D, w: tf.Tensor2D, b: tf.Tensor1D, activation: Activation): tf.Tensor2D {
  if (activation !== "tanh") return tf.fused.matMul({ a: x, b: w, bias: b, activation }) as tf.Tensor2D;
  return tf.tidy(() => tf.tanh(tf.fused.matMul({ a: x, b: w, bias: b }) as tf.Tensor2D));
}

// Registered kernels instead of tf.customGrad: their input gradients are computed only when asked for, which
// spares the first layer the gradient of the data.
for (const backendName of backends) {
  tf.registerKernel({
    kernelName: "PlateauProduct",
    backendName,
    kernelFunc: ({ inputs }) => tf.matMul(inputs.a as tf.Tensor2D, inputs.b as tf.Tensor2D),
  });
  tf.registerKernel({
    kernelName: "PlateauDense",
    backendName,
    kernelFunc: ({ inputs, attrs }) =>
      denseForward(
        inputs.x as tf.Tensor2D,
        inputs.w as tf.Tensor2D,
        inputs.b as tf.Tensor1D,
        (attrs as { activation: Activation }).activation,
      ),
  });
  tf.registerKernel({
    kernelName: "PlateauRelu",
    backendName,
    kernelFunc: ({ inputs }) => tf.relu(inputs.x as tf.Tensor),
  });
}
tf.registerGradient({
  kernelName: "PlateauProduct",
  inputsToSave: ["a", "b"],
  gradFunc: (dy, saved) => {
    const [a, b] = saved as tf.Tensor2D[];
    return {
      a: () => transposed(dy as tf.Tensor2D, b, "b"),
      b: () => transposed(a, dy as tf.Tensor2D, "a"),
    };
  },
});
tf.registerGradient({
  kernelName: "PlateauDense",
  inputsToSave: ["x", "w"],
  outputsToSave: [true],
  gradFunc: (dy, saved, attrs) => {
    const [x, w, y] = saved as tf.Tensor2D[];
    const { activation } = attrs as unknown as { activation: Activation };
    const inner = activationGradient(dy as tf.Tensor2D, y, activation);
    return {
      x: () => transposed(inner, w, "b"),
      w: () => transposed(x, inner, "a"),
      b: () => tf.sum(inner, 0),
    };
  },
});

tf.registerGradient({
  kernelName: "PlateauRelu",
  outputsToSave: [true],
  gradFunc: (dy, [y]) => ({ x: () => reluGradient(dy as tf.Tensor, y) }),
});

/**
 * max(x, 0), with a gradient that suits the engine.
 *
 * @example
 * ```ts
 * import { relu } from "./kernels.ts";
 * import { tf } from "../tf.ts";
 * const y = relu(tf.tensor1d([-1, 2])); // 0, 2
 * ```
 */
export function relu<T extends tf.Tensor>(x: T): T {
  return tf.engine().runKernel("PlateauRelu", { x }) as unknown as T;
}

/**
 * Matrix product with a gradient that suits the engine.
 *
 * @param a [n, k]
 * @param b [k, m]
 * @returns [n, m]
 * @example
 * ```ts
 * import { product } from "./kernels.ts";
 * import { tf } from "../tf.ts";
 * const identity = product(tf.eye(2), tf.eye(2));
 * ```
 */
export function product(a: tf.Tensor2D, b: tf.Tensor2D): tf.Tensor2D {
  return tf.engine().runKernel("PlateauProduct", { a, b }) as unknown as tf.Tensor2D;
}

/**
 * A dense layer: activation(x·w + b).
 *
 * @param x [batch, inputs]
 * @param w [inputs, outputs]
 * @param b [outputs]
 * @param activation default `"linear"`
 * @returns [batch, outputs]
 * @example
 * ```ts
 * import { dense } from "./kernels.ts";
 * import { tf } from "../tf.ts";
 * const hidden = dense(tf.ones([32, 64]), tf.ones([64, 128]), tf.zeros([128]), "relu");
 * ```
 */
export function dense(
  x: tf.Tensor2D,
  w: tf.Tensor2D,
  b: tf.Tensor1D,
  activation: Activation = "linear",
): tf.Tensor2D {
  return tf.engine().runKernel("PlateauDense", { x, w, b }, { activation }) as unknown as tf.Tensor2D;
}

/** The forward pass: the mean loss, and the tensor from which the gradient follows. */
function crossEntropy(logits: tf.Tensor2D, oneHot: tf.Tensor2D): { value: tf.Scalar; kept: tf.Tensor2D } {
  const op = "SoftmaxCrossEntropyWithLogits";
  const labels = oneHot;
  const found =
    (tracing()
      ? tf.engine().runKernel("PlateauSoftmaxCrossEntropy", { logits, labels })
      : native()?.executeMultipleOutputs(op, [], [logits, labels], 2)) as tf.Tensor2D[] | undefined;
  if (found) return { value: tf.mean(found[0]), kept: found[1] };
  const logSoftmax = tf.logSoftmax(logits);
  const value = tf.div<tf.Scalar>(tf.sum(tf.mul(oneHot, logSoftmax)), -logits.shape[0]);
  return { value, kept: logSoftmax };
}

/** softmax − labels: what a native op already made, or from the log of the softmax. */
function crossEntropyGradient(kept: tf.Tensor, oneHot: tf.Tensor): tf.Tensor {
  return native() || tracing() ? kept : tf.sub(tf.exp(kept), oneHot);
}

/**
 * Mean softmax cross entropy of a batch, in nats. The gradient by the logits is one subtraction; the labels
 * are constants and get none. Equals `tf.losses.softmaxCrossEntropy`.
 *
 * @param logits [batch, classes], before the softmax
 * @param oneHot [batch, classes], rows that sum to 1
 * @example
 * ```ts
 * import { softmaxCrossEntropy } from "./kernels.ts";
 * import { tf } from "../tf.ts";
 * const loss = softmaxCrossEntropy(tf.zeros([2, 10]), tf.oneHot([3, 7], 10) as tf.Tensor2D); // ln 10
 * ```
 */
export function softmaxCrossEntropy(logits: tf.Tensor2D, oneHot: tf.Tensor2D): tf.Scalar {
  const forward = (...inputs: (tf.Tensor | tf.GradSaveFunc)[]) => {
    const [z, save] = inputs as [tf.Tensor2D, tf.GradSaveFunc];
    const { value, kept } = crossEntropy(z, oneHot);
    save([kept, oneHot]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) =>
      tf.mul(tf.div(dy, z.shape[0]), crossEntropyGradient(saved[0], saved[1]));
    return { value, gradFunc };
  };
  return tf.customGrad(forward)(logits);
}

/**
 * Mean sigmoid cross entropy of a batch, in nats, without overflow however far the logits are from zero. The gradient
 * by the logits is one subtraction; the targets are constants and get none.
 *
 * @param logits [batch, outputs], before the sigmoid
 * @param target [batch, outputs], shares of "yes" in [0, 1]
 * @example
 * ```ts
 * import { sigmoidCrossEntropy } from "./kernels.ts";
 * import { tf } from "../tf.ts";
 * const loss = sigmoidCrossEntropy(tf.zeros([2, 1]), tf.tensor2d([[1], [0]])); // ln 2
 * ```
 */
export function sigmoidCrossEntropy(logits: tf.Tensor2D, target: tf.Tensor2D): tf.Scalar {
  const forward = (...inputs: (tf.Tensor | tf.GradSaveFunc)[]) => {
    const [z, save] = inputs as [tf.Tensor2D, tf.GradSaveFunc];
    // −t ln σ(z) − (1 − t) ln(1 − σ(z)) = max(z, 0) − t z + ln(1 + exp(−|z|))
    const losses = tf.add(tf.sub(tf.relu(z), tf.mul(target, z)), tf.log1p(tf.exp(tf.neg(tf.abs(z)))));
    save([z, target]);
    const gradFunc = (dy: tf.Tensor, [z, target]: tf.Tensor[]) =>
      tf.mul(tf.div(dy, z.size), tf.sub(tf.sigmoid(z), target));
    return { value: tf.mean<tf.Scalar>(losses), gradFunc };
  };
  return tf.customGrad(forward)(logits);
}

/**
 * Mean squared error over all outputs of a batch. The targets are constants and get no gradient.
 *
 * @param outputs [batch, outputs]
 * @param target [batch, outputs]
 * @example
 * ```ts
 * import { meanSquaredError } from "./kernels.ts";
 * import { tf } from "../tf.ts";
 * const loss = meanSquaredError(tf.zeros([2, 1]), tf.tensor2d([[1], [3]])); // 5
 * ```
 */
export function meanSquaredError(outputs: tf.Tensor2D, target: tf.Tensor2D): tf.Scalar {
  const forward = (...inputs: (tf.Tensor | tf.GradSaveFunc)[]) => {
    const [y, save] = inputs as [tf.Tensor2D, tf.GradSaveFunc];
    const difference = tf.sub(y, target);
    save([difference]);
    const gradFunc = (dy: tf.Tensor, [difference]: tf.Tensor[]) =>
      tf.mul(tf.mul(dy, 2 / difference.size), difference);
    return { value: tf.mean<tf.Scalar>(tf.square(difference)), gradFunc };
  };
  return tf.customGrad(forward)(outputs);
}
