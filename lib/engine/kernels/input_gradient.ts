/** The gradient of a convolution's input, which the wasm engine has, ten times slower than a convolution. */
import { tf } from "../tf.ts";
import { type ConvolutionAttributes, convolutionSizes } from "./filter_gradient.ts";

export interface InputAttributes extends ConvolutionAttributes {
  readonly inputShape: [number, number, number, number];
}

/**
 * Gradient of a convolution's input as a convolution: that of the output's gradient with the filter turned around.
 *
 * @returns null where no convolution says it: for strides over 1, and borders wider than the filter
 */
export function inputGradient(
  dy: tf.Tensor4D,
  filter: tf.Tensor4D,
  attributes: InputAttributes,
): tf.Tensor4D | null {
  const sizes = convolutionSizes(attributes.inputShape, filter.shape, attributes);
  const { filterHeight, filterWidth, strideHeight, strideWidth, padInfo } = sizes;
  const [top, bottom] = [padInfo.top, padInfo.bottom].map((border) => filterHeight - 1 - border);
  const [left, right] = [padInfo.left, padInfo.right].map((border) => filterWidth - 1 - border);
  if (strideHeight * strideWidth > 1 || Math.min(top, bottom, left, right) < 0) return null;
  return tf.tidy(() => {
    const turned = tf.transpose(tf.reverse(filter, [0, 1]), [0, 1, 3, 2]);
    return tf.conv2d(dy, turned, 1, [[0, 0], [top, bottom], [left, right], [0, 0]]);
  });
}
