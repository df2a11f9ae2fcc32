/** The gradient of a convolution's filter, which the wasm engine lacks: without it no convolution could train there. */
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { tf } from "../tf.ts";

type Padding = "same" | "valid" | number | tf.backend_util.ExplicitPadding;

/** What TensorFlow.js tells the gradients of a convolution. */
export interface ConvolutionAttributes {
  readonly strides: number | [number, number];
  readonly pad: Padding;
  readonly dimRoundingMode?: "floor" | "round" | "ceil";
  readonly dataFormat: "NHWC" | "NCHW";
}
export interface FilterAttributes extends ConvolutionAttributes {
  readonly filterShape: [number, number, number, number];
}

/** Sizes and borders of a convolution. */
export function convolutionSizes(
  inputShape: [number, number, number, number],
  filterShape: [number, number, number, number],
  { strides, pad, dimRoundingMode, dataFormat }: ConvolutionAttributes,
): tf.backend_util.Conv2DInfo {
  if (dataFormat !== "NHWC") throw new RangeError(`unknown data format: ${dataFormat} (NHWC)`);
  return tf.backend_util.computeConv2DInfo(inputShape, filterShape, strides, 1, pad, dimRoundingMode);
}

/** Gradient of a convolution's filter as one matrix product: what each filter cell saw, by what became of it. */
export function filterGradient(
  x: tf.Tensor4D,
  dy: tf.Tensor4D,
  attributes: FilterAttributes,
  backend: BackendWasm,
): tf.Tensor4D {
  const { filterShape } = attributes, sizes = convolutionSizes(x.shape, filterShape, attributes);
  const { filterHeight, filterWidth, inChannels, outChannels, batchSize, outHeight, outWidth } = sizes;
  const places = batchSize * outHeight * outWidth;
  return tf.tidy(() => {
    const made = backend.makeOutput([filterHeight * filterWidth * inChannels, places], "float32");
    // views only now: making a tensor may move the heap
    const [seen, images] = [made, x].map((tensor) => backend.typedArrayFromHeap(tensor) as Float32Array);
    writeSeen(seen, images, sizes);
    const cells = tf.engine().makeTensorFromTensorInfo(made) as tf.Tensor2D;
    return tf.reshape(tf.matMul(cells, tf.reshape(dy, [places, outChannels])), filterShape);
  });
}

/**
 * [cells of the filter, places of the output]: what each cell sees at each place, 0 past the border. A plain loop:
 * slices and a concatenation took ten times as long.
 */
function writeSeen(seen: Float32Array, images: Float32Array, sizes: tf.backend_util.Conv2DInfo): void {
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, padInfo } = sizes;
  const { filterHeight, filterWidth, strideHeight, strideWidth } = sizes;
  let at = 0;
  for (let i = 0; i < filterHeight; i++) {
    for (let j = 0; j < filterWidth; j++) {
      // the columns of the output at which this cell lies within the image
      const shift = j - padInfo.left;
      const first = Math.min(outWidth, Math.max(0, Math.ceil(-shift / strideWidth)));
      const end = Math.max(first, Math.min(outWidth, Math.ceil((inWidth - shift) / strideWidth)));
      for (let channel = 0; channel < inChannels; channel++) {
        for (let row = 0; row < batchSize * outHeight; row++) {
          const image = Math.floor(row / outHeight);
          const y = (row % outHeight) * strideHeight + i - padInfo.top;
          const inside = y >= 0 && y < inHeight;
          let from = ((image * inHeight + y) * inWidth + first * strideWidth + shift) * inChannels + channel;
          let column = 0;
          for (; column < (inside ? first : outWidth); column++) seen[at++] = 0;
          for (; column < end; column++, from += strideWidth * inChannels) seen[at++] = images[from];
          for (; column < outWidth; column++) seen[at++] = 0;
        }
      }
    }
  }
}
