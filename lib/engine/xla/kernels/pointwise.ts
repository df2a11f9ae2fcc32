/** Kernels that look at one number of each input at a time. */
import { type Book, type Value } from "../stablehlo.ts";
import { traced } from "../traced_kernel.ts";

const unary: Readonly<Record<string, string>> = {
  Abs: "abs",
  Ceil: "ceil",
  Cos: "cosine",
  Erf: "chlo.erf",
  Exp: "exponential",
  Expm1: "exponential_minus_one",
  Floor: "floor",
  Log: "log",
  Log1p: "log_plus_one",
  LogicalNot: "not",
  Neg: "negate",
  Round: "round_nearest_even",
  Rsqrt: "rsqrt",
  Sigmoid: "logistic",
  Sign: "sign",
  Sin: "sine",
  Sqrt: "sqrt",
  Tanh: "tanh",
};
for (const [kernel, op] of Object.entries(unary)) traced(kernel, (book, { x }) => book.unary(op, x));

const binary: Readonly<Record<string, string>> = {
  Add: "add",
  LogicalAnd: "and",
  LogicalOr: "or",
  Maximum: "maximum",
  Minimum: "minimum",
  Multiply: "multiply",
  Pow: "power",
  RealDiv: "divide",
  Sub: "subtract",
};
for (const [kernel, op] of Object.entries(binary)) {
  traced(kernel, (book, { a, b }) => book.binary(op, a, b));
}

const comparisons: Readonly<Record<string, string>> = {
  Equal: "EQ",
  Greater: "GT",
  GreaterEqual: "GE",
  Less: "LT",
  LessEqual: "LE",
  NotEqual: "NE",
};
for (const [kernel, direction] of Object.entries(comparisons)) {
  traced(kernel, (book, { a, b }) => book.compare(direction, a, b));
}

const above = (book: Book, x: Value, bound = 0) => book.compare("GT", x, book.like(bound, x));
/** exp(x) − 1 below 0. */
const elu = (book: Book, x: Value) => book.select(above(book, x), x, book.unary("exponential_minus_one", x));
export const relu = (book: Book, x: Value): Value => book.binary("maximum", x, book.like(0, x));

const clipped = (book: Book, x: Value, least: number, most: number) =>
  book.binary("minimum", book.binary("maximum", x, book.like(least, x)), book.like(most, x));

traced("Square", (book, { x }) => book.binary("multiply", x, x));
traced("SquaredDifference", (book, { a, b }) => {
  const difference = book.binary("subtract", a, b);
  return book.binary("multiply", difference, difference);
});
traced("Reciprocal", (book, { x }) => book.binary("divide", book.like(1, x), x));
traced("FloorDiv", (book, { a, b }) => {
  if (a.type === "float32") {
    return book.convert(book.unary("floor", book.binary("divide", a, b)), "int32");
  }
  // towards 0 first: one less where something is left and the signs differ
  const [x, y] = book.together(a, b), made = book.binary("divide", x, y), zero = book.like(0, made);
  const left = book.compare("NE", book.binary("multiply", made, y), x);
  const apart = book.compare("LT", book.binary("xor", x, y), zero);
  const less = book.convert(book.binary("and", left, apart), "int32");
  return book.binary("subtract", made, less);
});
traced("Relu", (book, { x }) => relu(book, x));
traced("Relu6", (book, { x }) => clipped(book, x, 0, 6));
traced(
  "LeakyRelu",
  (book, { x }, { alpha }) => book.select(above(book, x), x, book.binary("multiply", x, book.like(alpha, x))),
);
traced("Prelu", (book, { x, alpha }) => {
  const [left, right] = book.together(x, alpha);
  return book.select(above(book, left), left, book.binary("multiply", left, right));
});
traced("Elu", (book, { x }) => elu(book, x));
traced(
  "EluGrad",
  (book, { dy, y }) =>
    book.select(above(book, y), dy, book.binary("multiply", dy, book.binary("add", y, book.like(1, y)))),
);
/** Klambauer et al. 2017: the two numbers of the paper. */
const SELU_SCALE = 1.0507009873554805, SELU_ALPHA = 1.6732632423543772;
traced("Selu", (book, { x }) => {
  const below = book.binary(
    "multiply",
    book.like(SELU_SCALE * SELU_ALPHA, x),
    book.unary("exponential_minus_one", x),
  );
  return book.select(above(book, x), book.binary("multiply", book.like(SELU_SCALE, x), x), below);
});
/** Where e^x adds nothing to 1, ln(1 + e^x) is e^x, and x from as far above 0: as TensorFlow has it, to the bit. */
const SOFT = Math.log(2 ** -23) + 2;
traced("Softplus", (book, { x }) => {
  const risen = book.unary("exponential", x);
  const small = book.compare("LT", x, book.like(SOFT, x));
  const rest = book.select(small, risen, book.unary("log_plus_one", risen));
  return book.select(above(book, x, -SOFT), x, rest);
});
traced("Step", (book, { x }, { alpha = 0 }) => {
  const step = book.select(above(book, x), book.like(1, x), book.like(alpha, x));
  return book.select(book.compare("NE", x, x), x, step); // no number stays none
});
traced(
  "ClipByValue",
  (book, { x }, { clipValueMin, clipValueMax }) => clipped(book, x, clipValueMin, clipValueMax),
);
traced("IsNan", (book, { x }) => book.compare("NE", x, x));
traced("IsFinite", (book, { x }) => book.op("is_finite", [x], x.shape, "bool"));
traced("Select", (book, { condition, t, e }) => {
  // a condition of one dimension picks rows
  const whole = condition.shape.length === 1 && t.shape.length > 1
    ? book.spread(condition, t.shape, [0])
    : book.broadcast(condition, t.shape);
  return book.select(whole, t, e);
});
traced("Cast", (book, { x }, { dtype }) => book.convert(x, dtype));
traced("Identity", (_, { x }) => x);
traced("ZerosLike", (book, { x }) => book.like(0, x));
traced("OnesLike", (book, { x }) => book.like(1, x));
traced("AddN", (book, inputs) => Object.values(inputs).reduce((sum, each) => book.binary("add", sum, each)));
