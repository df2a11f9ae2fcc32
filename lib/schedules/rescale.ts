/** The same schedule at other rates. */
import { aboveZero } from "../option_checks.ts";
import type { Schedule } from "./schedule.ts";

const rates: ReadonlySet<string> = new Set(["rate", "start", "end", "peak", "low", "high"]);
/** Where a schedule keeps what it is made of. Of a product one side carries the rates: `by` stays. */
const parts: ReadonlySet<string> = new Set(["then", "schedule", "schedules", "points"]);

/**
 * The same schedule with every rate multiplied, and no time changed: for another base rate, as when the batch size
 * changes. Suits every kind. The result is of the same kind, so that its text shows the rates that it gives; `scale`
 * keeps the factor beside the schedule instead.
 * @param factor positive
 * @throws RangeError `invalid factor: 0 (a number above 0)`
 * @example
 * ```ts
 * import { steps } from "../durations.ts";
 * import { cosine } from "./cosine.ts";
 * const twice = rescale(cosine({ peak: 1e-3, horizon: steps(500) }), 2); // cosine(peak: 0.002, horizon: steps(500))
 * ```
 */
export function rescale(schedule: Schedule, factor: number): Schedule {
  aboveZero("factor", factor);
  return rescaled(schedule, factor) as Schedule;
}

function rescaled(value: object, factor: number): object {
  if (Array.isArray(value)) return value.map((inner) => rescaled(inner, factor));
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      if (rates.has(key)) return [key, inner * factor];
      return [key, parts.has(key) ? rescaled(inner, factor) : inner];
    }),
  );
}
