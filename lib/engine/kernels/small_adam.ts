/**
 * Adam's update of a small parameter on the wasm engine, as one kernel. It is 12 operations, and calling one costs more
 * than the arithmetic of a few thousand numbers.
 */
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { tf } from "../tf.ts";

/** Numbers of a parameter from which the operations, which take four at a time, are faster than the loop. */
const LARGE = 4096;

/** A parameter, its gradient, and the means of gradients and of squared gradients. */
export interface AdamTensors {
  readonly p: tf.Tensor;
  readonly g: tf.Tensor;
  readonly m: tf.Tensor;
  readonly v: tf.Tensor;
}

/** The scalars of `adamCoefficients`: the betas with what they leave, then those of p − a × m / (√v + b). */
export type AdamScalars = readonly tf.Scalar[];

/**
 * The next p, m and v, to the bit those of the operations; null where the operations are faster.
 *
 * @example
 * ```ts
 * import { smallAdam } from "./small_adam.ts";
 * import { tf } from "../tf.ts";
 * const [p, g, m, v] = [tf.ones([3]), tf.ones([3]), tf.zeros([3]), tf.zeros([3])];
 * const next = smallAdam({ p, g, m, v }, [0.9, 0.1, 0.999, 0.001, 1e-3, 1e-8].map((value) => tf.scalar(value)));
 * ```
 */
export function smallAdam(tensors: AdamTensors, scalars: AdamScalars): tf.Tensor[] | null {
  if (tf.getBackend() !== "wasm" || tensors.p.size >= LARGE) return null;
  const inputs = { ...tensors, ...scalars } as unknown as tf.NamedTensorMap;
  return tf.engine().runKernel("PlateauAdam", inputs) as unknown as tf.Tensor[];
}

tf.registerKernel({
  kernelName: "PlateauAdam",
  backendName: "wasm",
  kernelFunc: ({ inputs, backend }) => {
    const wasm = backend as BackendWasm;
    const { p, g, m, v, ...scalars } = inputs as Record<string, tf.TensorInfo>;
    const made = [p, m, v].map(({ shape }) => wasm.makeOutput(shape, "float32"));
    // views only now: making a tensor may move the heap
    const view = (tensor: tf.TensorInfo) => wasm.typedArrayFromHeap(tensor) as Float32Array;
    const coefficients = Array.from({ length: 6 }, (_, i) => view(scalars[i])[0]);
    writeNext([p, m, v].map(view), view(g), made.map(view), coefficients);
    return made;
  },
});

/** Each operation is rounded to single precision, as the engine's own are. */
function writeNext(
  [p, m, v]: readonly Float32Array[],
  g: Float32Array,
  [nextP, nextM, nextV]: readonly Float32Array[],
  [beta1, share1, beta2, share2, a, b]: readonly number[],
): void {
  const { fround, sqrt } = Math;
  for (let i = 0; i < p.length; i++) {
    const mean = fround(fround(m[i] * beta1) + fround(g[i] * share1));
    const square = fround(fround(v[i] * beta2) + fround(fround(g[i] * g[i]) * share2));
    nextM[i] = mean;
    nextV[i] = square;
    nextP[i] = p[i] - fround(fround(mean / fround(fround(sqrt(square)) + b)) * a);
  }
}
