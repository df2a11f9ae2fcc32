import { countText } from "../durations.ts";

/**
 * What running a cell takes, as its button says it: `≈ 42 s`, `≈ 3 min`, `≈ 2.5 h`. Below two minutes in whole
 * seconds, at least 1; below two hours in whole minutes.
 * @param seconds of an earlier run
 * @example
 * ```ts
 * priceText(42.3); // "≈ 42 s"
 * ```
 */
export function priceText(seconds: number): string {
  const whole = Math.max(1, Math.round(seconds));
  if (whole < 120) return `≈ ${whole} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `≈ ${minutes} min` : `≈ ${countText(Math.round(seconds / 360) / 10)} h`;
}
