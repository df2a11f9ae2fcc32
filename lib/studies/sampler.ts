/** How the points of a study are drawn. Plain data; `drawn` draws. */
import { checkKeys, oneOf, whole } from "../option_checks.ts";
import { shown } from "../durations.ts";

export type Sampler =
  /** every combination: `levels` values of each number (default 5), every value of a choice; last parameter fastest */
  | { readonly kind: "grid"; readonly levels: number }
  | { readonly kind: "random"; readonly seed: number }
  /** scrambled by the seed; 0 leaves the sequence as it is */
  | { readonly kind: "sobol"; readonly seed: number }
  | { readonly kind: "halton"; readonly seed: number };

/**
 * A sampler from a value of unknown origin, such as JSON; levels are 5 and seeds 0 where none is given.
 * @throws TypeError for what is no sampler or has an unknown key, RangeError `invalid levels: 1 (a whole number, at
 *   least 2)`
 * @example
 * ```ts
 * const sampler = asSampler({ kind: "sobol", seed: 3 });
 * ```
 */
export function asSampler(value: unknown): Sampler {
  if (typeof value !== "object" || value === null || !("kind" in value)) {
    throw new TypeError(`invalid sampler: ${shown(value)} (as { kind: "sobol", seed: 0 })`);
  }
  const kind = oneOf("sampler", value.kind, ["grid", "random", "sobol", "halton"]);
  const { levels = 5, seed = 0 } = value as { levels?: unknown; seed?: unknown };
  checkKeys(kind, value, ["kind", kind === "grid" ? "levels" : "seed"]);
  return kind === "grid"
    ? { kind, levels: whole("levels", levels, 2) }
    : { kind, seed: whole("seed", seed, 0) };
}
