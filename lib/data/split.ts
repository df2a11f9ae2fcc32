/** Stratified splitting: each part holds the classes in the proportions of the whole. */
import { shown } from "../durations.ts";
import { permutation } from "../random.ts";

/**
 * Row numbers of each part. Classes are shared out by largest remainder, so parts have exactly the sizes
 * asked for, and no class of the first part is off its proportion by more than one row. A later part, which takes
 * what is left, is off by at most one row more for each part before it.
 *
 * @param labels class of each row, from 0
 * @param sizes rows of each part, whole, at least 0; together no more than the rows there are
 * @param seed its own seed, apart from the training's
 * @returns ascending row numbers, one list a part
 * @throws RangeError `invalid split: 1500 + 300 + 400 rows of 1797`
 *
 * @example
 * ```ts
 * import { stratify } from "./split.ts";
 * stratify(Int32Array.of(0, 0, 0, 1, 1, 1), [4, 2], 0).map((part) => part.length); // [4, 2]
 * ```
 */
export function stratify(labels: Int32Array, sizes: readonly number[], seed: number): Int32Array[] {
  for (const size of sizes) {
    if (!Number.isSafeInteger(size) || size < 0) {
      throw new RangeError(`invalid split: ${shown(size)} rows (a whole number, at least 0)`);
    }
  }
  if (sizes.reduce((sum, size) => sum + size, 0) > labels.length) {
    throw new RangeError(`invalid split: ${sizes.join(" + ")} rows of ${labels.length}`);
  }
  const byClass = groupByClass(labels, seed);
  const taken = byClass.map(() => 0);
  return sizes.map((size) => {
    const quotas = share(size, byClass.map((rows) => rows.length), labels.length);
    // a class may have fewer rows left than its quota once rounding added up: others with rows left fill in
    for (let k = 0, spare = 0; k < quotas.length || spare > 0; k++) {
      const left = byClass[k % quotas.length].length - taken[k % quotas.length];
      if (k < quotas.length) {
        spare += Math.max(0, quotas[k] - left);
        quotas[k] = Math.min(quotas[k], left);
      } else if (quotas[k % quotas.length] < left) {
        quotas[k % quotas.length]++;
        spare--;
      }
    }
    const part = byClass.flatMap((rows, k) => [...rows.subarray(taken[k], taken[k] += quotas[k])]);
    return Int32Array.from(part).sort();
  });
}

function groupByClass(labels: Int32Array, seed: number): Int32Array[] {
  const classes = labels.reduce((most, label) => Math.max(most, label + 1), 0);
  return Array.from({ length: classes }, (_, k) => {
    const rows: number[] = [];
    labels.forEach((label, row) => label === k && rows.push(row));
    return permutation(seed, "split", k, rows.length).map((i) => rows[i]);
  });
}

/** `size` shared out in proportion to `counts` of `total`, by largest remainder. */
function share(size: number, counts: readonly number[], total: number): number[] {
  const exact = counts.map((count) => size * count / total);
  const quotas = exact.map(Math.floor);
  const order = exact.map((value, k) => [value - quotas[k], k] as const).sort((a, b) =>
    b[0] - a[0] || a[1] - b[1]
  );
  const missing = size - quotas.reduce((sum, quota) => sum + quota, 0);
  for (let i = 0; i < missing; i++) quotas[order[i][1]]++;
  return quotas;
}
