/** Checks of options at the border, with errors that name the option and the value. */
import { listed, shown } from "../durations.ts";

/**
 * Refuses anything that is not an object, and every key that is not known, by name.
 * @throws TypeError `unknown option of plateau: minDetla (has metric, mode, …)`
 */
export function checkKeys(of: string, given: unknown, known: readonly string[]): void {
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    throw new TypeError(`invalid ${of}: ${shown(given)} (an object with ${listed(known, "and")})`);
  }
  for (const key of Object.keys(given)) {
    if (!known.includes(key)) {
      throw new TypeError(`unknown option of ${of}: ${key} (has ${known.join(", ")})`);
    }
  }
}

/** @throws RangeError `invalid mode: "lowest" (min or max)` */
export function oneOf<T extends string>(field: string, value: unknown, allowed: readonly T[]): T {
  if (!allowed.includes(value as T)) {
    throw new RangeError(`invalid ${field}: ${shown(value)} (${listed(allowed, "or")})`);
  }
  return value as T;
}

/** @throws RangeError `invalid minDelta: -1 (a number, at least 0)` */
export function atLeastZero(field: string, value: unknown): number {
  if (typeof value !== "number" || !Number.isFinite(value) || value < 0) {
    throw new RangeError(`invalid ${field}: ${shown(value)} (a number, at least 0)`);
  }
  return value;
}
