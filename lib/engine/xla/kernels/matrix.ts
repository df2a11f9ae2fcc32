/** Products of matrices. */
import { type Book, togetherShape, type Value } from "../stablehlo.ts";
import { type Attributes, traced } from "../traced_kernel.ts";
import { relu } from "./pointwise.ts";
import { NotRecordable } from "../../programs/not_recordable.ts";

function product(book: Book, a: Value, b: Value, { transposeA, transposeB }: Attributes): Value {
  const batch = togetherShape(a.shape.slice(0, -2), b.shape.slice(0, -2)), rank = batch.length + 2;
  const [x, y] = [a, b].map((each) => book.broadcast(each, [...batch, ...each.shape.slice(-2)]));
  return book.dot(x, y, rank - 2, transposeA ? rank - 2 : rank - 1, transposeB ? rank - 1 : rank - 2);
}

/** @throws NotRecordable */
export function activated(book: Book, x: Value, activation: string | undefined): Value {
  if (activation === undefined || activation === "linear") return x;
  if (activation === "relu") return relu(book, x);
  if (activation === "sigmoid") return book.unary("logistic", x);
  throw new NotRecordable(`xla has no fused ${activation}`, "use it as a layer of its own");
}

traced("BatchMatMul", (book, { a, b }, attributes) => product(book, a, b, attributes));
traced("_FusedMatMul", (book, { a, b, bias }, attributes) => {
  const made = product(book, a, b, attributes);
  return activated(book, bias ? book.binary("add", made, bias) : made, attributes.activation);
});
traced("FusedBatchNorm", (book, { x, mean, variance, offset, scale }, { varianceEpsilon }) => {
  const root = book.unary("rsqrt", book.binary("add", variance, book.like(varianceEpsilon, variance)));
  const factor = scale ? book.binary("multiply", root, scale) : root;
  const made = book.binary("multiply", book.binary("subtract", x, mean), factor);
  return offset ? book.binary("add", made, offset) : made;
});
