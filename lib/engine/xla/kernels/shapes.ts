/** Kernels that move numbers and make none. */
import { tf } from "../../tf.ts";
import { type Book, sizeOf, type Value } from "../stablehlo.ts";
import { axesOf, traced } from "../traced_kernel.ts";

traced(
  "Reshape",
  (book, { x }, { shape }) => book.reshape(x, tf.util.inferFromImplicitShape(shape, sizeOf(x.shape))),
);
traced(
  "ExpandDims",
  (book, { input }, { dim }) =>
    book.reshape(input, input.shape.toSpliced(dim < 0 ? input.shape.length + dim + 1 : dim, 0, 1)),
);
traced("Transpose", (book, { x }, { perm }) => book.transpose(x, perm));
traced("BroadcastTo", (book, { x }, { shape }) => book.broadcast(x, shape));
traced(
  "Fill",
  (book, _, { shape, value, dtype }) => book.constant(value, shape, dtype ?? tf.util.inferDtype(value)),
);
traced("Range", (book, _, { start, stop, step, dtype }) => {
  const by = stop < start && step === 1 ? -1 : step; // as TensorFlow.js counts down
  const count = Math.max(0, Math.ceil((stop - start) / by)), type = dtype ?? "float32";
  const index = book.iota([count], 0, type);
  return book.binary("add", book.like(start, index), book.binary("multiply", index, book.like(by, index)));
});

const inOrder = (inputs: Readonly<Record<string, Value>>) =>
  Object.keys(inputs).map(Number).sort((a, b) => a - b).map((key) => inputs[key]);
traced("Concat", (book, inputs, { axis }) => {
  const parts = inOrder(inputs), [along] = axesOf(axis, parts[0]);
  const filled = parts.filter(({ shape }) => sizeOf(shape) > 0);
  return book.concat(filled.length === 0 ? parts : filled, along);
});
traced("Pack", (book, inputs, { axis }) => {
  const parts = inOrder(inputs), along = axis < 0 ? axis + parts[0].shape.length + 1 : axis;
  return book.concat(parts.map((x) => book.reshape(x, x.shape.toSpliced(along, 0, 1))), along);
});

/** The part of `x` from `first` on, `length` long, along an axis. */
const cut = (book: Book, x: Value, axis: number, first: number, length: number) =>
  book.slice(x, x.shape.map((_, i) => i === axis ? first : 0), x.shape.with(axis, first + length));

traced("Unpack", (book, { value }, { axis }) => {
  const [along] = axesOf(axis, value);
  return Array.from(
    { length: value.shape[along] },
    (_, i) => book.reshape(cut(book, value, along, i, 1), value.shape.toSpliced(along, 1)),
  );
});
traced("SplitV", (book, { x }, { numOrSizeSplits, axis }) => {
  const [along] = axesOf(axis, x);
  const sizes = tf.backend_util.prepareSplitSize(x as unknown as tf.Tensor, numOrSizeSplits, along);
  let at = 0;
  return sizes.map((size) => {
    const part = cut(book, x, along, at, size);
    at += size;
    return part;
  });
});
traced("Slice", (book, { x }, { begin, size }) => {
  const [first, lengths] = tf.slice_util.parseSliceParams(x as unknown as tf.Tensor, begin, size);
  return book.slice(x, first, first.map((from, i) => from + lengths[i]));
});
traced("StridedSlice", (book, { x }, attributes) => {
  const { begin, end, strides, beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask } = attributes;
  const info = tf.slice_util.sliceInfo(
    [...x.shape],
    begin,
    end,
    strides,
    beginMask,
    endMask,
    ellipsisMask,
    newAxisMask,
    shrinkAxisMask,
  );
  // a slice backwards is one forwards of what is turned around
  const turned = info.strides.flatMap((stride, i) => stride < 0 ? [i] : []);
  const at = (i: number, from: number) => turned.includes(i) ? x.shape[i] - 1 - from : from;
  const first = info.begin.map((from, i) => at(i, from)), last = info.end.map((to, i) => at(i, to));
  const steps = info.strides.map(Math.abs);
  const sliced = book.slice(
    reversed(book, x, turned),
    first,
    last.map((to, i) => Math.max(to, first[i])),
    steps,
  );
  return book.reshape(sliced, info.finalShape);
});
traced("PadV2", (book, { x }, { paddings, constantValue }) => {
  const widths = paddings as [number, number][];
  return book.pad(x, widths.map(([low]) => low), widths.map(([, high]) => high), constantValue);
});
traced("Tile", (book, { x }, { reps }) => {
  const counts = reps as number[];
  const apart = counts.flatMap((count, i) => [count, x.shape[i]]);
  const spread = book.spread(x, apart, x.shape.map((_, i) => 2 * i + 1));
  return book.reshape(spread, x.shape.map((length, i) => length * counts[i]));
});

/** Turned around along dimensions. */
export function reversed(book: Book, x: Value, dimensions: readonly number[]): Value {
  if (dimensions.length === 0) return x;
  return book.op("reverse", [x], x.shape, x.type, {
    attributes: `dimensions = array<i64: ${dimensions.join(", ")}>`,
  });
}
traced("Reverse", (book, { x }, { dims }) => reversed(book, x, axesOf(dims, x)));

traced("OneHot", (book, { indices }, { dtype = "float32", depth, onValue, offValue }) => {
  const shape = [...indices.shape, depth], rows = indices.shape.map((_, i) => i);
  const places = book.iota(shape, rows.length, "int32");
  const hit = book.compare("EQ", places, book.spread(book.convert(indices, "int32"), shape, rows));
  return book.select(hit, book.constant(onValue, shape, dtype), book.constant(offValue, shape, dtype));
});
