/** Reads a criterion from JSON. */
import { asDuration, shown } from "../durations.ts";
import { all } from "./all.ts";
import { any } from "./any.ts";
import type { Criterion } from "./criterion.ts";
import { maxEpochs } from "./max_epochs.ts";
import { maxSteps } from "./max_steps.ts";
import { checkKeys } from "./option_checks.ts";
import { plateau, type PlateauOptions } from "./plateau.ts";

/**
 * A criterion from a value of unknown origin, checked as its constructor checks.
 * @throws TypeError for what is no criterion or has an unknown key, RangeError for a value out of range
 * @example
 * ```ts
 * const stop = asCriterion(JSON.parse('{ "kind": "maxSteps", "steps": 2000 }'));
 * ```
 */
export function asCriterion(value: unknown): Criterion {
  const { kind, ...options } = (typeof value === "object" && value !== null ? value : {}) as Record<
    string,
    unknown
  >;
  switch (kind) {
    case "maxSteps":
      checkKeys(kind, options, ["steps"]);
      return maxSteps(asDuration({ unit: "steps", count: options.steps }, kind, ["steps"]));
    case "maxEpochs":
      checkKeys(kind, options, ["epochs"]);
      return maxEpochs(asDuration({ unit: "epochs", count: options.epochs }, kind, ["epochs"]));
    case "plateau":
      return plateau(options as unknown as PlateauOptions);
    case "any":
    case "all": {
      checkKeys(kind, options, ["criteria"]);
      if (!Array.isArray(options.criteria)) {
        throw new TypeError(`invalid ${kind}: ${shown(options.criteria)} (a list of criteria)`);
      }
      return (kind === "any" ? any : all)(...options.criteria.map(asCriterion));
    }
  }
  throw new TypeError(`invalid criterion: ${shown(value)} (kind maxSteps, maxEpochs, plateau, any or all)`);
}
