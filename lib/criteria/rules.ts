/** From a criterion, which is data, to what it does. */
import type { BatchPlan } from "../batch_plan.ts";
import type { Position } from "../durations.ts";
import { shown } from "../durations.ts";
import { allRule } from "./all.ts";
import { anyRule } from "./any.ts";
import type { Criterion, CriterionState, Metric, Observation, Rule, Verdict } from "./criterion.ts";
import { maxEpochsRule } from "./max_epochs.ts";
import { maxStepsRule } from "./max_steps.ts";
import { plateauRule } from "./plateau.ts";

const rules = {
  maxSteps: maxStepsRule,
  maxEpochs: maxEpochsRule,
  plateau: plateauRule,
  any: anyRule(ruleOf),
  all: allRule(ruleOf),
};

/**
 * The rule of a criterion. A loop over many observations takes it once.
 * @throws TypeError `unknown criterion: "slope" (has maxSteps, maxEpochs, plateau, any, all)`
 */
export function ruleOf(criterion: Criterion): Rule<Criterion, CriterionState> {
  const rule = rules[criterion.kind];
  if (!rule) {
    throw new TypeError(`unknown criterion: ${shown(criterion.kind)} (has ${Object.keys(rules).join(", ")})`);
  }
  // The kind ties rule, criterion and state together; the type system does not see that.
  return rule as unknown as Rule<Criterion, CriterionState>;
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

/** Metrics it reads, each once. */
export const metricsOf = (criterion: Criterion): readonly Metric[] => ruleOf(criterion).metrics(criterion);

/** The one canonical text: `any(maxSteps(2000), plateau(validation.loss, min, patience: evaluations(8)))`. */
export const textOf = (criterion: Criterion): string => ruleOf(criterion).text(criterion);

/** The step by which it must stop; null when nothing forces it to. */
export const boundOf = (criterion: Criterion, plan: BatchPlan): number | null =>
  ruleOf(criterion).bound(criterion, plan);

/** Whether its truth rests on the clock, so that a replay rests on the recorded clock. */
export const usesClock = (criterion: Criterion): boolean => ruleOf(criterion).usesClock(criterion);

/**
 * Whether training ends here, which rule decides, and what every leaf says.
 * @example
 * ```ts
 * import { START } from "../durations.ts";
 * import { maxSteps } from "./max_steps.ts";
 * const cap = maxSteps(1_000);
 * const end = verdict(cap, initial(cap), { ...START, step: 1_000 }); // because: reached 1,000 of 1,000 steps
 * ```
 */
export function verdict(criterion: Criterion, state: CriterionState, at: Position): Verdict {
  const stop = stops(criterion, state, at);
  const leaves = ruleOf(criterion).explain(criterion, state, at, criterion.kind);
  const decision = stop ? deciding(criterion, state, at, criterion.kind) : { path: "", because: "" };
  return { stop, ...decision, leaves };
}

/** Of a criterion that stops: `any` is decided by its first child that stops, `all` by every child. */
function deciding(
  criterion: Criterion,
  state: CriterionState,
  at: Position,
  path: string,
): { path: string; because: string } {
  if (criterion.kind !== "any" && criterion.kind !== "all") {
    return ruleOf(criterion).explain(criterion, state, at, path)[0];
  }
  const states = state as readonly CriterionState[];
  const stopping = criterion.criteria.flatMap((child, i) =>
    stops(child, states[i], at) ? [deciding(child, states[i], at, `${path}.${i}.${child.kind}`)] : []
  );
  const because = criterion.kind === "any"
    ? stopping[0].because
    : stopping.map((leaf) => leaf.because).join(" and ");
  return { path: stopping[0].path, because };
}
