/** Convolutions as products of matrices: within a loop XLA's own take 20 times as long on a CPU. */
import { tf } from "../../tf.ts";
import { NotRecordable } from "../../not_recordable.ts";
import type { Book, Value } from "../stablehlo.ts";
import { type Attributes, traced } from "../traced_kernel.ts";
import { activated } from "./matrix.ts";
import { allPutBack, bordered, cellsOf, seen, type Windows } from "./windows.ts";

type Shape4 = [number, number, number, number];

/** @throws NotRecordable for images with their channels first */
function windowsOf(
  image: readonly number[],
  filter: readonly number[],
  { strides, pad, dilations = 1, dimRoundingMode, dataFormat = "NHWC" }: Attributes,
  depthwise = false,
): Windows {
  if (dataFormat !== "NHWC") {
    throw new NotRecordable(`xla has no convolution of ${dataFormat}`, "put the channels last");
  }
  const [x, w] = [[...image] as Shape4, [...filter] as Shape4];
  return tf.backend_util.computeConv2DInfo(x, w, strides, dilations, pad, dimRoundingMode, depthwise);
}

/** What each filter sees, a row a place: [places, cells × channels]. */
function patches(book: Book, x: Value, windows: Windows): Value {
  const { filterHeight, filterWidth, inChannels } = windows, image = bordered(book, x, windows, 0);
  const all = book.concat(cellsOf(windows).map((cell) => seen(book, image, windows, cell)), 3);
  return book.reshape(all, [placesOf(windows), filterHeight * filterWidth * inChannels]);
}
const placesOf = ({ batchSize, outHeight, outWidth }: Windows) => batchSize * outHeight * outWidth;

function convolution(book: Book, x: Value, filter: Value, attributes: Attributes): Value {
  const windows = windowsOf(x.shape, filter.shape, attributes), { outChannels } = windows;
  const seen = patches(book, x, windows);
  const made = book.dot(seen, book.reshape(filter, [seen.shape[1], outChannels]), 0, 1, 0);
  return book.reshape(made, windows.outShape);
}
traced("Conv2D", (book, { x, filter }, attributes) => convolution(book, x, filter, attributes));
traced("FusedConv2D", (book, { x, filter, bias }, attributes) => {
  const made = convolution(book, x, filter, attributes);
  return activated(book, bias ? book.binary("add", made, bias) : made, attributes.activation);
});
traced("Conv2DBackpropFilter", (book, { x, dy }, attributes) => {
  const windows = windowsOf(x.shape, attributes.filterShape, attributes);
  const given = book.reshape(dy, [placesOf(windows), windows.outChannels]);
  return book.reshape(book.dot(patches(book, x, windows), given, 0, 0, 0), attributes.filterShape);
});
traced("Conv2DBackpropInput", (book, { dy, filter }, attributes) => {
  const windows = windowsOf(attributes.inputShape, filter.shape, attributes);
  const { batchSize, outHeight, outWidth, inChannels, outChannels } = windows, places = placesOf(windows);
  const cells = filter.shape[0] * filter.shape[1] * inChannels;
  const flat = book.reshape(filter, [cells, outChannels]);
  const given = book.dot(book.reshape(dy, [places, outChannels]), flat, 0, 1, 1);
  return allPutBack(book, windows, (_, i) => {
    const part = book.slice(given, [0, i * inChannels], [places, (i + 1) * inChannels]);
    return book.reshape(part, [batchSize, outHeight, outWidth, inChannels]);
  });
});

/** The weights of a cell for each channel, [channels, multiplier]. */
function weightsOf(book: Book, filter: Value, index: number): Value {
  const [height, width, channels, multiplier] = filter.shape;
  const flat = book.reshape(filter, [height * width, channels, multiplier]);
  const own = book.slice(flat, [index, 0, 0], [index + 1, channels, multiplier]);
  return book.reshape(own, [channels, multiplier]);
}
/** [batch, places down, places across, channels, multiplier] */
const perChannel = (
  x: Value,
  multiplier: number,
) => [...x.shape.slice(0, 3), x.shape[3] / multiplier, multiplier];

traced("DepthwiseConv2dNative", (book, { x, filter }, attributes) => {
  const windows = windowsOf(x.shape, filter.shape, attributes, true), multiplier = filter.shape[3];
  const image = bordered(book, x, windows, 0);
  const parts = cellsOf(windows).map((cell, i) => {
    const own = seen(book, image, windows, cell), shape = [...own.shape, multiplier];
    return book.binary("multiply", book.spread(own, shape, [0, 1, 2, 3]), weightsOf(book, filter, i));
  });
  return book.reshape(parts.reduce((sum, part) => book.binary("add", sum, part)), windows.outShape);
});
traced("DepthwiseConv2dNativeBackpropFilter", (book, { x, dy }, attributes) => {
  const { filterShape } = attributes, windows = windowsOf(x.shape, filterShape, attributes, true);
  const multiplier = filterShape[3], image = bordered(book, x, windows, 0);
  const given = book.reshape(dy, perChannel(dy, multiplier));
  const parts = cellsOf(windows).map((cell) => {
    const own = book.spread(seen(book, image, windows, cell), given.shape, [0, 1, 2, 3]);
    const sum = book.reduce(book.binary("multiply", own, given), [0, 1, 2], "add", 0);
    return book.reshape(sum, [1, ...sum.shape]);
  });
  return book.reshape(book.concat(parts, 0), filterShape);
});
traced("DepthwiseConv2dNativeBackpropInput", (book, { dy, filter }, attributes) => {
  const windows = windowsOf(attributes.inputShape, filter.shape, attributes, true);
  const given = book.reshape(dy, perChannel(dy, filter.shape[3]));
  return allPutBack(
    book,
    windows,
    (_, i) => book.reduce(book.binary("multiply", given, weightsOf(book, filter, i)), [4], "add", 0),
  );
});
