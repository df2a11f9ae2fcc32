/** Checks of the numbers that made datasets ask for. */
import { shown } from "../durations.ts";

/** @throws RangeError `invalid perClass: 0 (a whole number, at least 1)` */
export function wholeFrom(least: number, field: string, value: unknown): number {
  if (Number.isSafeInteger(value) && (value as number) >= least) return value as number;
  throw new RangeError(`invalid ${field}: ${shown(value)} (a whole number, at least ${least})`);
}

/** @throws RangeError `invalid turns: 0 (a number above 0)` */
export function above(bound: number, field: string, value: unknown): number {
  if (Number.isFinite(value) && (value as number) > bound) return value as number;
  throw new RangeError(`invalid ${field}: ${shown(value)} (a number above ${bound})`);
}
