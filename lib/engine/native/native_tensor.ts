/** Values in and out of TensorFlow's tensors: one TF_Tensor for the length of a copy, never kept. */
import { cName } from "../libraries/c_text.ts";
import type { NativeCalls, Status } from "./native_symbols.ts";

/** TF_DataType of what TensorFlow.js and its kernels use. */
export const dtypes = {
  float32: 1,
  float64: 2,
  int32: 3,
  uint8: 4,
  string: 7,
  complex64: 8,
  int64: 9,
  bool: 10,
} as const;

/** Bytes of one element; a string is a TF_TString of 24 bytes that owns its characters. */
const elementBytes: Readonly<Record<number, number>> = { 1: 4, 2: 8, 3: 4, 4: 1, 7: 24, 8: 8, 9: 8, 10: 1 };

/** What a tensor's values are on our side; a string tensor is a list of byte strings. */
export type NativeValues =
  | Float32Array
  | Float64Array
  | Int32Array
  | Uint8Array
  | BigInt64Array
  | Uint8Array[];

function nameOf(dtype: number): string {
  return Object.entries(dtypes).find(([, code]) => code === dtype)?.[0] ?? `dtype ${dtype}`;
}
function bytesPerElement(dtype: number): number {
  const bytes = elementBytes[dtype];
  if (bytes === undefined) {
    throw new Error(`unsupported dtype: ${dtype} (has ${Object.keys(dtypes).join(", ")})`);
  }
  return bytes;
}
function viewAt(calls: NativeCalls, tensor: Deno.PointerValue, bytes: number): Uint8Array {
  return new Uint8Array(Deno.UnsafePointerView.getArrayBuffer(calls.TF_TensorData(tensor)!, bytes));
}
function stringAt(calls: NativeCalls, tensor: Deno.PointerValue, index: number): Deno.PointerValue {
  return Deno.UnsafePointer.offset(calls.TF_TensorData(tensor)!, index * elementBytes[dtypes.string]);
}

/**
 * A new TF_Tensor with a copy of the values; the caller deletes it.
 *
 * @throws Error `invalid tensor data: 8 bytes for float32 [3] (needs 12)` before anything is allocated
 */
export function writeTensor(
  calls: NativeCalls,
  shape: readonly number[],
  dtype: number,
  values: NativeValues,
): Deno.PointerValue {
  const bytes = bytesPerElement(dtype);
  const elements = shape.reduce((product, length) => product * length, 1);
  const needs = Array.isArray(values) ? elements : elements * bytes;
  const has = Array.isArray(values) ? values.length : values.byteLength;
  if (has !== needs || Array.isArray(values) !== (dtype === dtypes.string)) {
    const unit = Array.isArray(values) ? "strings" : "bytes";
    throw new Error(`invalid tensor data: ${has} ${unit} for ${nameOf(dtype)} [${shape}] (needs ${needs})`);
  }
  const lengths = BigInt64Array.from(shape, BigInt);
  const tensor = calls.TF_AllocateTensor(dtype, lengths, shape.length, BigInt(elements * bytes));
  if (tensor === null) throw new Error(`out of memory: ${nameOf(dtype)} [${shape}]`);
  if (Array.isArray(values)) writeStrings(calls, tensor, values);
  else if (has > 0) {
    const source = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    viewAt(calls, tensor, has).set(source);
  }
  return tensor;
}

function writeStrings(calls: NativeCalls, tensor: Deno.PointerValue, values: Uint8Array[]): void {
  values.forEach((text, index) => {
    const place = stringAt(calls, tensor, index);
    calls.TF_StringInit(place);
    calls.TF_StringCopy(place, text.length > 0 ? new Uint8Array(text) : cName(""), BigInt(text.length));
  });
}

/** A copy of the values behind a tensor handle; waits for the op that makes them. */
export function readTensor(
  calls: NativeCalls,
  status: Status,
  handle: Deno.PointerValue,
  elements: number,
): NativeValues {
  const dtype = calls.TFE_TensorHandleDataType(handle);
  bytesPerElement(dtype);
  const tensor = calls.TFE_TensorHandleResolve(handle, status.handle);
  status.check("TFE_TensorHandleResolve");
  try {
    if (dtype === dtypes.string) return readStrings(calls, tensor, elements);
    const size = Number(calls.TF_TensorByteSize(tensor));
    return typedValues(dtype, size > 0 ? viewAt(calls, tensor, size).slice().buffer : new ArrayBuffer(0));
  } finally {
    calls.TF_DeleteTensor(tensor);
  }
}

function readStrings(calls: NativeCalls, tensor: Deno.PointerValue, elements: number): Uint8Array[] {
  return Array.from({ length: elements }, (_, index) => {
    const place = stringAt(calls, tensor, index);
    const size = Number(calls.TF_StringGetSize(place));
    if (size === 0) return new Uint8Array(0);
    const characters = calls.TF_StringGetDataPointer(place)!;
    return new Uint8Array(Deno.UnsafePointerView.getArrayBuffer(characters, size).slice(0));
  });
}

function typedValues(dtype: number, bytes: ArrayBuffer): NativeValues {
  switch (dtype) {
    case dtypes.float32:
    case dtypes.complex64: // pairs of real and imaginary part
      return new Float32Array(bytes);
    case dtypes.float64:
      return new Float64Array(bytes);
    case dtypes.int32:
      return new Int32Array(bytes);
    case dtypes.int64:
      return new BigInt64Array(bytes);
    default:
      return new Uint8Array(bytes);
  }
}
