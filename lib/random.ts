/**
 * Counter-based random numbers: every number is a pure function of (seed, purpose, index), so nothing has
 * to be saved to resume, and one purpose never disturbs another.
 *
 * The generator is Philox4x32-10 (Salmon, Moraes, Dror, Shaw: Parallel random numbers: as easy as 1, 2, 3, SC 2011).
 */

const MULTIPLIER_0 = 0xd2511f53, MULTIPLIER_1 = 0xcd9e8d57;
const WEYL_0 = 0x9e3779b9, WEYL_1 = 0xbb67ae85;

/** High word of a 32 × 32 bit product. */
function highWord(a: number, b: number): number {
  const aLow = a & 0xffff, aHigh = a >>> 16, bLow = b & 0xffff, bHigh = b >>> 16;
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  const carry = aLow * bHigh + (middle & 0xffff);
  return (aHigh * bHigh + Math.floor(middle / 0x10000) + Math.floor(carry / 0x10000)) >>> 0;
}

/**
 * One block of Philox4x32-10: four 32-bit words from a counter of four and a key of two.
 *
 * @example
 * ```ts
 * import { philox } from "./random.ts";
 * philox([0, 0, 0, 0], [0, 0])[0].toString(16); // "6627e8d5"
 * ```
 */
export function philox(
  counter: readonly [number, number, number, number],
  key: readonly [number, number],
): [number, number, number, number] {
  let [c0, c1, c2, c3] = counter;
  let [k0, k1] = key;
  for (let round = 0; round < 10; round++) {
    const high0 = highWord(MULTIPLIER_0, c0), low0 = Math.imul(MULTIPLIER_0, c0) >>> 0;
    const high1 = highWord(MULTIPLIER_1, c2), low1 = Math.imul(MULTIPLIER_1, c2) >>> 0;
    [c0, c1, c2, c3] = [(high1 ^ c1 ^ k0) >>> 0, low1, (high0 ^ c3 ^ k1) >>> 0, low0];
    k0 = (k0 + WEYL_0) >>> 0;
    k1 = (k1 + WEYL_1) >>> 0;
  }
  return [c0, c1, c2, c3];
}

/** FNV-1a: a purpose's name as the second word of the key, after the low half of the seed. */
export function purposeWord(purpose: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < purpose.length; i++) hash = Math.imul(hash ^ purpose.charCodeAt(i), 0x01000193);
  return hash >>> 0;
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
  const values = new Float64Array(count);
  const key = [seed >>> 0, purposeWord(purpose)] as const;
  const seedHigh = Math.floor(seed / 0x100000000) >>> 0;
  for (let block = 0; block * 4 < count; block++) {
    const words = philox([block, seedHigh, index >>> 0, Math.floor(index / 0x100000000) >>> 0], key);
    for (let lane = 0; lane < 4 && block * 4 + lane < count; lane++) {
      values[block * 4 + lane] = words[lane] / 0x100000000;
    }
  }
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
  const order = Int32Array.from({ length }, (_, i) => i);
  const uniform = uniforms(seed, purpose, index, Math.max(0, length - 1));
  for (let i = length - 1; i > 0; i--) {
    const j = Math.floor(uniform[i - 1] * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}
