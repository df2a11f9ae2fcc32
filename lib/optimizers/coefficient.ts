/** Checks of the numbers that make an optimizer, and their text. */
import { shown } from "../durations.ts";

/** A coefficient in [0, 1), checked by name. */
export function coefficient(name: string, value: number): number {
  if (!(value >= 0 && value < 1)) {
    throw new RangeError(`invalid ${name}: ${shown(value)} (0 or more, below 1)`);
  }
  return value;
}

/** A positive number, checked by name. */
export function positive(name: string, value: number): number {
  if (!(value > 0 && value < Infinity)) {
    throw new RangeError(`invalid ${name}: ${shown(value)} (a positive number)`);
  }
  return value;
}

/** The options that differ from their defaults, as `adam, beta1 0.8, epsilon 1e-7`. */
export function optimizerText<O extends object>(name: string, given: O, defaults: Partial<O>): string {
  const differing = (Object.keys(defaults) as (keyof O & string)[]).filter((key) =>
    given[key] !== defaults[key]
  );
  return [name, ...differing.map((key) => `${key} ${given[key]}`)].join(", ");
}
