/**
 * The gradient of maximum pooling on the wasm engine. The stock one is several times slower, loses what belongs to
 * maxima of 0 and below, and of equal numbers takes the last where other engines take the first.
 */
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { tf } from "../tf.ts";

export interface PoolAttributes {
  readonly filterSize: number | [number, number];
  readonly strides: number | [number, number];
  readonly pad: "same" | "valid" | number;
  readonly dimRoundingMode?: "floor" | "round" | "ceil";
}

/**
 * Gradient of maximum pooling: each output's goes to the first of the numbers that it was the maximum of.
 *
 * @param x what was pooled
 * @param y what came of it
 */
export function poolGradient(
  x: tf.Tensor4D,
  y: tf.Tensor4D,
  dy: tf.Tensor4D,
  { filterSize, strides, pad, dimRoundingMode }: PoolAttributes,
  backend: BackendWasm,
): tf.TensorInfo {
  const sizes = tf.backend_util.computePool2DInfo(x.shape, filterSize, strides, 1, pad, dimRoundingMode);
  const dx = backend.makeOutput(x.shape, "float32");
  // views only now: making a tensor may move the heap
  const [inputs, outputs, given, passed] = [x, y, dy, dx].map((tensor) =>
    backend.typedArrayFromHeap(tensor) as Float32Array
  );
  writePassed(passed, inputs, outputs, given, sizes);
  return dx;
}

function writePassed(
  passed: Float32Array,
  inputs: Float32Array,
  outputs: Float32Array,
  given: Float32Array,
  sizes: tf.backend_util.Conv2DInfo,
): void {
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, padInfo } = sizes;
  const { filterHeight, filterWidth, strideHeight, strideWidth } = sizes;
  const window = new Int32Array(filterHeight * filterWidth);
  passed.fill(0);
  let at = 0;
  for (let row = 0; row < batchSize * outHeight; row++) {
    const image = Math.floor(row / outHeight), top = (row % outHeight) * strideHeight - padInfo.top;
    for (let column = 0; column < outWidth; column++) {
      // where the numbers of this window's first channel are
      const left = column * strideWidth - padInfo.left;
      let count = 0;
      for (let y = Math.max(0, top); y < Math.min(inHeight, top + filterHeight); y++) {
        for (let x = Math.max(0, left); x < Math.min(inWidth, left + filterWidth); x++) {
          window[count++] = ((image * inHeight + y) * inWidth + x) * inChannels;
        }
      }
      for (let channel = 0; channel < inChannels; channel++, at++) {
        let cell = 0;
        while (cell < count - 1 && inputs[window[cell] + channel] !== outputs[at]) cell++;
        passed[window[cell] + channel] += given[at];
      }
    }
  }
}
