/** The gradient of a convolution's filter, which the wasm engine lacks: without it no convolution could train there. */
import { tf } from "./tf.ts";

interface FilterAttributes {
  readonly strides: number | [number, number];
  readonly pad: "same" | "valid" | number | tf.backend_util.ExplicitPadding;
  readonly dimRoundingMode?: "floor" | "round" | "ceil";
  readonly dataFormat: "NHWC" | "NCHW";
  readonly filterShape: [number, number, number, number];
}

/** Gradient of a convolution's filter as one matrix product: what each filter cell saw, by what became of it. */
function filterGradient(x: tf.Tensor4D, dy: tf.Tensor4D, attributes: FilterAttributes): tf.Tensor4D {
  const { strides, pad, dimRoundingMode, dataFormat, filterShape } = attributes;
  if (dataFormat !== "NHWC") throw new RangeError(`unknown data format: ${dataFormat} (NHWC)`);
  const { padInfo, outHeight, outWidth, strideHeight, strideWidth } = tf.backend_util.computeConv2DInfo(
    x.shape,
    filterShape,
    strides,
    1,
    pad,
    dimRoundingMode,
  );
  const [rows, , , channels] = x.shape, [height, width, , filters] = filterShape;
  return tf.tidy(() => {
    const { top, bottom, left, right } = padInfo;
    const padded = tf.pad(x, [[0, 0], [top, bottom], [left, right], [0, 0]]);
    const extent = [(outHeight - 1) * strideHeight + 1, (outWidth - 1) * strideWidth + 1];
    const seen: tf.Tensor4D[] = [];
    for (let i = 0; i < height; i++) {
      for (let j = 0; j < width; j++) {
        const end = [rows, i + extent[0], j + extent[1], channels];
        seen.push(
          strideHeight === 1 && strideWidth === 1
            ? tf.slice(padded, [0, i, j, 0], [rows, outHeight, outWidth, channels])
            : tf.stridedSlice(padded, [0, i, j, 0], end, [1, strideHeight, strideWidth, 1]) as tf.Tensor4D,
        );
      }
    }
    const cells = height * width * channels, places = rows * outHeight * outWidth;
    const columns = tf.reshape(tf.concat(seen, 3), [places, cells]);
    return tf.reshape(tf.matMul(tf.transpose(columns), tf.reshape(dy, [places, filters])), filterShape);
  });
}

if (!tf.getKernel("Conv2DBackpropFilter", "wasm")) {
  tf.registerKernel({
    kernelName: "Conv2DBackpropFilter",
    backendName: "wasm",
    kernelFunc: ({ inputs, attrs }) =>
      filterGradient(
        inputs.x as tf.Tensor4D,
        inputs.dy as tf.Tensor4D,
        attrs as unknown as FilterAttributes,
      ),
  });
}
