/** From a number in [0, 1) to the value of a parameter. */
import type { Parameter, ParameterValue } from "./space.ts";

/**
 * The value of a parameter that lies at a share of its range. Each whole number and each value of a choice has an
 * equal part of [0, 1), those at the ends too: numbers that fill [0, 1) evenly fill them evenly. Whole numbers by
 * `log` have the part that their logarithms have between those of `min` − ½ and `max` + ½.
 * @param share from 0, below 1
 * @example
 * ```ts
 * valueAt({ kind: "integer", min: 1, max: 4, log: false }, 0.99); // 4
 * ```
 */
export function valueAt(parameter: Parameter, share: number): ParameterValue {
  if (parameter.kind === "choice") {
    return parameter.values[Math.floor(share * parameter.values.length)];
  }
  const { kind, min, max, log } = parameter;
  const inRange = (value: number) => Math.min(max, Math.max(min, value));
  if (kind === "integer" && !log) return inRange(min + Math.floor(share * (max - min + 1)));
  if (kind === "integer") return inRange(Math.round(logarithmic(min - 0.5, max + 0.5, share)));
  return inRange(log ? logarithmic(min, max, share) : min + share * (max - min));
}

const logarithmic = (min: number, max: number, share: number): number =>
  Math.exp(Math.log(min) + share * (Math.log(max) - Math.log(min)));

/**
 * The values of a parameter on a grid: all of a choice, else so many from `min` to `max` at even distances, by `log`
 * of even ratio. Whole numbers are rounded, and come once.
 * @param levels whole, at least 2
 * @example
 * ```ts
 * levelsOf({ kind: "float", min: 0.001, max: 0.1, log: true }, 3); // 0.001, 0.01, 0.1
 * ```
 */
export function levelsOf(parameter: Parameter, levels: number): readonly ParameterValue[] {
  if (parameter.kind === "choice") return parameter.values;
  const { kind, min, max, log } = parameter;
  if (min === max) return [min];
  const values = Array.from({ length: levels }, (_, i) => {
    if (i === 0) return min;
    if (i === levels - 1) return max; // not by way of logarithms, which would miss it by a digit
    const share = i / (levels - 1), value = log ? logarithmic(min, max, share) : min + share * (max - min);
    return kind === "integer" ? Math.round(value) : value;
  });
  return [...new Set(values)];
}
