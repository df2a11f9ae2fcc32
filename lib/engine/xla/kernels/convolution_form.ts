/** A way to write a convolution and its gradients. */
import type { Book, Value } from "../stablehlo.ts";
import type { Windows } from "./windows.ts";

/** Images are [batch, height, width, channels], filters [height, width, channels, those of the output]. */
export interface ConvolutionForm {
  forward(book: Book, x: Value, filter: Value, windows: Windows): Value;
  filterGradient(book: Book, x: Value, dy: Value, windows: Windows): Value;
  inputGradient(book: Book, dy: Value, filter: Value, windows: Windows): Value;
  /** each channel by filters of its own, [height, width, channels, multiplier] */
  depthwise(book: Book, x: Value, filter: Value, windows: Windows): Value;
  depthwiseFilterGradient(book: Book, x: Value, dy: Value, windows: Windows): Value;
  depthwiseInputGradient(book: Book, dy: Value, filter: Value, windows: Windows): Value;
}
