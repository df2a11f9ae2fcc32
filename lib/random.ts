/**
 * Counter-based random numbers: every number is a pure function of (seed, purpose, index), so nothing has
 * to be saved to resume, and one purpose never disturbs another.
 *
 * The generator is Philox4x32-10 (Salmon, Moraes, Dror, Shaw: Parallel random numbers: as easy as 1, 2, 3, SC 2011).
 */

const MULTIPLIER_0 = 0xd2511f53, MULTIPLIER_1 = 0xcd9e8d57;
const WEYL_0 = 0x9e3779b9, WEYL_1 = 0xbb67ae85;

/** High word of a 32 × 32 bit product. No sum of its steps is past 32 bits, so all of it stays in whole numbers. */
function highWord(a: number, b: number): number {
  const aLow = a & 0xffff, aHigh = a >>> 16, bLow = b & 0xffff, bHigh = b >>> 16;
  const middle = (Math.imul(aHigh, bLow) + (Math.imul(aLow, bLow) >>> 16)) | 0;
  const carry = (Math.imul(aLow, bHigh) + (middle & 0xffff)) | 0;
  return (Math.imul(aHigh, bHigh) + (middle >>> 16) + (carry >>> 16)) | 0;
}

/**
 * Blocks of Philox4x32-10, four 32-bit words each, from a counter of four words and a key of two. Blocks after
 * the first one count on in the first word of the counter.
 *
 * @returns `4 × blocks` words
 * @example
 * ```ts
 * import { philox } from "./random.ts";
 * philox(1, [0, 0, 0, 0], [0, 0])[0].toString(16); // "6627e8d5"
 * ```
 */
export function philox(
  blocks: number,
  [first, second, third, fourth]: readonly [number, number, number, number],
  [firstKey, secondKey]: readonly [number, number],
): Uint32Array {
  const words = new Uint32Array(4 * blocks);
  for (let block = 0; block < blocks; block++) {
    let c0 = (first + block) | 0, c1 = second | 0, c2 = third | 0, c3 = fourth | 0;
    let k0 = firstKey | 0, k1 = secondKey | 0;
    for (let round = 0; round < 10; round++) {
      const high0 = highWord(MULTIPLIER_0, c0), low0 = Math.imul(MULTIPLIER_0, c0);
      const high1 = highWord(MULTIPLIER_1, c2), low1 = Math.imul(MULTIPLIER_1, c2);
      c0 = high1 ^ c1 ^ k0;
      c1 = low1;
      c2 = high0 ^ c3 ^ k1;
      c3 = low0;
      k0 = (k0 + WEYL_0) | 0;
      k1 = (k1 + WEYL_1) | 0;
    }
    const at = 4 * block;
    words[at] = c0;
    words[at + 1] = c1;
    words[at + 2] = c2;
    words[at + 3] = c3;
  }
  return words;
}

/** FNV-1a: a purpose's name as the second word of the key, after the low half of the seed. */
export function purposeWord(purpose: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < purpose.length; i++) hash = Math.imul(hash ^ purpose.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** At least `count` random words of a purpose. */
function drawn(seed: number, purpose: string, index: number, count: number): Uint32Array {
  const counter = [0, Math.floor(seed / 0x100000000), index >>> 0, Math.floor(index / 0x100000000)] as const;
  return philox(Math.ceil(count / 4), counter, [seed >>> 0, purposeWord(purpose)]);
}

/**
 * `count` uniform numbers in [0, 1) with 32 random bits each.
 *
 * @param seed whole number from 0 to 2⁵³
 * @param purpose what they are for; different purposes are independent
 * @param index which draw of that purpose, such as an epoch or a step
 *
 * @example
 * ```ts
 * import { uniforms } from "./random.ts";
 * uniforms(7, "noise", 0, 3); // always the same three numbers
 * ```
 */
export function uniforms(seed: number, purpose: string, index: number, count: number): Float64Array {
  const words = drawn(seed, purpose, index, count);
  const values = new Float64Array(count);
  for (let i = 0; i < count; i++) values[i] = words[i] / 0x100000000;
  return values;
}

/**
 * `count` standard normal numbers (Box and Muller 1958).
 *
 * @example
 * ```ts
 * import { normals } from "./random.ts";
 * normals(7, "weights", 0, 128).length; // 128
 * ```
 */
export function normals(seed: number, purpose: string, index: number, count: number): Float32Array {
  const uniform = uniforms(seed, purpose, index, count + (count % 2));
  const values = new Float32Array(count);
  for (let i = 0; i < count; i += 2) {
    // 1 − u lies in (0, 1], so its logarithm is finite
    const radius = Math.sqrt(-2 * Math.log(1 - uniform[i])), angle = 2 * Math.PI * uniform[i + 1];
    values[i] = radius * Math.cos(angle);
    if (i + 1 < count) values[i + 1] = radius * Math.sin(angle);
  }
  return values;
}

/**
 * A permutation of 0 … length − 1 (Fisher and Yates).
 *
 * @example
 * ```ts
 * import { permutation } from "./random.ts";
 * permutation(7, "batch order", 0, 4); // the same order every time
 * ```
 */
export function permutation(seed: number, purpose: string, index: number, length: number): Int32Array {
  const order = new Int32Array(length);
  for (let i = 0; i < length; i++) order[i] = i;
  const words = drawn(seed, purpose, index, Math.max(0, length - 1));
  for (let i = length - 1; i > 0; i--) {
    const j = Math.floor(words[i - 1] / 0x100000000 * (i + 1)), moved = order[i];
    order[i] = order[j];
    order[j] = moved;
  }
  return order;
}
