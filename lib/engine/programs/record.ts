/**
 * Records what a function of tensors does: it is run once on the native engine, and every op that ran becomes a node.
 * What comes out is the body of a TensorFlow function.
 */
import type { Listener, NativeBinding, TensorMetadata } from "../native/binding.ts";
import type { Attribute, Constant, FunctionArgument, FunctionNode, FunctionResult } from "./function_def.ts";
import { NotRecordable } from "./not_recordable.ts";
import type { OpAttribute } from "../native/op_attributes.ts";
import { type OpSignature, opSignatures } from "../native/op_signatures.ts";
import { idOf } from "../native/native_ids.ts";
import type { NativeValues } from "../native/native_tensor.ts";
import { tf } from "../tf.ts";

/** A tensor that was made before the recording and is read in it: one more argument of the function. */
export interface Capture extends FunctionArgument {
  /** the binding's number of it */
  readonly id: number;
}
/** What is known of a tensor. */
export interface RecordedTensor {
  readonly shape: readonly number[];
  readonly dtype: number;
}
export interface RecordedInput extends FunctionArgument {
  readonly shape: readonly number[];
}
export interface RecordedResult extends FunctionResult {
  readonly shape: readonly number[];
}
/** The body of a function. Plain data. */
export interface Recording {
  readonly nodes: readonly FunctionNode[];
  readonly inputs: readonly RecordedInput[];
  readonly captures: readonly Capture[];
  readonly results: readonly RecordedResult[];
  /** every argument and every output of a node, by its name as `n3:z:0` */
  readonly tensors: ReadonlyMap<string, RecordedTensor>;
}

let signatures: ((op: string) => OpSignature) | null = null;

/**
 * Runs `work` once and records it. Its tensors are disposed of.
 *
 * @param inputs what the recording takes as arguments, by name
 * @param work a function of these tensors alone: no random numbers of JavaScript's, no clock, no reading of values
 * @throws NotRecordable when values of a tensor that was computed are read, or an op has a state of its own
 * @example
 * ```ts ignore
 * import { record } from "./record.ts";
 * const { nodes } = record(nativeBinding()!, { x: tf.ones([2]) }, ({ x }) => [tf.square(x)]);
 * nodes[0].op; // "Square"
 * ```
 */
export function record<Name extends string>(
  binding: NativeBinding,
  inputs: Readonly<Record<Name, tf.Tensor>>,
  work: (inputs: Readonly<Record<Name, tf.Tensor>>) => readonly tf.Tensor[],
): Recording {
  signatures ??= opSignatures(binding.opList());
  const names = Object.keys(inputs) as Name[];
  const given = names.map((name) => ({ name, ...binding.describe(idOf(inputs[name])) }));
  const book = new Book(binding, signatures, given);
  binding.listener = book;
  try {
    let results: RecordedResult[] = [];
    tf.tidy(() => {
      const made = work(inputs);
      results = made.map(idOf).map((id, i) => {
        const { dtype, shape } = binding.describe(id);
        return { name: `r${i}`, dtype, shape, from: book.nameOf(id) };
      });
      // what the work kept of its results outlives this scope; those of no node are arguments and captures
      made.forEach((tensor, i) => results[i].from.includes(":") && tensor.dispose());
    });
    const arguments_ = given.map(({ name, dtype, shape }) => ({ name, dtype, shape }));
    return { nodes: book.nodes, inputs: arguments_, captures: book.captures, results, tensors: book.tensors };
  } finally {
    binding.listener = null;
  }
}

/** Listens to the binding and writes down. */
class Book implements Listener {
  readonly nodes: FunctionNode[] = [];
  readonly captures: Capture[] = [];
  readonly tensors = new Map<string, RecordedTensor>();
  readonly #binding: NativeBinding;
  readonly #signatureOf: (op: string) => OpSignature;
  /** where each tensor comes from: an argument, or an output of a node */
  readonly #names = new Map<number, string>();
  readonly #constants = new Map<number, Constant>();
  readonly #inputs: ReadonlySet<number>;

  constructor(
    binding: NativeBinding,
    signatureOf: (op: string) => OpSignature,
    inputs: readonly (RecordedInput & { id: number })[],
  ) {
    this.#binding = binding;
    this.#signatureOf = signatureOf;
    this.#inputs = new Set(inputs.map(({ id }) => id));
    for (const { id, name, shape, dtype } of inputs) {
      this.#names.set(id, name);
      this.tensors.set(name, { shape, dtype });
    }
  }

  created(id: number, shape: readonly number[], dtype: number, values: NativeValues): void {
    if (Array.isArray(values)) return; // strings train nothing
    const { buffer, byteOffset, byteLength } = values;
    const bytes = new Uint8Array(buffer, byteOffset, byteLength).slice();
    this.#constants.set(id, { shape: [...shape], dtype, bytes });
  }

  executed(
    op: string,
    given: readonly OpAttribute[],
    inputIds: readonly number[],
    outputs: readonly TensorMetadata[],
  ): void {
    const signature = this.#signatureOf(op);
    if (signature.stateful) {
      throw new NotRecordable(`${op} gives other results each time`, "draw random numbers by dropout layers");
    }
    const inputs = inputIds.map((id) => this.nameOf(id));
    const attributes: Record<string, Attribute> = {};
    for (const attribute of given) attributes[attribute.name] = this.#attribute(attribute);
    this.#inferTypes(signature, inputIds, attributes);
    // naming an input may have added the node of a constant
    const node = { name: `n${this.nodes.length}`, op, inputs, attributes };
    this.nodes.push(node);
    const outputNames = namesOfOutputs(signature, attributes);
    outputs.forEach(({ id, shape, dtype }, i) => {
      const output = `${node.name}:${outputNames[i]}`;
      this.#names.set(id, output);
      this.tensors.set(output, { shape, dtype });
    });
  }

  reading(id: number): void {
    const depends = this.#inputs.has(id) || this.#names.get(id)?.includes(":") && !this.#constants.has(id);
    if (depends) {
      throw new NotRecordable(
        "the values of a tensor are read while it is computed",
        "use tensor operations",
      );
    }
  }

  /** Where a tensor comes from; one that nobody has named is a constant, or was there before. */
  nameOf(id: number): string {
    const known = this.#names.get(id);
    if (known !== undefined) return known;
    const constant = this.#constants.get(id);
    const name = constant ? this.#constantNode(constant) : this.#capture(id);
    this.#names.set(id, name);
    return name;
  }
  #constantNode(constant: Constant): string {
    const name = `n${this.nodes.length}`;
    const attributes = { dtype: { type: constant.dtype }, value: { constant } };
    this.nodes.push({ name, op: "Const", inputs: [], attributes });
    this.tensors.set(`${name}:output:0`, { shape: constant.shape, dtype: constant.dtype });
    return `${name}:output:0`;
  }
  #capture(id: number): string {
    const name = `capture${this.captures.length}`;
    const { dtype, shape } = this.#binding.describe(id);
    this.captures.push({ id, name, dtype });
    this.tensors.set(name, { shape, dtype });
    return name;
  }

  #attribute({ name, type, value }: OpAttribute): Attribute {
    const binding = this.#binding, several = Array.isArray(value);
    switch (type) {
      case binding.TF_ATTR_TYPE:
        return several ? { types: value as number[] } : { type: value as number };
      case binding.TF_ATTR_INT:
        return several ? { ints: value as number[] } : { int: value as number };
      case binding.TF_ATTR_FLOAT:
        return { float: value as number };
      case binding.TF_ATTR_BOOL:
        return { bool: value as boolean };
      case binding.TF_ATTR_STRING:
        return { text: value as string };
      case binding.TF_ATTR_SHAPE:
        return { shape: value as number[] };
    }
    throw new NotRecordable(`attribute ${name} is of a kind that no function holds`, "use another operation");
  }

  /** Eager execution infers attributes from the inputs; a function must state each. */
  #inferTypes(
    { inputs }: OpSignature,
    ids: readonly number[],
    attributes: Record<string, Attribute>,
  ): void {
    const dtypeOf = (id: number) => this.#binding.describe(id).dtype;
    let next = 0;
    inputs.forEach(({ type, number, typeList }, i) => {
      // at most one input of an op has a length of its own
      const count = number || typeList ? ids.length - next - (inputs.length - 1 - i) : 1;
      const mine = ids.slice(next, next += count);
      if (type && mine.length > 0) attributes[type] ??= { type: dtypeOf(mine[0]) };
      if (number) attributes[number] ??= { int: mine.length };
      if (typeList) attributes[typeList] ??= { types: mine.map(dtypeOf) };
    });
  }
}

/** `z:0` and its like, one for each tensor that an op makes. */
function namesOfOutputs({ outputs }: OpSignature, attributes: Readonly<Record<string, Attribute>>): string[] {
  return outputs.flatMap(({ name, number, typeList }) => {
    const counted = number ? attributes[number] : typeList ? attributes[typeList] : { int: 1 };
    const count = "int" in counted ? counted.int : "types" in counted ? counted.types.length : 1;
    return Array.from({ length: count }, (_, i) => `${name}:${i}`);
  });
}
