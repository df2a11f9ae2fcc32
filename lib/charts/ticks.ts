/** Round numbers for axes: ticks, and domains that grow in steps. */

const LEADING = [1, 2, 5, 10];
const CLOCK_STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 36000, 86400];

/**
 * Multiples of a round number (1, 2 or 5 times a power of ten) from 0 to `max`, `count` of them at most
 * beside the 0 (`count` at least 3). `whole` keeps the step at 1 or more.
 *
 * @example
 * ```ts
 * import { ticks } from "./ticks.ts";
 * ticks(3000, 7); // [0, 500, 1000, …, 3000]
 * ```
 */
export function ticks(max: number, count: number, whole = false): number[] {
  if (!(max > 0) || !Number.isFinite(max)) return [0];
  const power = 10 ** Math.floor(Math.log10(max / count));
  const leading = LEADING.find((lead) => max / (lead * power) <= count * (1 + 1e-9)) ?? 10;
  return multiples(whole ? Math.max(1, leading * power) : leading * power, max);
}

/** The same for seconds: multiples of what a clock shows, such as 15 s, 5 min. */
export function clockTicks(max: number, count: number): number[] {
  if (!(max >= count)) return ticks(max, count);
  const step = CLOCK_STEPS.find((seconds) => max / seconds <= count);
  return step === undefined ? ticks(max, count) : multiples(step, max);
}

/**
 * The end of an axis under which data still grow: the next of 1, 1.5, 2, 3, 4, 5, 6, 8, 10 times a power of
 * ten, so that the picture jumps seldom.
 */
export function roundUp(value: number): number {
  if (!(value > 0) || !Number.isFinite(value)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return power * (([1, 1.5, 2, 3, 4, 5, 6, 8].find((lead) => value <= lead * power * (1 + 1e-9))) ?? 10);
}

function multiples(step: number, max: number): number[] {
  const count = Math.floor(max / step * (1 + 1e-9));
  // 0.1 × 3 is not 0.3: rounding to the step's own digits keeps labels short.
  return Array.from({ length: count + 1 }, (_, index) => +(index * step).toPrecision(12));
}
