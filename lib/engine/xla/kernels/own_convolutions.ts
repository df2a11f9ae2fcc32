/** Convolutions as XLA's own operation, and their gradients as convolutions with other roles of the dimensions. */
import { type Book, listText, type Value } from "../stablehlo.ts";
import type { ConvolutionForm } from "./convolution_form.ts";
import { reversed } from "./shapes.ts";
import { borders, type Windows } from "./windows.ts";

/** Numbers of a convolution for both directions of an image. */
interface Walk {
  readonly strides: readonly number[];
  /** below and above, down and across; below 0 cuts off */
  readonly padding: readonly (readonly number[])[];
  /** steps between neighbours of the image, and of the filter */
  readonly spread?: readonly number[];
  readonly holes?: readonly number[];
  /** channels that are apart, and batches that are */
  readonly features?: number;
  readonly batches?: number;
}

/** @param roles of the dimensions, as `[b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f]` */
function convolved(
  book: Book,
  x: Value,
  filter: Value,
  shape: readonly number[],
  roles: string,
  { strides, padding, spread = [1, 1], holes = [1, 1], features = 1, batches = 1 }: Walk,
): Value {
  const widths = padding.map((pair) => `[${pair.join(", ")}]`).join(", ");
  return book.op("convolution", [x, filter], shape, x.type, {
    attributes: `window_strides = ${listText(strides)}, padding = dense<[${widths}]> : tensor<2x2xi64>, ` +
      `lhs_dilation = ${listText(spread)}, rhs_dilation = ${listText(holes)}, ` +
      `dimension_numbers = #stablehlo.conv<${roles}>, feature_group_count = ${features} : i64, ` +
      `batch_group_count = ${batches} : i64${book.precision}`,
  });
}

const stridesOf = ({ strideHeight, strideWidth }: Windows) => [strideHeight, strideWidth];
const holesOf = ({ dilationHeight, dilationWidth }: Windows) => [dilationHeight, dilationWidth];
const FORWARD = "[b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f]";
/** What a filter cell saw by what became of it: the batch is summed over, the filter's steps are strides. */
const OF_FILTER = "[f, 0, 1, b]x[i, 0, 1, o]->[0, 1, b, f]";
const OF_INPUT = "[b, 0, 1, f]x[0, 1, o, i]->[b, 0, 1, f]";

function forward(book: Book, x: Value, filter: Value, windows: Windows, features: number): Value {
  const walk = { strides: stridesOf(windows), padding: borders(windows), holes: holesOf(windows), features };
  return convolved(book, x, filter, windows.outShape, FORWARD, walk);
}

function ofFilter(
  book: Book,
  x: Value,
  dy: Value,
  windows: Windows,
  shape: readonly number[],
  batches: number,
): Value {
  const walk = { strides: holesOf(windows), padding: borders(windows), holes: stridesOf(windows), batches };
  return convolved(book, x, dy, shape, OF_FILTER, walk);
}

/** The gradient of the output, spread by the strides, by the filter turned around. */
function ofInput(book: Book, dy: Value, filter: Value, windows: Windows, features: number): Value {
  const { padInfo, inHeight, inWidth, outHeight, outWidth, effectiveFilterHeight, effectiveFilterWidth } =
    windows;
  const spread = stridesOf(windows);
  const around = (length: number, places: number, step: number, window: number, before: number) => [
    window - 1 - before,
    length + before - (places - 1) * step - 1,
  ];
  const padding = [
    around(inHeight, outHeight, spread[0], effectiveFilterHeight, padInfo.top),
    around(inWidth, outWidth, spread[1], effectiveFilterWidth, padInfo.left),
  ];
  const turned = reversed(book, filter, [0, 1]);
  const walk = { strides: [1, 1], padding, spread, holes: holesOf(windows), features };
  return convolved(book, dy, turned, windows.inShape, OF_INPUT, walk);
}

export const own: ConvolutionForm = {
  forward: (book, x, filter, windows) => forward(book, x, filter, windows, 1),
  filterGradient: (book, x, dy, windows) => ofFilter(book, x, dy, windows, windows.filterShape, 1),
  inputGradient: (book, dy, filter, windows) => ofInput(book, dy, filter, windows, 1),
  depthwise(book, x, filter, windows) {
    const [height, width, channels, multiplier] = filter.shape;
    const flat = book.reshape(filter, [height, width, 1, channels * multiplier]);
    return forward(book, x, flat, windows, channels);
  },
  depthwiseFilterGradient(book, x, dy, windows) {
    const [height, width, channels, multiplier] = windows.filterShape;
    const flat = [height, width, 1, channels * multiplier];
    return book.reshape(ofFilter(book, x, dy, windows, flat, channels), windows.filterShape);
  },
  depthwiseInputGradient: (book, dy, filter, windows) => ofInput(book, dy, filter, windows, filter.shape[2]),
};
