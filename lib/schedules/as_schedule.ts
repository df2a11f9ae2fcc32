/** Schedules from values of unknown origin. */
import { checkKeys } from "../option_checks.ts";
import { shown } from "../durations.ts";
import { kindOf } from "./kinds.ts";
import type { Schedule } from "./schedule.ts";

/** A schedule may be made of others; more than so many, one in the other, are a mistake or an attack. */
const deepest = 32;

/**
 * A schedule from a value of unknown origin, such as JSON, checked as its constructor checks, with those it is made of.
 * @param value what was given
 * @param field its name in the error; default `schedule`
 * @throws TypeError for what is no schedule or has an unknown key, RangeError for a value out of range
 * @example
 * ```ts
 * const schedule = asSchedule(JSON.parse('{ "kind": "constant", "rate": 0.001 }'));
 * ```
 */
export const asSchedule = (value: unknown, field = "schedule"): Schedule => read(value, field, 0);

function read(value: unknown, field: string, depth: number): Schedule {
  if (typeof value !== "object" || value === null || !("kind" in value)) {
    throw new TypeError(`invalid ${field}: ${shown(value)} (a schedule)`);
  }
  if (depth === deepest) throw new RangeError(`invalid ${field}: more than ${deepest} schedules deep`);
  const { kind, ...options } = value, behaviour = kindOf(kind);
  checkKeys(String(kind), options, behaviour.keys);
  const filled = Object.entries(options).map(([key, inner]) => [key, readOption(key, inner, depth + 1)]);
  return behaviour.make(Object.fromEntries(filled));
}

function readOption(key: string, value: unknown, depth: number): unknown {
  if (key === "then" || key === "schedule") return read(value, key, depth);
  if (key === "by" && typeof value !== "number") return read(value, key, depth);
  if (key === "schedules" && Array.isArray(value)) {
    return value.map((inner, i) => read(inner, `schedules[${i}]`, depth));
  }
  return value;
}
