/** Kernels that fold numbers along axes. */
import {
  type Book,
  type ElementType,
  type Fold,
  listText,
  sizeOf,
  typeText,
  type Value,
} from "../stablehlo.ts";
import { axesOf, traced } from "../traced_kernel.ts";

/** With the axes at length 1 where they are to stay. */
function folded(book: Book, x: Value, axis: unknown, keep: boolean, fold: Fold, start: number): Value {
  const axes = axesOf(axis, x), made = book.reduce(x, axes, fold, start);
  return keep ? book.reshape(made, x.shape.map((length, i) => axes.includes(i) ? 1 : length)) : made;
}

/** What a maximum begins with. */
export const least = (type: ElementType) =>
  type === "float32" ? -Infinity : type === "int32" ? -(2 ** 31) : 0;
const most = (type: ElementType) => type === "float32" ? Infinity : type === "int32" ? 2 ** 31 - 1 : 1;

/** Numbers from which TensorFlow's XLA leaves a sum to YNNPACK, which adds four rows at a time. */
const LARGE = 2 ** 15, ROWS = 4;
/** Rows that a CPU's XLA adds in their order: of more it makes blocks, and adds those up. */
const IN_ORDER = 32;

/** Column by column in TensorFlow's order, so that the bits are its own: four rows at a time, then those in a row. */
function columnSums(book: Book, x: Value): Value {
  const fours = windowSums(book, x, [ROWS, 1], [ROWS, 1]), [count, width] = fours.shape;
  if (count <= IN_ORDER) return book.reduce(fours, [0], "add", 0);
  const each = IN_ORDER - 1, blocks = Math.ceil(count / each);
  const whole = book.reshape(book.pad(fours, [0, 0], [blocks * each - count, 0]), [blocks, each, width]);
  // a row of nothing in each block, or XLA would take the blocks for one
  return book.reduce(book.pad(whole, [0, 0, 0], [0, 1, 0]), [0, 1], "add", 0);
}
/** Products, also by the inverse of a constant: sums of those XLA keeps to itself. */
function isProduct(book: Book, name: string): boolean {
  const { op, inputs } = book.makerOf(name) ?? { op: "", inputs: [] };
  if (op === "stablehlo.divide") return isConstant(book, inputs[1]);
  if (op === "stablehlo.reshape" || op === "stablehlo.negate") return isProduct(book, inputs[0]);
  return op === "stablehlo.multiply";
}
function isConstant(book: Book, name: string): boolean {
  const { op, inputs } = book.makerOf(name) ?? { op: "", inputs: [] };
  return op === "Const" || (op === "stablehlo.broadcast_in_dim" && isConstant(book, inputs[0]));
}
const isLarge = (book: Book, x: Value, axis: unknown) =>
  book.target.sums === "tensorflow" && x.type === "float32" && x.shape.length === 2 &&
  sizeOf(x.shape) >= LARGE && x.shape[0] > 1 && // of one row XLA's windows make four times the sum
  `${axesOf(axis, x)}` === "0" && !isProduct(book, x.name);

function sum(book: Book, x: Value, axis: unknown, keep: boolean): Value {
  if (!isLarge(book, x, axis)) return folded(book, x, axis, keep, "add", 0);
  return book.reshape(columnSums(book, x), [...(keep ? [1] : []), x.shape[1]]);
}
traced(
  "Sum",
  (book, { x }, { axis, keepDims }) =>
    sum(book, x.type === "bool" ? book.convert(x, "int32") : x, axis, keepDims),
);
traced("Prod", (book, { x }, { axis, keepDims }) => folded(book, x, axis, keepDims, "multiply", 1));
traced(
  "Max",
  (book, { x }, { reductionIndices, keepDims }) =>
    folded(book, x, reductionIndices, keepDims, "maximum", least(x.type)),
);
traced("Min", (book, { x }, { axis, keepDims }) => folded(book, x, axis, keepDims, "minimum", most(x.type)));
traced("All", (book, { x }, { axis, keepDims }) => folded(book, x, axis, keepDims, "and", 1));
traced("Any", (book, { x }, { axis, keepDims }) => folded(book, x, axis, keepDims, "or", 0));
traced("Mean", (book, { x }, { axis, keepDims }) => {
  const summed = sum(book, book.convert(x, "float32"), axis, keepDims);
  // a count that is a whole number first, as TensorFlow has it: XLA divides by it, where it would multiply by its inverse
  const count = book.convert(book.constant(sizeOf(x.shape) / sizeOf(summed.shape), [], "int32"), "float32");
  return book.binary("divide", summed, count);
});

/** x minus its greatest along the last axis, and the sum of the exponentials of that. */
function shifted(book: Book, x: Value) {
  const last = x.shape.length - 1, rows = x.shape.map((_, i) => i).slice(0, last);
  const along = (value: Value) => book.spread(value, x.shape, rows);
  const from = book.binary("subtract", x, along(book.reduce(x, [last], "maximum", -Infinity)));
  const exponentials = book.unary("exponential", from);
  return { from, exponentials, sum: book.reduce(exponentials, [last], "add", 0), along };
}
traced("Softmax", (book, { logits }) => {
  const { exponentials, sum, along } = shifted(book, logits);
  return book.binary("divide", exponentials, along(sum));
});
traced("LogSoftmax", (book, { logits }) => {
  const { from, sum, along } = shifted(book, logits);
  return book.binary("subtract", from, along(book.unary("log", sum)));
});

/** Loss of each row, and its gradient by the logits: softmax − labels. */
traced("PlateauSoftmaxCrossEntropy", (book, { logits, labels }) => {
  const { from, exponentials, sum, along } = shifted(book, logits);
  const logs = book.binary("subtract", from, along(book.unary("log", sum)));
  const given = book.convert(labels, logits.type);
  const none = book.compare("EQ", given, book.like(0, given));
  const each = book.binary(
    "multiply",
    book.unary("negate", given),
    book.select(none, book.like(0, logs), logs),
  );
  const gradient = book.binary("subtract", book.binary("divide", exponentials, along(sum)), given);
  return [book.reduce(each, [1], "add", 0), gradient];
});

/** Index of the first that beats all others. */
function best(book: Book, x: Value, axis: number, fold: "maximum" | "minimum"): Value {
  const start = fold === "maximum" ? least(x.type) : most(x.type);
  const kept = x.shape.map((_, i) => i).filter((i) => i !== axis);
  const top = book.spread(book.reduce(x, [axis], fold, start), x.shape, kept);
  const places = book.iota(x.shape, axis, "int32");
  const none = book.like(x.shape[axis], places);
  const first = book.reduce(
    book.select(book.compare("EQ", x, top), places, none),
    [axis],
    "minimum",
    2 ** 31 - 1,
  );
  const isThere = book.compare("LT", first, book.like(x.shape[axis], first)); // nothing is best of what are no numbers
  return book.select(isThere, first, book.like(0, first));
}
traced("ArgMax", (book, { x }, { axis }) => best(book, x, axesOf(axis, x)[0], "maximum"));
traced("ArgMin", (book, { x }, { axis }) => best(book, x, axesOf(axis, x)[0], "minimum"));

/** The sum of each window, the last of which may reach past the end; `before` numbers of nothing are put first. */
function windowSums(
  book: Book,
  x: Value,
  window: readonly number[],
  strides: readonly number[],
  shape: readonly number[] = x.shape.map((length, i) => Math.ceil(length / strides[i])),
  before: readonly number[] = x.shape.map(() => 0),
): Value {
  const scalar = typeText({ shape: [], type: x.type });
  const borders = x.shape.map((length, i) =>
    `[${before[i]}, ${(shape[i] - 1) * strides[i] + window[i] - length - before[i]}]`
  );
  return book.op("reduce_window", [x, book.constant(0, [], x.type)], shape, x.type, {
    attributes: `window_dimensions = ${listText(window)}, window_strides = ${listText(strides)}, ` +
      `padding = dense<[${borders.join(", ")}]> : tensor<${borders.length}x2xi64>`,
    region: `^bb0(%left: ${scalar}, %right: ${scalar}):
    %folded = stablehlo.add %left, %right : ${scalar}
    "stablehlo.return"(%folded) : (${scalar}) -> ()`,
  });
}

/** Running sums: TensorFlow.js moves the axis to the end. */
traced("Cumsum", (book, { x }, { axis, exclusive, reverse }) => {
  const [along] = axesOf(axis, x), length = x.shape[along];
  const only = (value: number, other: number) => x.shape.map((_, i) => i === along ? value : other);
  const before = reverse ? only(0, 0) : only(length - 1, 0);
  const sums = windowSums(book, x, only(length, 1), only(1, 1), x.shape, before);
  if (!exclusive) return sums;
  const [low, high] = reverse ? [-1, 1] : [1, -1]; // each takes its neighbour's, and the first nothing
  return book.pad(sums, only(low, 0), only(high, 0));
});
