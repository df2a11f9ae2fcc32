/**
 * The safetensors format: a JSON header that names tensors, then their numbers as they are. Nothing in it is code.
 * Format: https://huggingface.co/docs/safetensors
 */
import { BadSafetensors, type Placed, readHeader } from "./safetensors_header.ts";

export { BadSafetensors };

export type TensorValues = Float32Array | Float64Array | Int32Array | Uint8Array;

/** One tensor by name, its numbers row by row. */
export interface NamedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: TensorValues;
}

export interface Safetensors {
  readonly metadata: Readonly<Record<string, string>>;
  /** in the order of their bytes */
  readonly tensors: readonly NamedTensor[];
}

/** Where bytes are read from: a file, so that no more of it is held than its tensors. */
export interface ByteSource {
  /** bytes in all */
  readonly size: number;
  /** a copy of `length` bytes from `at`, both inside `size` */
  read(at: number, length: number): Uint8Array;
}

const KINDS = { F64: Float64Array, F32: Float32Array, I32: Int32Array, U8: Uint8Array } as const;
type Dtype = keyof typeof KINDS;

const dtypeOf = (values: TensorValues): Dtype =>
  (Object.keys(KINDS) as Dtype[]).find((dtype) => values instanceof KINDS[dtype])!;

/**
 * Tensors and text as safetensors. The same in, the same bytes out: wide numbers first, so that all are aligned, of
 * one width in the order given; text by key.
 *
 * @throws RangeError for a name given twice, or a shape that does not fit its numbers
 * @example
 * ```ts
 * const bytes = encodeSafetensors([{ name: "bias", shape: [2], values: Float32Array.of(0.5, -1) }], { step: "400" });
 * ```
 */
export function encodeSafetensors(
  tensors: readonly NamedTensor[],
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  const ordered = inFileOrder(tensors);
  const names = new Map<string, unknown>();
  if (Object.keys(metadata).length > 0) names.set("__metadata__", sorted(metadata));
  let at = 0;
  for (const { name, shape, values } of ordered) {
    if (names.has(name) || name === "__metadata__") {
      throw new RangeError(`invalid tensor: ${name} (name taken)`);
    }
    if (shape.reduce((count, length) => count * length, 1) !== values.length) {
      throw new RangeError(`invalid tensor: ${name} (${values.length} numbers for [${shape}])`);
    }
    const end = at + values.byteLength;
    names.set(name, { dtype: dtypeOf(values), shape, data_offsets: [at, end] });
    at = end;
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(names)));
  const header = Math.ceil(json.length / 8) * 8;
  const bytes = new Uint8Array(8 + header + at).fill(0x20, 8 + json.length, 8 + header);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(header), true);
  bytes.set(json, 8);
  at = 8 + header;
  for (const { values } of ordered) {
    bytes.set(bytesOf(values), at);
    at += values.byteLength;
  }
  return bytes;
}

/**
 * Tensors and text from safetensors. The header is checked whole before a tensor is read: what it claims is inside
 * the file, without overlap and without hole.
 *
 * @param from all bytes, or where to read them
 * @throws BadSafetensors that names the tensor: `invalid safetensors: tensor bias ends at byte 24 of 16`
 * @example
 * ```ts
 * const bytes = encodeSafetensors([{ name: "bias", shape: [2], values: Float32Array.of(0.5, -1) }]);
 * const { tensors } = decodeSafetensors(bytes); // [{ name: "bias", … }]
 * ```
 */
export function decodeSafetensors(from: Uint8Array | ByteSource): Safetensors {
  const source = from instanceof Uint8Array
    ? { size: from.length, read: (at: number, length: number) => from.slice(at, at + length) }
    : from;
  const { metadata, placed, dataAt } = readHeader(source);
  return { metadata, tensors: placed.map((tensor) => readTensor(source, dataAt, tensor)) };
}

/** The order of their bytes in a file. */
export const inFileOrder = (tensors: readonly NamedTensor[]): NamedTensor[] =>
  tensors.toSorted((a, b) => b.values.BYTES_PER_ELEMENT - a.values.BYTES_PER_ELEMENT);

function readTensor(
  source: ByteSource,
  dataAt: number,
  { name, dtype, shape, from, to }: Placed,
): NamedTensor {
  const bytes = source.read(dataAt + from, to - from);
  const Values = KINDS[dtype];
  return {
    name,
    shape,
    values: new Values(bytes.buffer as ArrayBuffer, 0, bytes.length / Values.BYTES_PER_ELEMENT),
  };
}

/** The bytes of numbers, without a copy. */
export const bytesOf = ({ buffer, byteOffset, byteLength }: TensorValues): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

const sorted = (record: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(record).toSorted(([a], [b]) => a < b ? -1 : 1));
