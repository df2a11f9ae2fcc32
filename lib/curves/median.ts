/** The middle of several numbers. */

/**
 * The middle value, the mean of the two middle ones for an even count; NaN for none.
 * @example
 * ```ts
 * const middle = median([3, 1, 2]); // 2
 * ```
 */
export function median(values: readonly number[]): number {
  if (values.length === 0) return NaN;
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}
