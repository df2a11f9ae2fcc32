/** What writing and reading a frame share: its arrays, its padding and its depth. */

/** Levels of a value, one in another. */
export const DEPTH = 200;
const ALIGN = 8;

/** A length with what fills it up, so that an array may begin there. */
export const padded = (length: number): number => Math.ceil(length / ALIGN) * ALIGN;

type BytesConstructor = { new (buffer: ArrayBuffer): ArrayBufferView; readonly BYTES_PER_ELEMENT?: number };

/** Kinds of bytes, by name. */
export const BINARY: ReadonlyMap<string, BytesConstructor> = new Map<string, BytesConstructor>([
  ["Float64Array", Float64Array],
  ["Float32Array", Float32Array],
  ["Int32Array", Int32Array],
  ["Uint32Array", Uint32Array],
  ["Int16Array", Int16Array],
  ["Uint16Array", Uint16Array],
  ["Int8Array", Int8Array],
  ["Uint8Array", Uint8Array],
  ["Uint8ClampedArray", Uint8ClampedArray],
  ["BigInt64Array", BigInt64Array],
  ["BigUint64Array", BigUint64Array],
  ["DataView", DataView],
]);
