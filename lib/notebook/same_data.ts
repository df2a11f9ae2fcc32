import { encode } from "./codec_encode.ts";

/** Whether two values are the same data. Values that cannot be sent are equal only to themselves. */
export function sameData(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  const plain = samePlain(a, b);
  if (plain !== undefined) return plain;
  try {
    const [x, y] = [encode(a), encode(b)];
    return x.length === y.length && x.every((byte, i) => byte === y[i]);
  } catch {
    return false;
  }
}

/** For two flat objects of strings, numbers and the like, which need no bytes to be compared; undefined for any others. */
function samePlain(a: object, b: object): boolean | undefined {
  const flat = (object: object) =>
    Object.getPrototypeOf(object) === Object.prototype &&
    Object.values(object).every((value) => value === null || PRIMITIVE.has(typeof value));
  if (!flat(a) || !flat(b)) return undefined;
  const [left, right] = [Object.entries(a), Object.entries(b)];
  return left.length === right.length &&
    left.every(([key, value], i) => key === right[i][0] && Object.is(value, right[i][1]));
}

const PRIMITIVE = new Set(["string", "number", "boolean", "bigint", "undefined"]);
