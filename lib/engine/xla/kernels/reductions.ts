/** Kernels that fold numbers along axes. */
import { type Book, type ElementType, type Fold, sizeOf, typeText, type Value } from "../stablehlo.ts";
import { axesOf, traced } from "../traced_kernel.ts";

/** With the axes at length 1 where they are to stay. */
function folded(book: Book, x: Value, axis: unknown, keep: boolean, fold: Fold, start: number): Value {
  const axes = axesOf(axis, x), made = book.reduce(x, axes, fold, start);
  return keep ? book.reshape(made, x.shape.map((length, i) => axes.includes(i) ? 1 : length)) : made;
}

/** What a maximum begins with. */
const least = (type: ElementType) => type === "float32" ? -Infinity : type === "int32" ? -(2 ** 31) : 0;
const most = (type: ElementType) => type === "float32" ? Infinity : type === "int32" ? 2 ** 31 - 1 : 1;

traced(
  "Sum",
  (book, { x }, { axis, keepDims }) =>
    folded(book, x.type === "bool" ? book.convert(x, "int32") : x, axis, keepDims, "add", 0),
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
  const float = book.convert(x, "float32"), sum = folded(book, float, axis, keepDims, "add", 0);
  // a count that is a whole number first, as TensorFlow has it: XLA divides by it, where it would multiply by its inverse
  const count = book.convert(book.constant(sizeOf(x.shape) / sizeOf(sum.shape), [], "int32"), "float32");
  return book.binary("divide", sum, count);
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
  return book.reduce(book.select(book.compare("EQ", x, top), places, none), [axis], "minimum", 2 ** 31 - 1);
}
traced("ArgMax", (book, { x }, { axis }) => best(book, x, axesOf(axis, x)[0], "maximum"));
traced("ArgMin", (book, { x }, { axis }) => best(book, x, axesOf(axis, x)[0], "minimum"));

/** Running sums: TensorFlow.js moves the axis to the end. */
traced("Cumsum", (book, { x }, { axis, exclusive, reverse }) => {
  const [along] = axesOf(axis, x), length = x.shape[along], scalar = typeText({ shape: [], type: x.type });
  const only = (value: number, other: number) => x.shape.map((_, i) => i === along ? value : other);
  const [low, high] = reverse ? [0, length - 1] : [length - 1, 0];
  const borders = x.shape.flatMap((_, i) => i === along ? [low, high] : [0, 0]);
  const sums = book.op("reduce_window", [x, book.constant(0, [], x.type)], x.shape, x.type, {
    attributes: `window_dimensions = array<i64: ${only(length, 1).join(", ")}>, ` +
      `padding = dense<[${pairs(borders)}]> : tensor<${x.shape.length}x2xi64>`,
    region: `^bb0(%left: ${scalar}, %right: ${scalar}):
    %folded = stablehlo.add %left, %right : ${scalar}
    "stablehlo.return"(%folded) : (${scalar}) -> ()`,
  });
  return exclusive ? book.binary("subtract", sums, x) : sums;
});
const pairs = (numbers: readonly number[]) =>
  numbers.flatMap((value, i) => i % 2 === 0 ? [`[${value}, ${numbers[i + 1]}]`] : []).join(", ");
