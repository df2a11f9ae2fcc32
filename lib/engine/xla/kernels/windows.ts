/** What a filter or a pool sees of an image, cell by cell, and the way back. */
import type { tf } from "../../tf.ts";
import type { Book, Value } from "../stablehlo.ts";

/** Sizes and borders of a convolution or a pool over [batch, height, width, channels]. */
export type Windows = tf.backend_util.Conv2DInfo;

/** A cell of a window: its row and column, in the image's own pixels. */
export interface Cell {
  readonly row: number;
  readonly column: number;
}

/** The cells, row by row. */
export function cellsOf(windows: Windows): Cell[] {
  const { filterHeight, filterWidth, dilationHeight, dilationWidth } = windows;
  return Array.from({ length: filterHeight * filterWidth }, (_, i) => ({
    row: Math.floor(i / filterWidth) * dilationHeight,
    column: (i % filterWidth) * dilationWidth,
  }));
}

/** What is put before and after an image, down and across, as far as the last window reaches; below 0 is cut off. */
export function borders(windows: Windows): readonly [before: number, after: number][] {
  const { padInfo, inHeight, inWidth, outHeight, outWidth, strideHeight, strideWidth } = windows;
  const height = reach(outHeight, strideHeight, windows.effectiveFilterHeight);
  const width = reach(outWidth, strideWidth, windows.effectiveFilterWidth);
  const { top, left } = padInfo;
  return [[top, height - inHeight - top], [left, width - inWidth - left]];
}

export function bordered(book: Book, x: Value, windows: Windows, value: number): Value {
  const [[top, bottom], [left, right]] = borders(windows);
  return book.pad(x, [0, top, left, 0], [0, bottom, right, 0], value);
}
const reach = (places: number, stride: number, window: number) => (places - 1) * stride + window;

/** What a cell sees at each place: [batch, places down, places across, channels]. */
export function seen(book: Book, withBorders: Value, windows: Windows, { row, column }: Cell): Value {
  const { batchSize, outHeight, outWidth, inChannels, strideHeight, strideWidth } = windows;
  const end = [
    batchSize,
    row + (outHeight - 1) * strideHeight + 1,
    column + (outWidth - 1) * strideWidth + 1,
    inChannels,
  ];
  return book.slice(withBorders, [0, row, column, 0], end, [1, strideHeight, strideWidth, 1]);
}

/** What a cell was given at each place, back at the pixels that it saw; 0 elsewhere. */
export function putBack(book: Book, given: Value, windows: Windows, { row, column }: Cell): Value {
  const { padInfo, inHeight, inWidth, outHeight, outWidth, strideHeight, strideWidth } = windows;
  const top = row - padInfo.top, left = column - padInfo.left;
  const bottom = inHeight - top - ((outHeight - 1) * strideHeight + 1);
  const right = inWidth - left - ((outWidth - 1) * strideWidth + 1);
  const between = [0, strideHeight - 1, strideWidth - 1, 0];
  return book.pad(given, [0, top, left, 0], [0, bottom, right, 0], 0, between);
}

/** The sum of what all cells were given. */
export function allPutBack(book: Book, windows: Windows, given: (cell: Cell, index: number) => Value): Value {
  return cellsOf(windows)
    .map((cell, i) => putBack(book, given(cell, i), windows, cell))
    .reduce((sum, part) => book.binary("add", sum, part));
}
