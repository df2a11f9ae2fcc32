/** StableHLO as it is written down: values, the operations that make them, each written once. */
import { dtypes } from "../native/native_tensor.ts";
import type { Attribute, FunctionNode } from "../programs/function_def.ts";
import type { RecordedTensor } from "../programs/record.ts";
import { CPU, type XlaTarget } from "./target.ts";

/** What numbers are: TensorFlow.js' types, and those between them. */
export type ElementType = "float32" | "int32" | "bool" | "uint32" | "uint64";

/** Numbers of the types: TF_DataType, as all recordings have them. */
const numbers: Readonly<Record<ElementType, number>> = {
  float32: dtypes.float32,
  int32: dtypes.int32,
  bool: dtypes.bool,
  uint32: 22,
  uint64: 23,
};
const words: Readonly<Record<ElementType, string>> = {
  float32: "f32",
  int32: "i32",
  bool: "i1",
  uint32: "ui32",
  uint64: "ui64",
};

/** A tensor of a program: an argument, or what an operation makes. */
export interface Value {
  /** as `x`, `n3:0` */
  readonly name: string;
  readonly shape: readonly number[];
  readonly type: ElementType;
}

export const typeNumber = (type: ElementType): number => numbers[type];

/** @throws RangeError for a type that no program has */
export function elementType(number: number): ElementType {
  const found = (Object.keys(numbers) as ElementType[]).find((type) => numbers[type] === number);
  if (found === undefined) throw new RangeError(`unknown type: ${number}`);
  return found;
}

/** As `tensor<32x10xf32>`. */
export const typeText = ({ shape, type }: Pick<Value, "shape" | "type">): string =>
  `tensor<${[...shape, words[type]].join("x")}>`;

export const sizeOf = (shape: readonly number[]): number =>
  shape.reduce((product, length) => product * length, 1);

/** The shape that two have after broadcasting as TensorFlow does, by the last dimensions. */
export function togetherShape(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  const from = (shape: readonly number[], i: number) => shape[i - rank + shape.length] ?? 1;
  return Array.from({ length: rank }, (_, i) => from(a, i) === 1 ? from(b, i) : from(a, i));
}

/** A list of whole numbers as MLIR writes an array. */
export const listText = (values: readonly number[]): string =>
  values.length === 0 ? "array<i64>" : `array<i64: ${values.join(", ")}>`;

/** What folds numbers into one. */
export type Fold = "add" | "maximum" | "minimum" | "multiply" | "and" | "or";

/** The region of a reduction: two numbers folded. */
function foldText(fold: Fold, type: ElementType): string {
  const scalar = typeText({ shape: [], type });
  return `^bb0(%left: ${scalar}, %right: ${scalar}):
    %folded = stablehlo.${fold} %left, %right : ${scalar}
    "stablehlo.return"(%folded) : (${scalar}) -> ()`;
}

/** Little-endian bytes of a number of a type. */
function bytesOf(value: number, type: ElementType): Uint8Array<ArrayBuffer> {
  if (type === "bool") return Uint8Array.of(value ? 1 : 0);
  if (type === "uint64") return new Uint8Array(BigUint64Array.of(BigInt(value)).buffer);
  const array = type === "float32" ? Float32Array : type === "int32" ? Int32Array : Uint32Array;
  return new Uint8Array(array.of(value).buffer);
}

/** How an operation is written, beside its inputs. */
export interface Written {
  /** as `dimensions = array<i64: 0>` */
  readonly attributes?: string;
  readonly region?: string;
}

/** Writes operations down; the same of the same is written once. */
export class Book {
  readonly target: XlaTarget;
  readonly nodes: FunctionNode[] = [];
  readonly tensors = new Map<string, RecordedTensor>();
  /** truths, each one number, without which results are no numbers */
  readonly required: Value[] = [];
  readonly #known = new Map<string, Value>();
  readonly #makers = new Map<string, FunctionNode>();

  constructor(target: XlaTarget = CPU) {
    this.target = target;
  }

  argument(name: string, shape: readonly number[], type: ElementType): Value {
    this.tensors.set(name, { shape, dtype: numbers[type] });
    return { name, shape, type };
  }

  /** The operation that made what is named, as `stablehlo.add`, with names of what it was made of. */
  makerOf(name: string): FunctionNode | undefined {
    return this.#makers.get(name);
  }

  /** @param op without `stablehlo.`; those of other dialects with theirs */
  op(
    op: string,
    inputs: readonly Value[],
    shape: readonly number[],
    type: ElementType,
    { attributes = "", region = "" }: Written = {},
  ): Value {
    return this.#written(op.includes(".") ? op : `stablehlo.${op}`, inputs, shape, type, {
      ...(attributes && { attributes: { text: attributes } }),
      ...(region && { region: { text: region } }),
    });
  }

  #written(
    op: string,
    inputs: readonly Value[],
    shape: readonly number[],
    type: ElementType,
    attributes: Readonly<Record<string, Attribute>>,
    content = JSON.stringify(attributes),
  ): Value {
    const key = `${op} ${inputs.map(({ name }) => name)} ${shape} ${type} ${content}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const name = `n${this.nodes.length}`, made = { name: `${name}:0`, shape, type };
    const node = { name, op, inputs: inputs.map((input) => input.name), attributes };
    this.nodes.push(node);
    this.#makers.set(made.name, node);
    this.tensors.set(made.name, { shape, dtype: numbers[type] });
    this.#known.set(key, made);
    return made;
  }

  /** A constant: one number for all of it, or the bytes of each. */
  constant(value: number | Uint8Array, shape: readonly number[], type: ElementType): Value {
    const bytes = typeof value === "number" ? bytesOf(value, type) : value;
    const constant = { dtype: numbers[type], shape, bytes };
    return this.#written("Const", [], shape, type, { value: { constant } }, `${bytes}`);
  }

  like(value: number, { shape, type }: Value): Value {
    return this.constant(value, shape, type);
  }

  unary(op: string, x: Value): Value {
    return this.op(op, [x], x.shape, x.type);
  }

  /** Element by element, of two of one shape after broadcasting as TensorFlow does. */
  binary(op: string, a: Value, b: Value): Value {
    const [x, y] = this.together(a, b);
    return this.op(op, [x, y], x.shape, x.type);
  }

  /** @param direction as `GT` */
  compare(direction: string, a: Value, b: Value): Value {
    const [x, y] = this.together(a, b), by = `#stablehlo<comparison_direction ${direction}>`;
    return this.op("compare", [x, y], x.shape, "bool", { attributes: `comparison_direction = ${by}` });
  }

  select(condition: Value, yes: Value, no: Value): Value {
    return this.op("select", [condition, yes, no], yes.shape, yes.type);
  }

  convert(x: Value, type: ElementType): Value {
    if (x.type === type) return x;
    // a number that is not 0 is true, also where its whole part is 0
    if (type === "bool") return this.compare("NE", x, this.like(0, x));
    return this.op("convert", [x], x.shape, type);
  }

  reshape(x: Value, shape: readonly number[]): Value {
    return `${x.shape}` === `${shape}` ? x : this.op("reshape", [x], shape, x.type);
  }

  /** @param dimensions where each dimension of `x` is in the shape */
  spread(x: Value, shape: readonly number[], dimensions: readonly number[]): Value {
    if (`${x.shape}` === `${shape}`) return x;
    return this.op("broadcast_in_dim", [x], shape, x.type, {
      attributes: `broadcast_dimensions = ${listText(dimensions)}`,
    });
  }

  /** Broadcast to a shape as TensorFlow does, by the last dimensions. */
  broadcast(x: Value, shape: readonly number[]): Value {
    return this.spread(x, shape, x.shape.map((_, i) => i + shape.length - x.shape.length));
  }

  together(a: Value, b: Value): [Value, Value] {
    const shape = togetherShape(a.shape, b.shape);
    return [this.broadcast(a, shape), this.broadcast(b, shape)];
  }

  transpose(x: Value, order: readonly number[]): Value {
    if (order.every((from, to) => from === to)) return x;
    return this.op("transpose", [x], order.map((from) => x.shape[from]), x.type, {
      attributes: `permutation = ${listText(order)}`,
    });
  }

  /** @param begin first index of each dimension; @param end index past the last */
  slice(
    x: Value,
    begin: readonly number[],
    end: readonly number[],
    strides: readonly number[] = begin.map(() => 1),
  ): Value {
    const shape = begin.map((first, i) => Math.max(0, Math.ceil((end[i] - first) / strides[i])));
    if (`${shape}` === `${x.shape}`) return x;
    return this.op("slice", [x], shape, x.type, {
      attributes: `start_indices = ${listText(begin)}, limit_indices = ${listText(end)}, strides = ${
        listText(strides)
      }`,
    });
  }

  /** Negative borders cut off; `between` puts so many between neighbours. */
  pad(
    x: Value,
    low: readonly number[],
    high: readonly number[],
    value = 0,
    between: readonly number[] = low.map(() => 0),
  ): Value {
    if ([...low, ...high, ...between].every((width) => width === 0)) return x;
    const shape = x.shape.map((length, i) =>
      length + Math.max(0, length - 1) * between[i] + low[i] + high[i]
    );
    const attributes = `edge_padding_low = ${listText(low)}, edge_padding_high = ${
      listText(high)
    }, interior_padding = ${listText(between)}`;
    return this.op("pad", [x, this.constant(value, [], x.type)], shape, x.type, { attributes });
  }

  concat(parts: readonly Value[], axis: number): Value {
    if (parts.length === 1) return parts[0];
    const length = parts.reduce((sum, { shape }) => sum + shape[axis], 0);
    const shape = parts[0].shape.with(axis, length);
    return this.op("concatenate", parts, shape, parts[0].type, { attributes: `dimension = ${axis} : i64` });
  }

  /** @returns without the axes */
  reduce(x: Value, axes: readonly number[], fold: Fold, start: number): Value {
    const shape = x.shape.filter((_, i) => !axes.includes(i));
    return this.op("reduce", [x, this.constant(start, [], x.type)], shape, x.type, {
      attributes: `dimensions = ${listText(axes)}`,
      region: foldText(fold, x.type),
    });
  }

  /** What products say of their precision, after their other attributes. */
  get precision(): string {
    const each = "#stablehlo<precision HIGHEST>";
    return this.target.precision === "highest" ? `, precision_config = [${each}, ${each}]` : "";
  }

  /** A product of matrices, whose leading `batch` dimensions run side by side; `left` and `right` are summed over. */
  dot(a: Value, b: Value, batch: number, left: number, right: number): Value {
    const side = Array.from({ length: batch }, (_, i) => i);
    const rest = ({ shape }: Value, summed: number) => shape.filter((_, i) => i >= batch && i !== summed);
    const attributes = `dot_dimension_numbers = #stablehlo.dot<lhs_batching_dimensions = [${side}], ` +
      `rhs_batching_dimensions = [${side}], lhs_contracting_dimensions = [${left}], ` +
      `rhs_contracting_dimensions = [${right}]>${this.precision}`;
    const shape = [...a.shape.slice(0, batch), ...rest(a, left), ...rest(b, right)];
    return this.op("dot_general", [a, b], shape, a.type, { attributes });
  }

  /** 0, 1, 2 … along a dimension. */
  iota(shape: readonly number[], dimension: number, type: ElementType): Value {
    return this.op("iota", [], shape, type, { attributes: `iota_dimension = ${dimension} : i64` });
  }
}
