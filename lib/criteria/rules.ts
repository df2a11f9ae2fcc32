/** From a criterion, which is data, to what it does. */
import type { BatchPlan } from "../batch_plan.ts";
import type { Position } from "../durations.ts";
import { shown } from "../durations.ts";
import { afterRule } from "./after.ts";
import { allRule } from "./all.ts";
import { anyRule } from "./any.ts";
import { atLeastRule } from "./at_least.ts";
import { callText } from "./call_text.ts";
import { histGradientBoostingRule } from "./compat/hist_gradient_boosting.ts";
import { igniteRule } from "./compat/ignite.ts";
import { kerasRule } from "./compat/keras.ts";
import { lightgbmRule } from "./compat/lightgbm.ts";
import { lightningRule } from "./compat/lightning.ts";
import { transformersRule } from "./compat/transformers.ts";
import type { Criterion, CriterionState, Leaf, Metric, Observation, Rule, Verdict } from "./criterion.ts";
import { divergedRule } from "./diverged.ts";
import { futilityRule } from "./futility.ts";
import type { Grid } from "./grid.ts";
import { maxEpochsRule } from "./max_epochs.ts";
import { maxExamplesRule } from "./max_examples.ts";
import { maxSecondsRule } from "./max_seconds.ts";
import { maxStepsRule } from "./max_steps.ts";
import { mustReachByRule } from "./must_reach_by.ts";
import { nonFiniteRule } from "./non_finite.ts";
import { notRule } from "./not.ts";
import { plateauRule } from "./plateau.ts";
import { precheltGLRule } from "./prechelt_gl.ts";
import { precheltPQRule } from "./prechelt_pq.ts";
import { precheltUPRule } from "./prechelt_up.ts";
import { rateFloorRule } from "./rate_floor.ts";
import { slopeRule } from "./slope.ts";
import { targetRule } from "./target.ts";
import { toleranceRule } from "./tolerance.ts";
import { withinRule } from "./within.ts";

const rules: { readonly [Kind in Criterion["kind"]]: unknown } = {
  maxSteps: maxStepsRule,
  maxEpochs: maxEpochsRule,
  maxExamples: maxExamplesRule,
  maxSeconds: maxSecondsRule,
  plateau: plateauRule,
  target: targetRule,
  mustReachBy: mustReachByRule,
  diverged: divergedRule,
  nonFinite: nonFiniteRule,
  tolerance: toleranceRule,
  precheltGL: precheltGLRule,
  precheltPQ: precheltPQRule,
  precheltUP: precheltUPRule,
  rateFloor: rateFloorRule,
  slope: slopeRule,
  futility: futilityRule,
  keras: kerasRule,
  lightning: lightningRule,
  transformers: transformersRule,
  ignite: igniteRule,
  lightgbm: lightgbmRule,
  histGradientBoosting: histGradientBoostingRule,
  any: anyRule(ruleOf),
  all: allRule(ruleOf),
  not: notRule(ruleOf),
  after: afterRule(ruleOf),
  atLeast: atLeastRule(ruleOf),
  within: withinRule(ruleOf),
};

/** All kinds of criterion. */
export const criterionKinds: readonly string[] = Object.keys(rules);

/**
 * The rule of a criterion. A loop over many observations takes it once.
 * @throws TypeError `unknown criterion: "patience" (has maxSteps, maxEpochs, plateau, …)`
 */
export function ruleOf(criterion: { readonly kind: string }): Rule<Criterion, CriterionState> {
  if (!Object.hasOwn(rules, criterion.kind)) {
    throw new TypeError(`unknown criterion: ${shown(criterion.kind)} (has ${criterionKinds.join(", ")})`);
  }
  // The kind ties rule, criterion and state together; the type system does not see that.
  return rules[criterion.kind as Criterion["kind"]] as Rule<Criterion, CriterionState>;
}

/** State before the first observation. JSON. */
export const initial = (criterion: Criterion): CriterionState => ruleOf(criterion).init(criterion);

/** State after one more observation; the same object when nothing changed. */
export const observe = (
  criterion: Criterion,
  state: CriterionState,
  observation: Observation,
): CriterionState => ruleOf(criterion).observe(criterion, state, observation);

/** Whether training ends here. Asked before every update. */
export const stops = (criterion: Criterion, state: CriterionState, at: Position): boolean =>
  ruleOf(criterion).stops(criterion, state, at);

/** Metrics it reads from evaluations, each once. */
export const metricsOf = (criterion: Criterion): readonly Metric[] => ruleOf(criterion).metrics(criterion);

/** Whether it looks at every update: its loss or its rate. */
export const readsUpdates = (criterion: Criterion): boolean => ruleOf(criterion).readsUpdates(criterion);

/** The one canonical text: `any(maxSteps(2000), plateau(validation.loss, min, patience: evaluations(8)))`. */
export const textOf = (criterion: { readonly kind: string }): string =>
  callText(criterion as Criterion, ruleOf(criterion).form, textOf);

/** The step by which it must stop; null when nothing forces it to. */
export const boundOf = (criterion: Criterion, plan: BatchPlan): number | null =>
  ruleOf(criterion).bound(criterion, plan);

/** The step before which it cannot be true in a training that evaluates so; Infinity when it never can. */
export const earliestOf = (criterion: Criterion, grid: Grid): number =>
  ruleOf(criterion).earliest(criterion, grid);

/** Whether its truth rests on the clock, so that a replay rests on the recorded clock. */
export const usesClock = (criterion: Criterion): boolean => ruleOf(criterion).usesClock(criterion);

/**
 * Whether training ends here, which rule decides, what else was true, and what would have stopped it otherwise.
 * @example
 * ```ts
 * import { START } from "../durations.ts";
 * import { maxSteps } from "./max_steps.ts";
 * const cap = maxSteps(1_000);
 * const end = verdict(cap, initial(cap), { ...START, step: 1_000 }); // because: reached 1,000 of 1,000 steps
 * ```
 */
export function verdict(criterion: Criterion, state: CriterionState, at: Position): Verdict {
  const rule = ruleOf(criterion), stop = rule.stops(criterion, state, at);
  const leaves = rule.explain(criterion, state, at, criterion.kind);
  const { path, because } = stop
    ? rule.decide(criterion, state, at, criterion.kind)
    : { path: "", because: "" };
  return {
    stop,
    path,
    because,
    leaves,
    alsoTrue: leaves.filter((leaf) => leaf.stop && leaf.path !== path).map((leaf) => leaf.path),
    wouldHaveStopped: leaves.filter((leaf) => !leaf.stop).map(lackOf),
  };
}

const lackOf = ({ path, lacks = "" }: Leaf) => ({
  path,
  text: `${path.slice(path.lastIndexOf(".") + 1)}: ${lacks}`,
});
