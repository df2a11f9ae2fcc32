/** Recordings as text of MLIR, to stand in a program. */
import type { Constant, FunctionNode } from "../programs/function_def.ts";
import type { Recording } from "../programs/record.ts";
import { elementType, sizeOf, typeText, type Value } from "./stablehlo.ts";

/** A tensor's place in the text, as `%turn_n3`. */
export type Names = (name: string) => string;

const hex = (bytes: Uint8Array) => `"0x${(bytes as Uint8Array & { toHex(): string }).toHex().toUpperCase()}"`;

/** The numbers of a constant: all, or the one that all are. */
function denseText({ bytes, shape, dtype }: Constant): string {
  if (sizeOf(shape) === 0) return "dense<>";
  if (elementType(dtype) === "bool") return `dense<${bytes[0] === 1}>`;
  return `dense<${hex(bytes)}>`;
}

/** An operation in MLIR's generic form. */
export function opText(
  made: string,
  op: string,
  inputs: readonly string[],
  types: readonly string[],
  results: string,
  { attributes = "", regions = [] }: { attributes?: string; regions?: readonly string[] } = {},
): string {
  const blocks = regions.length === 0 ? "" : ` (${regions.map((region) => `{\n${region}\n}`).join(", ")})`;
  const dictionary = attributes === "" ? "" : ` {${attributes}}`;
  return `${made} = "${op}"(${inputs.join(", ")})${blocks}${dictionary} : (${
    types.join(", ")
  }) -> ${results}`;
}

/** What of a recording a tensor's name stands for. */
export function valueOf({ tensors }: Recording, name: string): Value {
  const { shape, dtype } = tensors.get(name)!;
  return { name, shape, type: elementType(dtype) };
}

/**
 * The operations of a recording.
 *
 * @param prefix of the names of what they make
 * @param here names of its inputs in this place
 * @returns their lines, and how its results are called
 */
export function recordingText(
  recording: Recording,
  prefix: string,
  here: Names,
): { readonly lines: readonly string[]; readonly results: readonly string[] } {
  const name: Names = (tensor) => tensor.includes(":") ? `%${prefix}${tensor.split(":")[0]}` : here(tensor);
  const type = (tensor: string) => typeText(valueOf(recording, tensor));
  const lines = recording.nodes.map((node) => nodeText(node, name, type));
  return { lines, results: recording.results.map(({ from }) => name(from)) };
}

function nodeText({ name, op, inputs, attributes }: FunctionNode, here: Names, type: Names): string {
  const made = `${name}:0`, text = (key: string) => (attributes[key] as { text: string } | undefined)?.text;
  if (op === "Const") {
    const { constant } = attributes.value as { constant: Constant };
    const value = `value = ${denseText(constant)} : ${type(made)}`;
    return opText(here(made), "stablehlo.constant", [], [], type(made), { attributes: value });
  }
  const region = text("region");
  return opText(here(made), op, inputs.map(here), inputs.map(type), type(made), {
    attributes: text("attributes"),
    regions: region === undefined ? [] : [region],
  });
}
