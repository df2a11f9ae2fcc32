/** Sobol's quasi-random sequence. */
import { uniforms } from "../random.ts";
import { MOST_DIMENSIONS, sobolDirections } from "./sobol_directions.ts";

/** A sequence of points of [0, 1) in so many dimensions: point `index`, from 0. */
export type Sequence = (index: number) => Float64Array;

/**
 * Sobol's sequence in the order of Antonov and Saleev 1979, with the directions of Joe and Kuo 2008: the first 2^k
 * points have one in each of 2^k equal parts of every axis. Unscrambled it is that of `scipy.stats.qmc.Sobol`, whose
 * first point is 0 on every axis and stays: without it no power of two is balanced (Owen 2020, On dropping the first
 * Sobol' point). Scrambled, the digits of each axis go through a random lower triangular matrix and a random shift
 * (Matoušek 1998): each point is anywhere, and the balance is the same.
 * @param dimensions from 1 to 64
 * @param seed of the scrambling; 0 leaves the sequence as it is
 * @throws RangeError `invalid space: 65 parameters (at most 64 for sobol; halton and random take more)`
 * @example
 * ```ts
 * const third = sobol(2, 0)(2); // 0.75, 0.25
 * ```
 */
export function sobol(dimensions: number, seed: number): Sequence {
  if (dimensions > MOST_DIMENSIONS) {
    throw new RangeError(
      `invalid space: ${dimensions} parameters (at most ${MOST_DIMENSIONS} for sobol; halton and random take more)`,
    );
  }
  const axes = Array.from({ length: dimensions }, (_, dimension) => {
    const words = sobolDirections(dimension);
    return seed === 0 ? { words, shift: 0 } : scrambled(words, seed, dimension);
  });
  return (index) =>
    Float64Array.from(axes, ({ words, shift }) => combined(words, shift, index) / 0x100000000);
}

/** The directions that the bits of the index in Gray code name, one changed from each point to the next. */
function combined(words: Uint32Array, shift: number, index: number): number {
  let word = shift, gray = (index ^ (index >>> 1)) >>> 0;
  for (let k = 0; gray !== 0; k++, gray >>>= 1) {
    if (gray & 1) word ^= words[k];
  }
  return word >>> 0;
}

/** Random bits below the diagonal, ones on it: a digit is changed by those before it alone, so intervals stay whole. */
function scrambled(
  words: Uint32Array,
  seed: number,
  dimension: number,
): { words: Uint32Array; shift: number } {
  const random = Uint32Array.from(uniforms(seed, "sobol", dimension, 33), (share) => share * 0x100000000);
  const rows = Array.from({ length: 32 }, (_, place) => {
    const diagonal = 0x80000000 >>> place, before = ~((diagonal << 1) - 1);
    return (random[place] & before) | diagonal;
  });
  const product = (word: number) =>
    rows.reduce((sum, row, place) => sum | (isOdd(row & word) ? 0x80000000 >>> place : 0), 0);
  return { words: words.map(product), shift: random[32] };
}

/** Whether an odd number of its bits is set. */
function isOdd(word: number): boolean {
  let folded = word ^ (word >>> 16);
  folded ^= folded >>> 8;
  folded ^= folded >>> 4;
  return ((0x6996 >>> (folded & 15)) & 1) === 1;
}
