/** The line of least squares through points, and how sure its slope is. */

/** Plain data. */
export interface Trend {
  /** rise of y per unit of x */
  readonly slope: number;
  /** standard error of that, widened where neighbours are alike */
  readonly error: number;
  /** points that it rests on */
  readonly of: number;
}

/** A line through fewer points has no error to speak of. */
export const FEWEST_OF_TREND = 4;

/**
 * The line of least squares. Residuals of neighbours that are alike tell less than independent ones: the error is widened
 * by √((1 + r) / (1 − r)), where r is their correlation at distance one, at least 0 (Bartlett 1935).
 * @returns null for fewer than four points, and where all are at one x
 * @example
 * ```ts
 * const rise = trendOf([1, 2, 3, 4], [2, 4, 6, 8])?.slope; // 2
 * ```
 */
export function trendOf(x: ArrayLike<number>, y: ArrayLike<number>): Trend | null {
  const of = x.length;
  if (of < FEWEST_OF_TREND) return null;
  let meanX = 0, meanY = 0;
  for (let i = 0; i < of; i++) meanX += x[i] / of, meanY += y[i] / of;
  let spread = 0, along = 0;
  for (let i = 0; i < of; i++) {
    spread += (x[i] - meanX) ** 2;
    along += (x[i] - meanX) * (y[i] - meanY);
  }
  if (spread === 0) return null;
  const slope = along / spread;
  let squares = 0, lagged = 0, before = 0;
  for (let i = 0; i < of; i++) {
    const residual = y[i] - meanY - slope * (x[i] - meanX);
    squares += residual ** 2;
    lagged += residual * before;
    before = residual;
  }
  const alike = squares === 0 ? 0 : Math.min(0.9, Math.max(0, lagged / squares));
  return { slope, error: Math.sqrt(squares / (of - 2) / spread * (1 + alike) / (1 - alike)), of };
}
