/** The order of examples by score, of one class against all others: what areas under curves are read from. */

/**
 * Ties of score, from the highest to the lowest: at a threshold, examples of one score are taken together or not at
 * all. How many of each are of the class, and how many are not.
 */
export interface Ties {
  readonly positives: Uint32Array;
  readonly negatives: Uint32Array;
}

/** Null where a score is not a number: then there is no order. */
export type Ranking = Ties | null;

/**
 * Ranks examples by score. Positives and negatives are sorted apart, as plain numbers, and merged: an exact order at
 * the speed of a numeric sort.
 * @param positive whether an example is of the class
 * @example
 * ```ts
 * const ties = ranking([0.9, 0.5, 0.5], (row) => row < 2); // positives 1 1, negatives 0 1
 * ```
 */
export function ranking(scores: ArrayLike<number>, positive: (row: number) => boolean): Ranking {
  const count = scores.length, sorted = new Float64Array(count);
  let above = 0, below = count;
  for (let row = 0; row < count; row++) {
    if (Number.isNaN(scores[row])) return null;
    sorted[positive(row) ? above++ : --below] = scores[row];
  }
  return merged(sorted.subarray(0, above).sort(), sorted.subarray(above).sort());
}

function merged(positives: Float64Array, negatives: Float64Array): Ties {
  let p = positives.length, n = negatives.length, tie = 0;
  const taken = { positives: new Uint32Array(p + n), negatives: new Uint32Array(p + n) };
  for (; p + n > 0; tie++) {
    const score = n === 0 || positives[p - 1] >= negatives[n - 1] ? positives[p - 1] : negatives[n - 1];
    for (; p > 0 && positives[p - 1] === score; p--) taken.positives[tie]++;
    for (; n > 0 && negatives[n - 1] === score; n--) taken.negatives[tie]++;
  }
  return { positives: taken.positives.subarray(0, tie), negatives: taken.negatives.subarray(0, tie) };
}
