import type { Range } from "../notebook/inputs.ts";

/**
 * How many values a slider has; its end is one, on a step or not.
 * @example
 * ```ts
 * import { range } from "../notebook/inputs.ts";
 * import { rangePlaces } from "./range_places.ts";
 * rangePlaces(range([1, 8], { step: 2 })); // 5: 1, 3, 5, 7 and 8
 * ```
 */
export function rangePlaces({ min, max, step }: Pick<Range, "min" | "max" | "step">): number {
  if (step === 0) return Infinity;
  return Math.ceil(Number(((max - min) / step).toPrecision(9))) + 1;
}
