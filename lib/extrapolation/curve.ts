/** A curve to be extrapolated: what was measured, where, and which way is better. */
import type { Mode } from "../criteria/criterion.ts";

export interface Curve {
  /** where it was measured, rising: steps, epochs, examples or seconds */
  readonly x: ArrayLike<number>;
  /** the metric there, in its own unit; what is no finite number is left out */
  readonly y: ArrayLike<number>;
  readonly mode: Mode;
}

/** Points of a curve, in order, turned so that less is better. */
export interface Points {
  readonly x: readonly number[];
  readonly y: readonly number[];
}

/** Those points of a curve that are after the start and numbers. */
export function pointsOf({ x, y, mode }: Curve): Points {
  const rows = Array.from(x, (_, row) => row).filter((row) => x[row] > 0 && Number.isFinite(y[row]));
  return { x: rows.map((row) => x[row]), y: rows.map((row) => mode === "min" ? y[row] : -y[row]) };
}

/** The points from a row on, and up to another; default all. */
export const between = ({ x, y }: Points, from: number, to?: number): Points => ({
  x: x.slice(from, to),
  y: y.slice(from, to),
});
