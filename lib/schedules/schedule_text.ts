/** A schedule as the call that makes it. */
import { type Duration, durationCall } from "../durations.ts";
import { kindOf } from "./kinds.ts";
import type { Schedule } from "./schedule.ts";

/**
 * The one canonical text of a schedule: its options in a fixed order, without those that have their default.
 * @example
 * ```ts
 * import { steps } from "../durations.ts";
 * import { cosine } from "./cosine.ts";
 * const text = scheduleText(cosine({ peak: 1e-3, horizon: steps(500) })); // cosine(peak: 0.001, horizon: steps(500))
 * ```
 */
export function scheduleText(schedule: Schedule): string {
  if (schedule.kind === "constant") return `constant(${schedule.rate})`;
  const { keys, defaults } = kindOf(schedule.kind);
  const given = Object.entries(schedule);
  const parts = keys.flatMap((key) => {
    const value = given.find(([name]) => name === key)?.[1];
    return value === undefined || value === defaults[key] ? [] : [`${key}: ${valueText(value)}`];
  });
  return `${schedule.kind}(${parts.join(", ")})`;
}

function valueText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(valueText).join(", ")}]`;
  if (typeof value !== "object" || value === null) return String(value);
  if ("kind" in value) return scheduleText(value as Schedule);
  if ("unit" in value) return durationCall(value as Duration);
  return `{ ${Object.entries(value).map(([key, inner]) => `${key}: ${valueText(inner)}`).join(", ")} }`;
}
