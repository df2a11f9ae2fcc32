/** Pooling, cell by cell of the windows. */
import { tf } from "../../tf.ts";
import type { Book, Value } from "../stablehlo.ts";
import { type Attributes, traced } from "../traced_kernel.ts";
import { least } from "./reductions.ts";
import { allPutBack, bordered, cellsOf, seen, type Windows } from "./windows.ts";

const windowsOf = (x: Value, { filterSize, strides, pad, dimRoundingMode }: Attributes): Windows =>
  tf.backend_util.computePool2DInfo(
    [...x.shape] as [number, number, number, number],
    filterSize,
    strides,
    1,
    pad,
    dimRoundingMode,
  );

/** Whether windows lie side by side: each number is in one of them, or past the last. */
const tile = ({ padInfo, ...windows }: Windows) =>
  windows.strideHeight === windows.effectiveFilterHeight &&
  windows.strideWidth === windows.effectiveFilterWidth &&
  Math.max(padInfo.top, padInfo.left, padInfo.bottom, padInfo.right) === 0;

/** An image cut into its windows: [batch, places down, rows, places across, columns, channels]. */
function tiles(book: Book, x: Value, windows: Windows): Value {
  const { batchSize, outHeight, outWidth, filterHeight, filterWidth, inChannels } = windows;
  const end = [batchSize, outHeight * filterHeight, outWidth * filterWidth, inChannels];
  const shape = [batchSize, outHeight, filterHeight, outWidth, filterWidth, inChannels];
  return book.reshape(book.slice(x, [0, 0, 0, 0], end), shape);
}
/** What belongs to each window, for all its cells. */
const forAll = (book: Book, x: Value, { shape }: Value) => book.spread(x, shape, [0, 1, 3, 5]);

/** The gradient where windows lie side by side: all numbers are looked at once, and none is moved. */
function tiledGradient(book: Book, dy: Value, input: Value, output: Value, windows: Windows): Value {
  const cut = tiles(book, input, windows), { filterWidth, filterHeight, inHeight, inWidth } = windows;
  const place = (axis: number) => book.iota(cut.shape, axis, "int32");
  const down = place(2), width = book.like(filterWidth, down);
  const cell = book.binary("add", book.binary("multiply", down, width), place(4));
  const most = book.compare("EQ", cut, forAll(book, output, cut)), none = filterHeight * filterWidth;
  const first = book.reduce(book.select(most, cell, book.like(none, cell)), [2, 4], "minimum", none);
  const mine = book.compare("EQ", cell, forAll(book, first, cut));
  const made = book.select(mine, forAll(book, dy, cut), book.like(0, cut));
  const [batch, height, , columns, , channels] = cut.shape;
  const whole = [batch, height * filterHeight, columns * filterWidth, channels];
  const rest = [0, inHeight - whole[1], inWidth - whole[2], 0];
  return book.pad(book.reshape(made, whole), [0, 0, 0, 0], rest);
}

traced("MaxPool", (book, { x }, attributes) => {
  const windows = windowsOf(x, attributes), image = bordered(book, x, windows, least(x.type));
  return cellsOf(windows)
    .map((cell) => seen(book, image, windows, cell))
    .reduce((most, each) => book.binary("maximum", most, each));
});
/** Each output's gradient goes to the first of the numbers that it was the maximum of. */
traced("MaxPoolGrad", (book, { dy, input, output }, attributes) => {
  const windows = windowsOf(input, attributes);
  if (tile(windows)) return tiledGradient(book, dy, input, output, windows);
  const image = bordered(book, input, windows, -Infinity);
  const nothing = book.like(0, dy);
  let waiting: Value | null = null;
  return allPutBack(book, windows, (cell) => {
    const equal = book.compare("EQ", seen(book, image, windows, cell), output);
    const mine: Value = waiting === null ? equal : book.binary("and", equal, waiting);
    const others = book.unary("not", equal);
    waiting = waiting === null ? others : book.binary("and", waiting, others);
    return book.select(mine, dy, nothing);
  });
});

/** How many cells of each window lie within the image: [1, places down, places across, 1]. */
function countsOf(book: Book, windows: Windows): Value {
  const { outHeight, outWidth, strideHeight, strideWidth, padInfo, inHeight, inWidth } = windows;
  const along = (places: number, stride: number, before: number, window: number, length: number) =>
    Array.from({ length: places }, (_, i) => {
      const first = i * stride - before;
      return Math.min(length, first + window) - Math.max(0, first);
    });
  const down = along(outHeight, strideHeight, padInfo.top, windows.effectiveFilterHeight, inHeight);
  const across = along(outWidth, strideWidth, padInfo.left, windows.effectiveFilterWidth, inWidth);
  const counts = Float32Array.from(down.flatMap((rows) => across.map((columns) => rows * columns)));
  return book.constant(new Uint8Array(counts.buffer), [1, outHeight, outWidth, 1], "float32");
}
traced("AvgPool", (book, { x }, attributes) => {
  const windows = windowsOf(x, attributes), image = bordered(book, x, windows, 0);
  const sum = cellsOf(windows)
    .map((cell) => seen(book, image, windows, cell))
    .reduce((sum, each) => book.binary("add", sum, each));
  return book.binary("divide", sum, countsOf(book, windows));
});
traced("AvgPoolGrad", (book, { dy, input }, attributes) => {
  const windows = windowsOf(input, attributes);
  const share = book.binary("divide", dy, countsOf(book, windows));
  return allPutBack(book, windows, () => share);
});
