/** When a trial is given up for others. Plain data; `pruning` judges. */
import { type PlannedUnit, plannedUnits } from "../batch_plan.ts";
import { asDuration, type Duration, shown } from "../durations.ts";
import { checkKeys, oneOf, whole } from "../option_checks.ts";

export type Pruner =
  /** worse than the median of the others at the same step, by best value so far; from `after` on, with `least` others there */
  | { readonly kind: "median"; readonly after: Duration<PlannedUnit>; readonly least: number }
  | {
    readonly kind: "percentile";
    /** from 0 to 100: the share of the others that it must be better than */
    readonly percentile: number;
    readonly after: Duration<PlannedUnit>;
    readonly least: number;
  }
  /** of those that reach a rung one in `eta` goes on, to `eta` times the steps */
  | { readonly kind: "halving"; readonly first: Duration<PlannedUnit>; readonly eta: number }
  /** brackets of halving, from the boldest to the one that halves nothing */
  | { readonly kind: "hyperband"; readonly first: Duration<PlannedUnit>; readonly eta: number };

const KEYS: { readonly [K in Pruner["kind"]]: readonly string[] } = {
  median: ["kind", "after", "least"],
  percentile: ["kind", "percentile", "after", "least"],
  halving: ["kind", "first", "eta"],
  hyperband: ["kind", "first", "eta"],
};

/**
 * A pruner from a value of unknown origin, such as JSON; `least` is 5 and `eta` 3 where none is given.
 * @throws TypeError for what is no pruner or has an unknown key, or for a bare number where a duration is due;
 *   RangeError `invalid eta: 1 (a whole number, at least 2)`
 * @example
 * ```ts
 * const pruner = asPruner({ kind: "halving", first: { unit: "steps", count: 100 } });
 * ```
 */
export function asPruner(value: unknown): Pruner {
  if (typeof value !== "object" || value === null || !("kind" in value)) {
    throw new TypeError(
      `invalid pruner: ${shown(value)} (as { kind: "median", after: steps(100), least: 5 })`,
    );
  }
  const kind = oneOf("pruner", value.kind, ["median", "percentile", "halving", "hyperband"]);
  checkKeys(kind, value, KEYS[kind]);
  const { after, least = 5, first, eta = 3, percentile } = value as Record<string, unknown>;
  if (kind === "halving" || kind === "hyperband") {
    return { kind, first: asDuration(first, "first", plannedUnits), eta: whole("eta", eta, 2) };
  }
  const rest = { after: asDuration(after, "after", plannedUnits), least: whole("least", least, 1) };
  return kind === "median" ? { kind, ...rest } : { kind, percentile: percent(percentile), ...rest };
}

function percent(value: unknown): number {
  if (typeof value === "number" && value >= 0 && value <= 100) return value;
  throw new RangeError(`invalid percentile: ${shown(value)} (from 0 to 100)`);
}
