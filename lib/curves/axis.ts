/** The four axes a curve can be drawn on. */
import type { Axis, Trajectory } from "./trajectory.ts";

/** The column of a table that an axis shows. */
export const axisValues = <Values>(columns: Readonly<Record<Axis, Values>>, axis: Axis): Values =>
  columns[axis];

/**
 * A value on an axis for people: steps and examples with commas, epochs to one decimal, time as m:ss.
 * @example
 * ```ts
 * const text = axisText("seconds", 89.4); // "1:29"
 * ```
 */
export function axisText(axis: Axis, value: number): string {
  if (axis !== "seconds") {
    return value.toLocaleString("en-US", { maximumFractionDigits: axis === "epoch" ? 1 : 0 });
  }
  const whole = Math.floor(value), hours = Math.floor(whole / 3600), minutes = Math.floor(whole / 60) % 60;
  const two = (count: number) => String(count).padStart(2, "0");
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/**
 * A step on all four axes, by what was recorded: the last update at or before it; zeros before the first.
 * @example
 * ```ts
 * import type { Trajectory } from "./trajectory.ts";
 * const secondsAt = (trajectory: Trajectory, step: number) => atStep(trajectory, step).seconds;
 * ```
 */
export function atStep({ updates }: Trajectory, step: number): Record<Axis, number> {
  const row = rowAt(updates.step, step);
  if (row < 0) return { step: 0, epoch: 0, examples: 0, seconds: 0 };
  return {
    step: updates.step[row],
    epoch: updates.epoch[row],
    examples: updates.examples[row],
    seconds: updates.seconds[row],
  };
}

/** Row of the last value at or before `value` in an ascending column; −1 when all are after it. */
export function rowAt(column: ArrayLike<number>, value: number): number {
  let low = 0, high = column.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (column[middle] <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Index of the first value that is `at` or more, in ascending values; their count when all are less. */
export function firstAtLeast(values: ArrayLike<number>, at: number): number {
  let low = 0, high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle] < at) low = middle + 1;
    else high = middle;
  }
  return low;
}
