/** The border of studies: defaults are filled and everything is checked that needs no trial. */
import { plannedUnits } from "../batch_plan.ts";
import { asCriterion } from "../criteria/as_criterion.ts";
import { metricNamed, obeyable } from "../criteria/metric.ts";
import { modeOf } from "../curves/logged_metrics.ts";
import { asDuration, listed, shown } from "../durations.ts";
import { checkKeys, oneOf, whole } from "../option_checks.ts";
import { asPruner } from "./pruner.ts";
import { asSampler } from "./sampler.ts";
import { asSpace } from "./space.ts";
import type { Study } from "./study.ts";

export type FilledStudy =
  & Required<Omit<Study, "trials">>
  /** points; null of a grid: all of them */
  & { readonly trials: number | null };

const KEYS = [
  "name",
  "spec",
  "space",
  "budget",
  "policy",
  "metric",
  "mode",
  "sampler",
  "trials",
  "seeds",
  "pruner",
] as const satisfies readonly (keyof Study)[];
/** What the study says of each trial, and its spec therefore not. */
const OWN = ["stop", "seed", "name", "checkpoint", "from", "onNoop", "signal"];

/**
 * A study with its defaults, from code or from JSON.
 * @throws TypeError or RangeError that names the field and the value: `missing field of study: budget`,
 *   `invalid spec: stop (a study gives each trial its own: budget and policy)`
 * @example
 * ```ts
 * import type { Study } from "./study.ts";
 * const mode = (study: Study) => filledStudy(study).mode; // "min" of validation.loss
 * ```
 */
export function filledStudy(study: Study): FilledStudy {
  checkKeys("study", study, KEYS);
  const missing = (["name", "spec", "space", "budget"] as const).find((field) => study[field] === undefined);
  if (missing) throw new TypeError(`missing field of study: ${missing} (needs name, spec, space and budget)`);
  const { name, spec, trials = null } = study;
  if (typeof name !== "string" || name.trim() === "") {
    throw new TypeError(`invalid name: ${shown(name)} (a text)`);
  }
  if (typeof spec !== "object" || spec === null) {
    throw new TypeError(`invalid spec: ${shown(spec)} (an object)`);
  }
  const own = OWN.find((field) => (spec as unknown as Record<string, unknown>)[field] !== undefined);
  if (own !== undefined) {
    throw new TypeError(
      `invalid spec: ${own} (a study gives each trial its own: by budget, policy and seeds)`,
    );
  }
  const sampler = asSampler(study.sampler ?? { kind: "sobol", seed: 0 });
  if (trials === null && sampler.kind !== "grid") {
    throw new TypeError(`missing field of study: trials (how many points ${sampler.kind} draws)`);
  }
  const metric = obeyable(metricNamed(study.metric ?? "validation.loss"));
  return {
    name,
    spec,
    space: asSpace(study.space),
    budget: asDuration(study.budget, "budget", plannedUnits),
    policy: study.policy ? asCriterion(study.policy) : null,
    metric,
    mode: oneOf("mode", study.mode ?? modeOf(metric), ["min", "max"]),
    sampler,
    trials: trials === null ? null : whole("trials", trials, 1),
    seeds: seedsOf(study.seeds ?? [0]),
    pruner: study.pruner ? asPruner(study.pruner) : null,
  };
}

function seedsOf(seeds: unknown): readonly number[] {
  if (!Array.isArray(seeds) || seeds.length === 0) {
    throw new TypeError(`invalid seeds: ${shown(seeds)} (a list of at least one)`);
  }
  seeds.forEach((seed, i) => whole(`seeds[${i}]`, seed, 0));
  const twice = seeds.filter((seed, i) => seeds.indexOf(seed) < i);
  if (twice.length > 0) {
    throw new RangeError(`invalid seeds: ${listed(twice.map(String), "and")} there twice`);
  }
  return seeds;
}
