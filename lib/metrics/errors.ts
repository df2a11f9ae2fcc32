/** How far values are from the truth: what `mse` and `mae` are means of. */
import type { Scored } from "./scored.ts";

/**
 * Squared error of each value; its mean equals scikit-learn's `mean_squared_error`.
 * @example
 * ```ts
 * squaredErrors({ outputs: Float32Array.of(1, 4), truth: [1, 2] }); // [0, 4]
 * ```
 */
export const squaredErrors = ({ outputs, truth }: Pick<Scored, "outputs" | "truth">): Float64Array =>
  Float64Array.from(outputs, (value, row) => (value - truth[row]) ** 2);

/**
 * Absolute error of each value; its mean equals scikit-learn's `mean_absolute_error`.
 * @example
 * ```ts
 * absoluteErrors({ outputs: Float32Array.of(1, 4), truth: [1, 2] }); // [0, 2]
 * ```
 */
export const absoluteErrors = ({ outputs, truth }: Pick<Scored, "outputs" | "truth">): Float64Array =>
  Float64Array.from(outputs, (value, row) => Math.abs(value - truth[row]));
