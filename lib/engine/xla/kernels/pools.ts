/** Pooling, cell by cell of the windows. */
import { tf } from "../../tf.ts";
import type { Book, Value } from "../stablehlo.ts";
import { type Attributes, traced } from "../traced_kernel.ts";
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

traced("MaxPool", (book, { x }, attributes) => {
  const windows = windowsOf(x, attributes), image = bordered(book, x, windows, -Infinity);
  return cellsOf(windows)
    .map((cell) => seen(book, image, windows, cell))
    .reduce((most, each) => book.binary("maximum", most, each));
});
/** Each output's gradient goes to the first of the numbers that it was the maximum of. */
traced("MaxPoolGrad", (book, { dy, input, output }, attributes) => {
  const windows = windowsOf(input, attributes), image = bordered(book, input, windows, -Infinity);
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
