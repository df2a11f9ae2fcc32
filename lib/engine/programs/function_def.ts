/** A TensorFlow function as data, and as the bytes of a FunctionDef (tensorflow/core/framework/function.proto). */
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { dtypes } from "../native/native_tensor.ts";

/** A tensor that a function holds as a constant. */
export interface Constant {
  readonly dtype: number;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}
/** The value of an attribute; exactly one of the fields. */
export type Attribute =
  | { readonly type: number }
  | { readonly types: readonly number[] }
  | { readonly int: number }
  | { readonly ints: readonly number[] }
  | { readonly float: number }
  | { readonly bool: boolean }
  | { readonly text: string }
  | { readonly shape: readonly number[] }
  | { readonly shapes: readonly (readonly number[])[] }
  | { readonly constant: Constant }
  | { readonly function: string };

export interface FunctionNode {
  readonly name: string;
  readonly op: string;
  /** as `x` for an argument of the function, `product:z:0` for an output of a node */
  readonly inputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}
export interface FunctionArgument {
  readonly name: string;
  readonly dtype: number;
}
/** A result of a function: which argument or output of a node it is. */
export interface FunctionResult extends FunctionArgument {
  readonly from: string;
}
export interface FunctionDefinition {
  readonly name: string;
  readonly inputs: readonly FunctionArgument[];
  readonly results: readonly FunctionResult[];
  readonly nodes: readonly FunctionNode[];
  readonly attributes?: Readonly<Record<string, Attribute>>;
}

type Fill = (writer: BinaryWriter) => void;

function message(writer: BinaryWriter, field: number, fill: Fill): void {
  writer.tag(field, WireType.LengthDelimited).fork();
  fill(writer);
  writer.join();
}
const writeText = (writer: BinaryWriter, field: number, value: string) =>
  writer.tag(field, WireType.LengthDelimited).string(value);
const writeBytes = (writer: BinaryWriter, field: number, value: Uint8Array) =>
  writer.tag(field, WireType.LengthDelimited).bytes(value);
const writeInt = (writer: BinaryWriter, field: number, value: number) =>
  writer.tag(field, WireType.Varint).int64(value);

const writeShape = (writer: BinaryWriter, field: number, shape: readonly number[]) =>
  message(writer, field, (inner) => {
    for (const length of shape) message(inner, 2, (dimension) => writeInt(dimension, 1, length));
  });

/** The one number that all of a float constant is, or null: then one element stands for it. */
function repeated({ dtype, bytes }: Constant): Uint8Array | null {
  if (dtype !== dtypes.float32 || bytes.length <= 4) return null;
  for (let i = 4; i < bytes.length; i++) if (bytes[i] !== bytes[i - 4]) return null;
  return bytes.subarray(0, 4);
}

/** TensorProto. */
function writeConstant(writer: BinaryWriter, field: number, constant: Constant): void {
  const one = repeated(constant);
  message(writer, field, (inner) => {
    writeInt(inner, 1, constant.dtype);
    writeShape(inner, 2, constant.shape);
    if (one) writeBytes(inner, 5, one);
    else writeBytes(inner, 4, constant.bytes);
  });
}

/** AttrValue. */
function writeAttribute(writer: BinaryWriter, field: number, value: Attribute): void {
  message(writer, field, (inner) => {
    if ("type" in value) writeInt(inner, 6, value.type);
    else if ("int" in value) writeInt(inner, 3, value.int);
    else if ("float" in value) inner.tag(4, WireType.Bit32).float(value.float);
    else if ("bool" in value) inner.tag(5, WireType.Varint).bool(value.bool);
    else if ("text" in value) writeText(inner, 2, value.text);
    else if ("shape" in value) writeShape(inner, 7, value.shape);
    else if ("constant" in value) writeConstant(inner, 8, value.constant);
    else if ("function" in value) message(inner, 10, (name) => writeText(name, 1, value.function));
    else {
      message(inner, 1, (list) => {
        if ("ints" in value) { for (const each of value.ints) writeInt(list, 3, each); }
        else if ("types" in value) { for (const each of value.types) writeInt(list, 6, each); }
        else for (const each of value.shapes) writeShape(list, 7, each);
      });
    }
  });
}
function writeAttributes(
  writer: BinaryWriter,
  field: number,
  attributes: Readonly<Record<string, Attribute>>,
): void {
  for (const [name, value] of Object.entries(attributes)) {
    message(writer, field, (entry) => {
      writeText(entry, 1, name);
      writeAttribute(entry, 2, value);
    });
  }
}

function writeNode(
  writer: BinaryWriter,
  field: number,
  { name, op, inputs, attributes }: FunctionNode,
): void {
  message(writer, field, (node) => {
    writeText(node, 1, name);
    writeText(node, 2, op);
    for (const input of inputs) writeText(node, 3, input);
    writeAttributes(node, 5, attributes);
  });
}

const writeArgument = (writer: BinaryWriter, field: number, { name, dtype }: FunctionArgument) =>
  message(writer, field, (argument) => {
    writeText(argument, 1, name);
    writeInt(argument, 3, dtype);
  });

/**
 * The bytes that `NativeBinding.addFunction` takes.
 * @example
 * ```ts
 * import { functionBytes } from "./function_def.ts";
 * const x = { name: "x", dtype: 1 };
 * functionBytes({ name: "identity", inputs: [x], results: [{ name: "y", dtype: 1, from: "x" }], nodes: [] });
 * ```
 */
export function functionBytes(definition: FunctionDefinition): Uint8Array<ArrayBuffer> {
  const { name, inputs, results, nodes, attributes = {} } = definition;
  const writer = new BinaryWriter();
  message(writer, 1, (signature) => {
    writeText(signature, 1, name);
    for (const input of inputs) writeArgument(signature, 2, input);
    for (const result of results) writeArgument(signature, 3, result);
  });
  for (const node of nodes) writeNode(writer, 3, node);
  for (const { name, from } of results) {
    message(writer, 4, (entry) => {
      writeText(entry, 1, name);
      writeText(entry, 2, from);
    });
  }
  writeAttributes(writer, 5, attributes);
  return writer.finish();
}
