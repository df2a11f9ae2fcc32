/**
 * For `JSON.stringify`: what JSON has no word for. Arrays of numbers become arrays, maps pairs, NaN and infinities text.
 * @example
 * ```ts
 * import { jsonValue } from "./run_json.ts";
 * JSON.stringify({ loss: Float64Array.of(1, NaN), seen: new Set([2]) }, jsonValue); // {"loss":[1,"NaN"],"seen":[2]}
 * ```
 */
export function jsonValue(_: string, value: unknown): unknown {
  if (typeof value === "number" && !Number.isFinite(value)) return String(value);
  if (typeof value === "bigint") return String(value);
  if (value instanceof ArrayBuffer) return Array.from(new Uint8Array(value));
  if (value instanceof DataView) {
    return Array.from(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
  }
  if (ArrayBuffer.isView(value)) return Array.from(value as Float64Array);
  if (value instanceof Map || value instanceof Set) return [...value];
  if (value instanceof Error) return { name: value.name, message: value.message };
  if (value instanceof RegExp) return String(value);
  return value;
}
