/** Student's t distribution. */

/**
 * Share of Student's t below a value, to about three decimals: by the normal value of Wallace (1959, Annals of
 * Mathematical Statistics 30), and the normal share of Abramowitz and Stegun 7.1.26.
 * @param freedom degrees of freedom, at least 1
 * @example
 * ```ts
 * const share = studentShare(0, 5); // 0.5
 * ```
 */
export function studentShare(value: number, freedom: number): number {
  const bent = (8 * freedom + 1) / (8 * freedom + 3);
  const z = Math.sign(value) * bent * Math.sqrt(freedom * Math.log1p(value ** 2 / freedom));
  return normalShare(z);
}

/** Share of the standard normal below a value. */
export function normalShare(value: number): number {
  const x = Math.abs(value) / Math.SQRT2, t = 1 / (1 + 0.3275911 * x);
  const series = t *
    (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  const tail = series * Math.exp(-x * x) / 2;
  return value < 0 ? tail : 1 - tail;
}
