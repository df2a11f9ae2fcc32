/** Round numbers between two values, on linear and on logarithmic axes. */
import type { Axis } from "../curves/trajectory.ts";
import { axisTick, countTick } from "./format.ts";

const SECONDS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 28800, 86400];
/** Leading digits of the ticks within a decade, from few to many. */
const WITHIN_DECADE = [[1], [1, 3], [1, 2, 5], [1, 2, 3, 5, 7]];
/** Below this ratio of its ends a logarithmic axis is nearly linear. */
const NEARLY_LINEAR = 4;

/**
 * Multiples of a round number (1, 2 or 5 times a power of ten; of a clock's for seconds) from `from` to `to`, about
 * `count` of them and never more than `count` + 1. `whole` keeps the step at 1 or more.
 *
 * @example
 * ```ts
 * linearTicks(0.62, 0.91, 6); // 0.65, 0.7, 0.75, 0.8, 0.85, 0.9
 * ```
 */
export function linearTicks(
  from: number,
  to: number,
  count: number,
  unit: Axis | "whole" | null = null,
): number[] {
  const range = to - from;
  if (!(range > 0) || !Number.isFinite(range)) return [from];
  const fits = (step: number) => Math.floor(to / step + 1e-9) - Math.ceil(from / step - 1e-9) <= count;
  const clock = unit === "seconds" && range >= count ? SECONDS.find(fits) : undefined;
  const power = 10 ** Math.floor(Math.log10(range / (count + 1)));
  const round = [1, 2, 5, 10, 20].map((lead) => lead * power).find(fits) ?? 50 * power;
  const step = clock ??
    (unit === "step" || unit === "examples" || unit === "whole" ? Math.max(1, round) : round);
  const first = Math.ceil(from / step - 1e-9), many = Math.floor(to / step + 1e-9) - first + 1;
  // Far from 0 neighbouring numbers may be farther apart than the steps: then there are no round ones between.
  if (!(many >= 0) || !Number.isSafeInteger(first + many)) return [from];
  // 0.1 × 3 is not 0.3
  return Array.from({ length: many }, (_, index) => +((first + index) * step).toPrecision(12));
}

/**
 * Round numbers for a logarithmic axis: every, or every second, third, … power of ten where it spans many; more within each
 * decade the fewer they are; evenly spaced values where its ends are less than four times apart.
 * @param from above 0
 *
 * @example
 * ```ts
 * logTicks(0.62, 1.5, 7); // 0.7, 0.8, 0.9, 1, 1.1, …
 * logTicks(1, 1e6, 7); // 1, 10, 100, …
 * ```
 */
export function logTicks(from: number, to: number, count: number, unit: Axis | null = null): number[] {
  if (!(from > 0) || !(to > from) || !Number.isFinite(to)) return [from];
  if (to / from < NEARLY_LINEAR) return linearTicks(from, to, count, unit);
  if (unit === "seconds" && to / from >= 5 && to >= 10) return spaced(clockLadder(from, to), count);
  const [low, high] = [Math.floor(Math.log10(from)), Math.ceil(Math.log10(to))];
  const powers = Array.from({ length: high - low + 1 }, (_, index) => low + index);
  const every = Math.ceil((high - low) / count);
  if (every > 1) {
    return powers.filter((power) => power % every === 0).map((power) => 10 ** power).filter((tick) =>
      tick >= from && tick <= to
    );
  }
  let found: number[] = [];
  for (const leads of WITHIN_DECADE) {
    const more = powers.flatMap((power) => leads.map((lead) => +(lead * 10 ** power).toPrecision(12)))
      .filter((tick) => tick >= from * (1 - 1e-12) && tick <= to * (1 + 1e-12));
    if (more.length > count + 1) break;
    found = more;
  }
  return found.length >= 3 ? found : linearTicks(from, to, count, unit);
}

/** What the ticks of y say: as many decimals as tell them apart, the same for all; powers where they span decades. */
export function valueTicks(values: readonly number[]): string[] {
  const sizes = values.map(Math.abs).filter((size) => size > 0), largest = Math.max(...sizes);
  const far = largest / Math.min(...sizes) > 50 || largest < 1e-3 || largest >= 1e4;
  if (far) return values.map(alone);
  const digits = Math.max(
    ...values.map((value) => (String(+value.toPrecision(6)).split(".")[1] ?? "").length),
  );
  return values.map((value) => value === 0 ? "0" : value.toFixed(digits).replace("-", "−"));
}

function alone(value: number): string {
  const size = Math.abs(value);
  if (value === 0) return "0";
  if (size >= 1e4 && size < 1e9) return countTick(value).replace("-", "−");
  return size >= 1e9 || size < 1e-3 ? exponential(value) : String(+value.toPrecision(4)).replace("-", "−");
}

/** What a tick of x says; between zoomed values as many digits as they need. */
export function positionTick(value: number, axis: Axis, step: number): string {
  if (axis === "seconds" && step < 1) return `${+value.toPrecision(6)} s`;
  const short = axisTick(value, axis);
  // 12,340 and 12,341 would both be 12.34k.
  return axis !== "seconds" && step > 0 && step < Math.abs(value) / 500
    ? value.toLocaleString("en-US", { maximumFractionDigits: step < 1 ? 4 : 0 })
    : short;
}

function exponential(value: number): string {
  const [digits, exponent] = value.toExponential(2).split("e");
  return `${+digits}e${+exponent}`.replaceAll("-", "−");
}

function clockLadder(from: number, to: number): number[] {
  const small = [0.01, 0.1, ...SECONDS.filter((step) => step !== 15 && step !== 900)];
  const days = [2, 7, 30, 90].map((count) => count * 86_400);
  return [...small, ...days].filter((tick) => tick >= from && tick <= to);
}

/** As many of ascending values as `count`, evenly chosen. */
function spaced(values: readonly number[], count: number): number[] {
  const every = Math.ceil(values.length / (count + 1));
  return values.filter((_, index) => index % every === 0);
}
