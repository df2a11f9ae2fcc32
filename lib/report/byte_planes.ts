/**
 * Numbers of an array in an order that compresses well: the first bytes of all, then the second of all, and so on; or so
 * of what each adds to the one before. Runs in browsers too.
 */

/** Bytes that an element may have. */
export const WIDTHS: readonly number[] = [1, 2, 4, 8];

/**
 * @param bytes of elements, each so wide
 * @example
 * ```ts
 * import { fromPlanes, toPlanes } from "./byte_planes.ts";
 * const planes = toPlanes(Uint8Array.of(1, 9, 2, 9), 2); // 1, 2, 9, 9
 * fromPlanes(planes, 2); // 1, 9, 2, 9
 * ```
 */
export function toPlanes(bytes: Uint8Array, width: number): Uint8Array<ArrayBuffer> {
  const planes = new Uint8Array(bytes.length), count = bytes.length / width;
  for (let plane = 0, to = 0; plane < width; plane++) {
    for (let i = 0; i < count; i++) planes[to++] = bytes[i * width + plane];
  }
  return planes;
}

/** What `toPlanes` was given. */
export function fromPlanes(planes: Uint8Array, width: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(planes.length), count = planes.length / width;
  for (let plane = 0, from = 0; plane < width; plane++) {
    for (let i = 0; i < count; i++) bytes[i * width + plane] = planes[from++];
  }
  return bytes;
}

/**
 * What each element adds to the one before, taken as whole numbers without a sign: of doubles too, whose bits grow with
 * them.
 * @param width 2, 4 or 8
 */
export function toSteps(bytes: Uint8Array, width: number): Uint8Array<ArrayBuffer> {
  const steps = new Uint8Array(bytes);
  for (let at = bytes.length - width; at >= width; at -= width) {
    for (let i = 0, borrow = 0; i < width; i++) {
      const rest = bytes[at + i] - bytes[at - width + i] - borrow;
      borrow = rest < 0 ? 1 : 0;
      steps[at + i] = rest; // taken modulo 256
    }
  }
  return steps;
}

/** What `toSteps` was given. */
export function fromSteps(steps: Uint8Array, width: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(steps);
  for (let at = width; at < bytes.length; at += width) {
    for (let i = 0, carry = 0; i < width; i++) {
      const sum = steps[at + i] + bytes[at - width + i] + carry;
      carry = sum >> 8;
      bytes[at + i] = sum;
    }
  }
  return bytes;
}
