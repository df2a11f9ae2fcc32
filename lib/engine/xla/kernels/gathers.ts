/** Kernels that pick numbers by places that are tensors themselves. */
import { require } from "../required.ts";
import { axesOf, traced } from "../traced_kernel.ts";
import { type Book, listText, sizeOf, typeText, type Value } from "../stablehlo.ts";

/** Rows of `x` at places, in the places' order. */
export function rowsAt(book: Book, x: Value, places: Value): Value {
  const rest = x.shape.slice(1), count = sizeOf(places.shape);
  const offsets = rest.map((_, i) => i + 1);
  const dimensions = `#stablehlo.gather<offset_dims = [${offsets}], collapsed_slice_dims = [0], ` +
    "start_index_map = [0], index_vector_dim = 1>";
  return book.op("gather", [x, book.reshape(places, [count])], [count, ...rest], x.type, {
    attributes: `dimension_numbers = ${dimensions}, slice_sizes = ${listText([1, ...rest])}, ` +
      "indices_are_sorted = false",
  });
}

traced("GatherV2", (book, { x, indices }, { axis, batchDims }) => {
  const [along] = axesOf(axis, x);
  if (batchDims > 0) return inBatches(book, x, indices, along, batchDims);
  // the axis comes first, and the places' dimensions go where it was
  const others = x.shape.map((_, i) => i).filter((i) => i !== along);
  const rows = inRange(
    book,
    rowsAt(book, book.transpose(x, [along, ...others]), indices),
    indices,
    x.shape[along],
  );
  const before = along, placed = indices.shape.length;
  const shaped = book.reshape(rows, [...indices.shape, ...others.map((i) => x.shape[i])]);
  const order = [
    ...Array.from({ length: before }, (_, i) => placed + i),
    ...Array.from({ length: placed }, (_, i) => i),
    ...Array.from({ length: others.length - before }, (_, i) => placed + before + i),
  ];
  return book.transpose(shaped, order);
});

/**
 * No numbers where a place is out of range: XLA takes the nearest one that is in it. Whole numbers and truths have none
 * that is not one, so that the results are no numbers.
 */
function inRange(book: Book, rows: Value, indices: Value, length: number): Value {
  const places = book.reshape(indices, [rows.shape[0]]);
  const from = book.compare("GE", places, book.like(0, places));
  const to = book.compare("LT", places, book.like(length, places)), right = book.binary("and", from, to);
  if (rows.type === "float32") {
    return book.select(book.spread(right, rows.shape, [0]), rows, book.like(NaN, rows));
  }
  require(book, right);
  return rows;
}

/** Each batch has places of its own: one row of all batches, told by its number. */
function inBatches(book: Book, x: Value, indices: Value, axis: number, batches: number): Value {
  const count = sizeOf(x.shape.slice(0, batches)), length = x.shape[axis];
  const between = x.shape.slice(batches, axis), rest = x.shape.slice(axis + 1);
  const places = sizeOf(indices.shape.slice(batches)), inner = sizeOf(between);
  const flat = book.reshape(x, [count * inner * length, sizeOf(rest)]);
  const shape = [count, inner, places];
  const batch = book.iota(shape, 0, "int32"), row = book.iota(shape, 1, "int32");
  const first = book.binary(
    "multiply",
    book.binary("add", book.binary("multiply", batch, book.like(inner, batch)), row),
    book.like(length, batch),
  );
  const own = book.spread(book.reshape(indices, [count, places]), shape, [0, 2]);
  const rows = inRange(book, rowsAt(book, flat, book.binary("add", first, own)), own, length);
  return book.reshape(rows, [
    ...x.shape.slice(0, batches),
    ...between,
    ...indices.shape.slice(batches),
    ...rest,
  ]);
}

traced("UnsortedSegmentSum", (book, { x, segmentIds }, { numSegments }) => {
  const rest = x.shape.slice(segmentIds.shape.length), count = sizeOf(segmentIds.shape);
  const zeros = book.constant(0, [numSegments, ...rest], x.type);
  const scalar = typeText({ shape: [], type: x.type });
  const dimensions = `#stablehlo.scatter<update_window_dims = [${rest.map((_, i) => i + 1)}], ` +
    "inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 1>";
  const inputs = [zeros, book.reshape(segmentIds, [count, 1]), book.reshape(x, [count, ...rest])];
  return book.op("scatter", inputs, zeros.shape, x.type, {
    attributes:
      `scatter_dimension_numbers = ${dimensions}, indices_are_sorted = false, unique_indices = false`,
    region: `^bb0(%left: ${scalar}, %right: ${scalar}):
    %folded = stablehlo.add %left, %right : ${scalar}
    "stablehlo.return"(%folded) : (${scalar}) -> ()`,
  });
});
