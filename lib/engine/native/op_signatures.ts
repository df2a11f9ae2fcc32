/** What an op's inputs and outputs are called and which attributes follow from them, as the library itself lists it. */
import { BinaryReader } from "@bufbuild/protobuf/wire";

/** An input or an output: one tensor, `number` of them of one type, or a list of them by `typeList`. */
export interface Argument {
  readonly name: string;
  /** attribute that holds the type; empty when it is fixed */
  readonly type: string;
  /** attribute that holds how many tensors; empty for one */
  readonly number: string;
  /** attribute that holds the types of a list; empty when it is none */
  readonly typeList: string;
}
export interface OpSignature {
  readonly inputs: readonly Argument[];
  readonly outputs: readonly Argument[];
  /** whether it gives other results for the same inputs, or has an effect */
  readonly stateful: boolean;
}

/** Every field of a message with bytes for a value; others are skipped. */
function* messages(bytes: Uint8Array): Generator<[field: number, value: Uint8Array]> {
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [field, wire] = reader.tag();
    if (wire === 2) yield [field, reader.bytes()];
    else reader.skip(wire);
  }
}
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** Fields of OpDef.ArgDef. */
function argument(bytes: Uint8Array): Argument {
  const fields = new Map(messages(bytes));
  const at = (field: number) => fields.has(field) ? text(fields.get(field)!) : "";
  return { name: at(1), type: at(4), number: at(5), typeList: at(6) };
}

/** OpDef.is_stateful. */
function isStateful(op: Uint8Array): boolean {
  const reader = new BinaryReader(op);
  while (reader.pos < reader.len) {
    const [field, wire] = reader.tag();
    if (field === 17) return reader.bool();
    reader.skip(wire);
  }
  return false;
}

/** The name of an OpDef, without reading the rest. */
function nameOf(op: Uint8Array): string {
  for (const [field, value] of messages(op)) if (field === 1) return text(value);
  return "";
}

/**
 * Reads a serialised OpList (tensorflow/core/framework/op_def.proto); an op is looked into when it is first asked for.
 *
 * @returns the signature of an op by its name
 * @throws Error `unknown op: Foo` from that function
 * @example
 * ```ts ignore
 * import { opSignatures } from "./op_signatures.ts";
 * const signatureOf = opSignatures(binding.opList());
 * signatureOf("MatMul").inputs[0]; // { name: "a", type: "T", number: "", typeList: "" }
 * ```
 */
export function opSignatures(opList: Uint8Array): (op: string) => OpSignature {
  const listed = new Map<string, Uint8Array>(), read = new Map<string, OpSignature>();
  for (const [field, op] of messages(opList)) if (field === 1) listed.set(nameOf(op), op);
  return (name) => {
    const known = read.get(name);
    if (known) return known;
    const op = listed.get(name);
    if (op === undefined) throw new Error(`unknown op: ${name}`);
    const all = [...messages(op)];
    const signature = {
      inputs: all.filter(([field]) => field === 2).map(([, value]) => argument(value)),
      outputs: all.filter(([field]) => field === 3).map(([, value]) => argument(value)),
      stateful: isStateful(op),
    };
    read.set(name, signature);
    return signature;
  };
}
