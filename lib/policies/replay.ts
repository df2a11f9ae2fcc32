/** Judges policies on a recorded training, without training. */
import type { Metric, Mode } from "../criteria/criterion.ts";
import { obeyable, requireMetrics } from "../criteria/metric.ts";
import { metricsOf, ruleOf, usesClock, verdict } from "../criteria/rules.ts";
import { initialSelection, observeSelection, selectionMetrics } from "../criteria/select.ts";
import { bestRow, evaluationRow } from "../curves/best.ts";
import type { EvaluationRow, Trajectory } from "../curves/trajectory.ts";
import { countText, type Position, shown } from "../durations.ts";
import { follow } from "./follow.ts";
import { kindOf, ruleText } from "./kind.ts";
import type { Judgement, Policy } from "./policy.ts";

export interface ReplayOptions {
  /** what regret is measured in; default `validation.loss` */
  readonly metric?: Metric;
  /** which way is better; default `min` */
  readonly mode?: Mode;
  /** recordings that regret and compute saved are measured against; this one always counts. Default only this one */
  readonly compared?: readonly Trajectory[];
}
/** Where a policy ended, and what it kept. */
interface Ending {
  readonly end: Judgement["end"];
  readonly at: Position | null;
  readonly because: string;
  readonly path: string;
  readonly kept: EvaluationRow | null;
}
/** What judgements are measured against. */
interface Yardstick {
  readonly metric: Metric;
  readonly mode: Mode;
  readonly best: number | null;
  readonly ownBest: number | null;
  readonly longest: number;
}

/**
 * What each policy would have done with this training: where it stops and why, what it keeps, regret and compute
 * saved. The rules and their order are those of training itself. A policy that would have gone on past the recording
 * is `censored`, and nothing else is claimed of it. The evaluation at an end off the grid is never seen.
 * @param policies must observe only: what they read has to be recorded
 * @returns one judgement a policy, in the same order
 * @throws UnknownMetric `unknown metric: val_los (has validation.loss, …)`; RangeError for a rule that reads a test
 * metric: `test.loss is reported, never obeyed: name a validation metric`
 * @example
 * ```ts
 * import { best } from "../criteria/best.ts";
 * import { maxSteps } from "../criteria/max_steps.ts";
 * import type { Trajectory } from "../curves/trajectory.ts";
 * const policies = [{ name: "Fixed steps", stop: maxSteps(1_000), select: best("validation.loss", "min") }];
 * const regret = (trajectory: Trajectory) => replay(trajectory, policies)[0].regret;
 * ```
 */
export function replay(
  trajectory: Trajectory,
  policies: readonly Policy[],
  options: ReplayOptions = {},
): Judgement[] {
  if (!trajectory?.updates || !trajectory.evaluations) {
    throw new TypeError("invalid trajectory: not a recording (that of an event is its trajectory)");
  }
  if (!Array.isArray(policies)) throw new TypeError(`invalid policies: ${shown(policies)} (a list)`);
  const measured = yardstick(trajectory, options);
  return policies.map((policy) => {
    checkMetrics(trajectory, policy);
    return judgement(policy, trajectory.seed, endingOf(trajectory, policy), measured);
  });
}

function checkMetrics({ evaluations }: Trajectory, { stop, select }: Policy): void {
  const obeyed = [...metricsOf(stop), ...selectionMetrics(select)];
  requireMetrics(obeyed.map(obeyable), [...Object.keys(evaluations.metrics), "training.loss"]);
}

/** Where one policy ends on a recording, and what it keeps. */
function endingOf(trajectory: Trajectory, { stop, select }: Policy): Ending {
  const { evaluations, end } = trajectory, rule = ruleOf(stop);
  let state = rule.init(stop), selection = initialSelection(select), kept = -1;
  const { at, toTheEnd } = follow(trajectory, {
    stops: (at) => rule.stops(stop, state, at),
    see(seen) {
      state = rule.observe(stop, state, seen);
      if (seen.kind === "update") return;
      selection = observeSelection(select, selection, seen);
      if (selection.kept === selection.seen) kept = seen.at.evaluations - 1;
    },
  });

  const keptRow = kept < 0 ? null : evaluationRow(evaluations, kept);
  const here = { at, kept: keptRow };
  const step = countText(at.step);
  // The update that diverged ends a training before its criteria are asked again.
  if (end === "diverged" && toTheEnd) {
    return { end, because: `training diverged at step ${step}`, path: "", ...here };
  }
  const { stop: stopped, path, because } = verdict(stop, state, at);
  if (stopped) return { end: "stopped", because, path, ...here };
  if (end === "exhausted") return { end, because: `the data ended at step ${step}`, path: "", ...here };
  const beyond = `goes on past the recording, which ends at step ${step}`;
  return { end: "censored", because: beyond, path: "", at: null, kept: null };
}

function yardstick(trajectory: Trajectory, options: ReplayOptions): Yardstick {
  const { metric = "validation.loss", mode = "min", compared = [] } = options;
  const bestOf = ({ evaluations }: Trajectory) => {
    requireMetrics([metric], Object.keys(evaluations.metrics));
    const values = evaluations.metrics[metric], row = bestRow(values, mode);
    return row < 0 ? null : values[row];
  };
  const all = compared.includes(trajectory) ? compared : [trajectory, ...compared];
  const bests = all.map(bestOf).filter((best) => best !== null);
  return {
    metric,
    mode,
    best: bests.length === 0 ? null : mode === "min" ? Math.min(...bests) : Math.max(...bests),
    ownBest: bestOf(trajectory),
    longest: Math.max(...all.map(({ updates }) => updates.step.at(-1) ?? 0)),
  };
}

function judgement(policy: Policy, seed: number, ending: Ending, measured: Yardstick): Judgement {
  const { metric, mode, best, ownBest, longest } = measured;
  const value = ending.kept?.metrics[metric] ?? NaN;
  const regret = (reference: number | null) => {
    if (reference === null || !Number.isFinite(value)) return null;
    return mode === "min" ? value - reference : reference - value;
  };
  return {
    policy: policy.name,
    kind: kindOf(policy),
    rule: ruleText(policy),
    seed,
    ...ending,
    metric,
    mode,
    regret: regret(best),
    ownRegret: regret(ownBest),
    computeSaved: ending.at === null || longest === 0 ? null : 1 - ending.at.step / longest,
    clock: usesClock(policy.stop),
  };
}
