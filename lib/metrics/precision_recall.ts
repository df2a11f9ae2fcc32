/** Precision, recall and F1, from how often each class is decided, is true, and is both. */
import { total } from "./total.ts";

export interface ClassCounts {
  /** by class: decided and true */
  readonly hits: Float64Array;
  readonly decided: Float64Array;
  readonly actual: Float64Array;
}

/** Which of several classes: one by its number; `macro`, their mean; `micro`, all decisions in one count. */
export type Average = number | "macro" | "micro";

/**
 * Counts by class. A decision for no class (−1) counts as a miss of the true one.
 * @example
 * ```ts
 * const counts = classCounts([0, 1, 1], [0, 1, 0], 2); // hits 1 1, decided 1 2, actual 2 1
 * ```
 */
export function classCounts(
  decided: ArrayLike<number>,
  truth: ArrayLike<number>,
  classes: number,
): ClassCounts {
  const counts = {
    hits: new Float64Array(classes),
    decided: new Float64Array(classes),
    actual: new Float64Array(classes),
  };
  for (let row = 0; row < truth.length; row++) {
    counts.decided[decided[row]]++;
    counts.actual[truth[row]]++;
    if (decided[row] === truth[row]) counts.hits[truth[row]]++;
  }
  return counts;
}

/**
 * Share of the decisions for a class that are right. Equals scikit-learn's `precision_score`: 0 where nothing was
 * decided for it, and `macro` is the mean over the classes that are decided or true at least once.
 * @example
 * ```ts
 * const share = precision(classCounts([0, 1, 1], [0, 1, 0], 2), 1); // 0.5
 * ```
 */
export const precision = (counts: ClassCounts, average: Average): number =>
  averaged(counts, average, (hits, decided) => hits / decided);

/**
 * Share of the examples of a class that are found. Equals scikit-learn's `recall_score`: 0 where there are none, and
 * `macro` as for precision.
 * @example
 * ```ts
 * const share = recall(classCounts([0, 1, 1], [0, 1, 0], 2), 0); // 0.5
 * ```
 */
export const recall = (counts: ClassCounts, average: Average): number =>
  averaged(counts, average, (hits, _decided, actual) => hits / actual);

/**
 * Harmonic mean of precision and recall. Equals scikit-learn's `f1_score`: 0 where the class is neither decided nor
 * true, and `macro`, the mean of the classes' own, as for precision.
 * @example
 * ```ts
 * const harmonic = f1(classCounts([0, 1, 1], [0, 1, 0], 2), "macro"); // 0.666…
 * ```
 */
export const f1 = (counts: ClassCounts, average: Average): number =>
  averaged(counts, average, (hits, decided, actual) => 2 * hits / (decided + actual));

type Share = (hits: number, decided: number, actual: number) => number;

function averaged({ hits, decided, actual }: ClassCounts, average: Average, share: Share): number {
  const of = (h: number, d: number, a: number) => share(h, d, a) || 0; // 0 ∕ 0 is 0, as in scikit-learn
  if (typeof average === "number") return of(hits[average], decided[average], actual[average]);
  if (average === "micro") return of(total(hits), total(decided), total(actual));
  let sum = 0, present = 0;
  for (let k = 0; k < hits.length; k++) {
    if (decided[k] + actual[k] === 0) continue;
    sum += of(hits[k], decided[k], actual[k]);
    present++;
  }
  return sum / present;
}
