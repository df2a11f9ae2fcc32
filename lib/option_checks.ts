/** Checks of options at the border, with errors that name the option and the value. */
import { asDuration, type Duration, listed, shown, type Unit } from "./durations.ts";

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
  return value + 0; // −0 reads back from text as 0
}

/** @throws RangeError `invalid value: NaN (a number)` */
export function finite(field: string, value: unknown): number {
  if (typeof value !== "number" || !Number.isFinite(value)) {
    throw new RangeError(`invalid ${field}: ${shown(value)} (a number)`);
  }
  return value + 0; // −0 reads back from text as 0
}

/** @throws RangeError `invalid alpha: 0 (a number above 0)` */
export function aboveZero(field: string, value: unknown): number {
  if (typeof value !== "number" || !Number.isFinite(value) || value <= 0) {
    throw new RangeError(`invalid ${field}: ${shown(value)} (a number above 0)`);
  }
  return value;
}

/** @throws RangeError `invalid beta1: 1 (0 or more, below 1)` */
export function belowOne(field: string, value: unknown): number {
  if (typeof value !== "number" || !(value >= 0 && value < 1)) {
    throw new RangeError(`invalid ${field}: ${shown(value)} (0 or more, below 1)`);
  }
  return value;
}

/** @throws RangeError `invalid share: 2 (from 0 to 1)` */
export function upToOne(field: string, value: unknown): number {
  if (typeof value !== "number" || !(value >= 0 && value <= 1)) {
    throw new RangeError(`invalid ${field}: ${shown(value)} (from 0 to 1)`);
  }
  return value;
}

/** @throws RangeError `invalid shrink: 2 (above 0, at most 1)` */
export function atMostOne(field: string, value: unknown): number {
  if (typeof value !== "number" || !(value > 0 && value <= 1)) {
    throw new RangeError(`invalid ${field}: ${shown(value)} (above 0, at most 1)`);
  }
  return value;
}

/** @throws RangeError `invalid rise: 1 (between 0 and 1)` */
export function between(field: string, value: unknown, low: number, high: number): number {
  if (typeof value !== "number" || !(value > low && value < high)) {
    throw new RangeError(`invalid ${field}: ${shown(value)} (between ${low} and ${high})`);
  }
  return value;
}

/** @throws RangeError `invalid after: 0 (a whole number, at least 1)` */
export function whole(field: string, value: unknown, least: number): number {
  if (!Number.isSafeInteger(value) || (value as number) < least) {
    throw new RangeError(`invalid ${field}: ${shown(value)} (a whole number, at least ${least})`);
  }
  return value as number;
}

/** @throws TypeError `invalid cumulative: "yes" (true or false)` */
export function flag(field: string, value: unknown): boolean {
  if (typeof value !== "boolean") throw new TypeError(`invalid ${field}: ${shown(value)} (true or false)`);
  return value;
}

/** A duration, or null where none is given. */
export const maybeDuration = <U extends Unit = Unit>(
  field: string,
  value: unknown,
  allowed?: readonly U[],
): Duration<U> | null => value === null || value === undefined ? null : asDuration(value, field, allowed);

/** A number, or null where none is given. */
export const maybeFinite = (field: string, value: unknown): number | null =>
  value === null || value === undefined ? null : finite(field, value);
