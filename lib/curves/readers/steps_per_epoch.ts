/** Updates in an epoch, from a step and the epoch that a tool wrote beside it. */

/** Some tools write epochs with two decimals. */
const ROUNDED = 0.005;

/**
 * The whole number of updates in an epoch; null where rounding leaves more than one possible, or where it is none.
 * @example
 * ```ts
 * import { stepsPerEpoch } from "./steps_per_epoch.ts";
 *
 * console.assert(stepsPerEpoch(200, 13.33) === 15 && stepsPerEpoch(10, 0.01) === null);
 * ```
 */
export function stepsPerEpoch(step: number, epoch: number): number | null {
  const ratio = step / epoch, whole = Math.round(ratio);
  // the end of an epoch, or more decimals than two, were not rounded
  const written = Number.isInteger(epoch) || Math.abs(epoch * 100 - Math.round(epoch * 100)) > 1e-9;
  const exact = written && Math.abs(ratio - whole) < 1e-9 * ratio;
  const doubt = exact ? 0 : (ratio * ROUNDED) / epoch;
  return whole >= 1 && doubt < 0.5 && Math.abs(ratio - whole) <= doubt + 1e-9 * ratio ? whole : null;
}
