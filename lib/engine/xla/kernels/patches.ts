/** Convolutions as products of matrices: within a loop XLA's own take 20 times as long on a CPU. */
import type { Book, Value } from "../stablehlo.ts";
import type { ConvolutionForm } from "./convolution_form.ts";
import { allPutBack, bordered, cellsOf, seen, type Windows } from "./windows.ts";

/** What the filters see: a row a place, [places, cells × channels], or turned around. */
interface Patches {
  readonly seen: Value;
  /** the dimension of the cells */
  readonly cells: 0 | 1;
}
/** Of one channel, cell by cell: each is copied as a whole then, where others are copied number by number. */
function patchesOf(book: Book, x: Value, windows: Windows): Patches {
  const { filterHeight, filterWidth, inChannels } = windows, image = bordered(book, x, windows, 0);
  const each = cellsOf(windows).map((cell) => seen(book, image, windows, cell)), places = placesOf(windows);
  if (inChannels === 1) {
    return { seen: book.concat(each.map((one) => book.reshape(one, [1, places])), 0), cells: 0 };
  }
  const whole = [places, filterHeight * filterWidth * inChannels];
  return { seen: book.reshape(book.concat(each, 3), whole), cells: 1 };
}
const placesOf = ({ batchSize, outHeight, outWidth }: Windows) => batchSize * outHeight * outWidth;

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

export const patches: ConvolutionForm = {
  forward(book, x, filter, windows) {
    const { seen, cells } = patchesOf(book, x, windows);
    const flat = book.reshape(filter, [seen.shape[cells], windows.outChannels]);
    const made = book.dot(seen, flat, 0, cells, 0);
    return book.reshape(made, windows.outShape);
  },
  filterGradient(book, x, dy, windows) {
    const given = book.reshape(dy, [placesOf(windows), windows.outChannels]);
    const { seen, cells } = patchesOf(book, x, windows);
    return book.reshape(book.dot(seen, given, 0, 1 - cells, 0), windows.filterShape);
  },
  inputGradient(book, dy, filter, windows) {
    const { batchSize, outHeight, outWidth, inChannels, outChannels } = windows, places = placesOf(windows);
    const cells = filter.shape[0] * filter.shape[1] * inChannels;
    const flat = book.reshape(filter, [cells, outChannels]);
    const given = book.dot(book.reshape(dy, [places, outChannels]), flat, 0, 1, 1);
    return allPutBack(book, windows, (_, i) => {
      const part = book.slice(given, [0, i * inChannels], [places, (i + 1) * inChannels]);
      return book.reshape(part, [batchSize, outHeight, outWidth, inChannels]);
    });
  },
  depthwise(book, x, filter, windows) {
    const multiplier = filter.shape[3], image = bordered(book, x, windows, 0);
    const parts = cellsOf(windows).map((cell, i) => {
      const own = seen(book, image, windows, cell), shape = [...own.shape, multiplier];
      return book.binary("multiply", book.spread(own, shape, [0, 1, 2, 3]), weightsOf(book, filter, i));
    });
    return book.reshape(parts.reduce((sum, part) => book.binary("add", sum, part)), windows.outShape);
  },
  depthwiseFilterGradient(book, x, dy, windows) {
    const multiplier = windows.filterShape[3], image = bordered(book, x, windows, 0);
    const given = book.reshape(dy, perChannel(dy, multiplier));
    const parts = cellsOf(windows).map((cell) => {
      const own = book.spread(seen(book, image, windows, cell), given.shape, [0, 1, 2, 3]);
      const sum = book.reduce(book.binary("multiply", own, given), [0, 1, 2], "add", 0);
      return book.reshape(sum, [1, ...sum.shape]);
    });
    return book.reshape(book.concat(parts, 0), windows.filterShape);
  },
  depthwiseInputGradient(book, dy, filter, windows) {
    const given = book.reshape(dy, perChannel(dy, filter.shape[3]));
    return allPutBack(
      book,
      windows,
      (_, i) => book.reduce(book.binary("multiply", given, weightsOf(book, filter, i)), [4], "add", 0),
    );
  },
};
