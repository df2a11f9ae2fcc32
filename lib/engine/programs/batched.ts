/**
 * Rewrites a recording so that it does for many members at once what it did for one: tensors that differ from member to
 * member get an axis in front. The idea of `jax.vmap`; what has no rule here is done for each member in turn.
 */
import { dtypes } from "../native/native_tensor.ts";
import type { Attribute, Constant, FunctionNode } from "./function_def.ts";
import type { RecordedTensor, Recording } from "./record.ts";

/** Operations on each number alone: inputs of different rank line up at their last axes. */
const ELEMENTWISE = new Set([
  ...["Abs", "Cast", "Elu", "Erf", "Exp", "Floor", "Identity", "IsNan", "Log", "Log1p", "LogicalNot", "Neg"],
  ...[
    "Reciprocal",
    "Relu",
    "Round",
    "Rsqrt",
    "Selu",
    "Sigmoid",
    "Sign",
    "Softplus",
    "Sqrt",
    "Square",
    "Tanh",
  ],
  ...[
    "Add",
    "AddV2",
    "Div",
    "Equal",
    "FloorDiv",
    "Greater",
    "GreaterEqual",
    "Less",
    "LessEqual",
    "LogicalAnd",
  ],
  ...[
    "LogicalOr",
    "Maximum",
    "Minimum",
    "Mul",
    "NotEqual",
    "Pow",
    "RealDiv",
    "SelectV2",
    "SquaredDifference",
  ],
  ...["Sub", "ZerosLike"],
]);
/** The same, of inputs that must have one shape. */
const OF_ONE_SHAPE = new Set(["AddN", "EluGrad", "ReluGrad", "Select", "SigmoidGrad", "TanhGrad"]);
/** Operations that only name numbers anew. */
const RESHAPES = new Set(["ExpandDims", "Reshape", "Squeeze"]);
/** Reductions over axes that their second input holds. */
const REDUCTIONS = new Set(["Max", "Mean", "Min", "Prod", "Sum"]);
/** Operations along the last axis that take any number of axes before it. */
const LAST_AXIS = new Set(["LogSoftmax", "Softmax"]);

const INT: Attribute = { type: dtypes.int32 };

/**
 * @param members how many
 * @param own names of the inputs that each member has its own of: they get an axis of `members` in front, and so do all
 *   results; other inputs and captures are shared
 * @example
 * ```ts ignore
 * const one = record(binding, { x, w }, ({ x, w }) => [tf.matMul(x, w)]); // w [3, 2]
 * const four = batched(one, 4, ["w"]); // w [4, 3, 2], the result [4, …]
 * ```
 */
export function batched(recording: Recording, members: number, own: readonly string[]): Recording {
  return new Batching(recording, members, own).recording();
}

class Batching {
  readonly #from: Recording;
  readonly #members: number;
  readonly #nodes: FunctionNode[] = [];
  /** tensors with the axis of members, by their old name: their new name */
  readonly #own = new Map<string, string>();
  readonly #constants = new Map<string, Constant>();
  /** tensors that were lined up, or repeated for each member, before */
  readonly #made = new Map<string, string>();

  constructor(recording: Recording, members: number, own: readonly string[]) {
    this.#from = recording;
    this.#members = members;
    for (const name of own) this.#own.set(name, name);
  }

  recording(): Recording {
    const { nodes, inputs, results, captures, tensors } = this.#from;
    for (const node of nodes) this.#node(node);
    const wide = <T extends RecordedTensor>(tensor: T): T => ({
      ...tensor,
      shape: [this.#members, ...tensor.shape],
    });
    return {
      inputs: inputs.map((input) => this.#own.has(input.name) ? wide(input) : input),
      results: results.map((result) => wide({ ...result, from: this.#stacked(result.from) })),
      nodes: this.#nodes,
      captures,
      tensors,
    };
  }

  /** A tensor of one member. */
  #tensor(name: string): RecordedTensor {
    return this.#from.tensors.get(name)!;
  }
  #rankOf(inputs: readonly string[]): number {
    return Math.max(...inputs.map((input) => this.#tensor(input).shape.length));
  }

  #add(op: string, inputs: readonly string[], attributes: Readonly<Record<string, Attribute>>): string {
    const name = `b${this.#nodes.length}`;
    this.#nodes.push({ name, op, inputs, attributes });
    return name;
  }
  #ints(values: readonly number[]): string {
    const bytes = new Uint8Array(Int32Array.from(values).buffer);
    const constant = { dtype: dtypes.int32, shape: [values.length], bytes };
    return `${this.#add("Const", [], { dtype: INT, value: { constant } })}:output:0`;
  }
  /** What was made before of a tensor is taken again. */
  #once(key: string, make: () => string): string {
    const made = this.#made.get(key) ?? make();
    this.#made.set(key, made);
    return made;
  }
  #reshaped(name: string, shape: readonly number[], dtype: number): string {
    return this.#once(
      `${name} as ${shape}`,
      () =>
        `${this.#add("Reshape", [name, this.#ints(shape)], { T: { type: dtype }, Tshape: INT })}:output:0`,
    );
  }

  /** With the axis of members, repeated where all share it. */
  #stacked(name: string): string {
    const { shape, dtype } = this.#tensor(name);
    return this.#own.get(name) ?? this.#once(`${name} for all`, () => {
      const inputs = [name, this.#ints([this.#members, ...shape])];
      return `${this.#add("BroadcastTo", inputs, { T: { type: dtype }, Tidx: INT })}:output:0`;
    });
  }
  /** With `rank` axes after the axis of members, the first of them of length 1; as it is where all share it. */
  #aligned(name: string, rank: number): string {
    const own = this.#own.get(name), { shape, dtype } = this.#tensor(name);
    if (own === undefined) return name;
    if (shape.length === rank) return own;
    const ones = new Array<number>(rank - shape.length).fill(1);
    return this.#reshaped(own, [this.#members, ...ones, ...shape], dtype);
  }

  #node(node: FunctionNode): void {
    const { name, op, inputs, attributes } = node;
    if (op === "Const" && "value" in attributes && "constant" in attributes.value) {
      this.#constants.set(`${name}:output:0`, attributes.value.constant);
    }
    if (!inputs.some((input) => this.#own.has(input))) {
      this.#nodes.push(node);
      return;
    }
    const outputs = [...this.#from.tensors.keys()].filter((output) => output.startsWith(`${name}:`));
    if (op === "SoftmaxCrossEntropyWithLogits") return this.#crossEntropy(node);
    const made = this.#rewritten(node, outputs[0]);
    if (made === null) return this.#unrolled(node, outputs);
    for (const output of outputs) this.#own.set(output, made + output.slice(name.length));
  }

  /** The name of the node that does it for all members; null where there is no rule. */
  #rewritten({ op, inputs, attributes }: FunctionNode, output: string): string | null {
    const [first] = inputs, wide = this.#own.get(first) ?? first, { shape, dtype } = this.#tensor(first);
    const wideShape = () => this.#ints([this.#members, ...this.#tensor(output).shape]);
    if (ELEMENTWISE.has(op)) {
      const rank = this.#rankOf(inputs);
      return this.#add(op, inputs.map((input) => this.#aligned(input, rank)), attributes);
    }
    if (OF_ONE_SHAPE.has(op)) return this.#add(op, inputs.map((input) => this.#stacked(input)), attributes);
    if (LAST_AXIS.has(op)) return this.#add(op, [wide], attributes);
    if (op === "MatMul" || op === "BatchMatMulV2") {
      const { transpose_a, transpose_b, adj_x = transpose_a, adj_y = transpose_b } = attributes;
      const rank = this.#rankOf(inputs), none: Attribute = { bool: false };
      const given = { T: { type: dtype }, adj_x: adj_x ?? none, adj_y: adj_y ?? none };
      return this.#add("BatchMatMulV2", inputs.map((input) => this.#aligned(input, rank)), given);
    }
    if (op === "Pack" || op === "Unpack") {
      const { int: axis } = attributes.axis as { int: number };
      const given = { ...attributes, axis: { int: axis < 0 ? axis : axis + 1 } };
      return this.#add(op, inputs.map((input) => this.#stacked(input)), given);
    }
    // what follows reads where, from inputs that must be the same for all
    if (RESHAPES.has(op) && this.#own.has(first)) {
      return this.#add("Reshape", [wide, wideShape()], { T: { type: dtype }, Tshape: INT });
    }
    // a table that all share, read at places of each member's own
    if (op === "Gather" && !this.#own.has(first)) {
      return this.#add(op, [first, this.#stacked(inputs[1])], attributes);
    }
    const axes = this.#numbers(inputs[1]);
    if (axes === null) return null;
    const behind = axes.map((axis) => (axis < 0 ? axis + shape.length : axis) + 1);
    if (REDUCTIONS.has(op)) return this.#add(op, [wide, this.#ints(behind)], attributes);
    if (op === "Transpose") return this.#add(op, [wide, this.#ints([0, ...behind])], attributes);
    if (op === "Slice") return this.#add(op, [wide, this.#ints([0, ...axes]), wideShape()], attributes);
    return null;
  }

  /** The numbers of a constant of whole numbers; null for another tensor. */
  #numbers(name: string | undefined): readonly number[] | null {
    const constant = name === undefined ? undefined : this.#constants.get(name);
    return constant?.dtype === dtypes.int32 ? [...new Int32Array(constant.bytes.slice().buffer)] : null;
  }

  /** It takes rows alone: those of all members are rows. */
  #crossEntropy({ name, op, inputs, attributes }: FunctionNode): void {
    const { shape: [rows, classes], dtype } = this.#tensor(inputs[0]), members = this.#members;
    const flat = inputs.map((input) =>
      this.#reshaped(this.#stacked(input), [members * rows, classes], dtype)
    );
    const made = this.#add(op, flat, attributes);
    this.#own.set(`${name}:loss:0`, this.#reshaped(`${made}:loss:0`, [members, rows], dtype));
    const backprop = this.#reshaped(`${made}:backprop:0`, [members, rows, classes], dtype);
    this.#own.set(`${name}:backprop:0`, backprop);
  }

  /** The node once for each member. */
  #unrolled({ name, op, inputs, attributes }: FunctionNode, outputs: readonly string[]): void {
    const members = { int: this.#members }, axis = { int: 0 };
    const apart = inputs.map((input) => {
      const own = this.#own.get(input), T = { type: this.#tensor(input).dtype };
      return own && this.#once(`${own} apart`, () => this.#add("Unpack", [own], { T, num: members, axis }));
    });
    const made = Array.from(
      { length: this.#members },
      (_, member) =>
        this.#add(
          op,
          inputs.map((input, i) => apart[i] ? `${apart[i]}:output:${member}` : input),
          attributes,
        ),
    );
    for (const output of outputs) {
      const T = { type: this.#tensor(output).dtype };
      const each = made.map((node) => node + output.slice(name.length));
      this.#own.set(output, `${this.#add("Pack", each, { T, N: members, axis })}:output:0`);
    }
  }
}
