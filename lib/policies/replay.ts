/** Judges policies on a recorded training, without training. */
import type { Criterion, Metric, Mode } from "../criteria/criterion.ts";
import { obeyable, requireMetrics, TRAINING_LOSS, UnknownMetric } from "../criteria/metric.ts";
import { isGain } from "../criteria/observed.ts";
import { metricsOf, readsUpdates, ruleOf, textOf, usesClock } from "../criteria/rules.ts";
import { selectionMetrics } from "../criteria/select.ts";
import { bestRow, evaluationRow } from "../curves/best.ts";
import type { EvaluationRow, Trajectory } from "../curves/trajectory.ts";
import { countText, type Position, shown } from "../durations.ts";
import { firstStops, type Stop } from "./first_stops.ts";
import { keptRows } from "./kept_rows.ts";
import { kindOf, ruleText } from "./kind.ts";
import { type Places, placesOf } from "./places.ts";
import type { Judgement, Policy } from "./policy.ts";
import { requireUnits } from "./recorded_units.ts";

export interface ReplayOptions {
  /** what regret is measured in; default `validation.loss` */
  readonly metric?: Metric;
  /** which way is better; default `min` */
  readonly mode?: Mode;
  /** recordings that regret and compute saved are measured against; this one always counts. Default only this one */
  readonly compared?: readonly Trajectory[];
  /**
   * true: every policy has the length of the recording as a cap beside it, so that none is censored. Default false
   */
  readonly cap?: boolean;
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
 * saved. The rules and their order are those of training itself, also between the rows of a log that holds only some. A policy that would have gone on past the recording
 * is `censored`, and nothing else is claimed of it. The evaluation at an end off the grid is never seen.
 * @param policies must observe only: what they read has to be recorded
 * @returns one judgement a policy, in the same order
 * @throws UnknownMetric `unknown metric: val_los (has validation.loss, …)`; RangeError for a rule that reads a test
 * metric: `test.loss is reported, never obeyed: name a validation metric`; UnknownUnit for one that counts in what a log
 * does not tell: `unknown epochs: run 3 was not recorded in them (tell --batch and --examples)`
 * @example
 * ```ts
 * import { best } from "../criteria/best.ts";
 * import { maxSteps } from "../criteria/max_steps.ts";
 * import type { Trajectory } from "../curves/trajectory.ts";
 * const policies = [{ name: "Fixed steps", stop: maxSteps(1_000), select: best("validation.loss", "min") }];
 * const regret = (trajectory: Trajectory) => replay(trajectory, policies)[0].regret;
 * ```
 */
export const replay = (
  trajectory: Trajectory,
  policies: readonly Policy[],
  options: ReplayOptions = {},
): Judgement[] => replayMany([trajectory], policies, options)[0];

/**
 * `replay` on many recordings, compared with each other: one list of judgements a recording, in the same order. What
 * policies have in common is worked out once.
 * @example
 * ```ts
 * import { best } from "../criteria/best.ts";
 * import { maxSteps } from "../criteria/max_steps.ts";
 * import type { Trajectory } from "../curves/trajectory.ts";
 * const policies = [{ name: "Fixed steps", stop: maxSteps(1_000), select: best("validation.loss", "min") }];
 * const judged = (seeds: Trajectory[]) => replayMany(seeds, policies);
 * ```
 */
export function replayMany(
  trajectories: readonly Trajectory[],
  policies: readonly Policy[],
  options: ReplayOptions = {},
): Judgement[][] {
  for (const trajectory of trajectories) {
    if (!trajectory?.updates || !trajectory.evaluations) {
      throw new TypeError("invalid trajectory: not a recording (that of an event is its trajectory)");
    }
  }
  if (!Array.isArray(policies)) throw new TypeError(`invalid policies: ${shown(policies)} (a list)`);
  const measured = yardstick(trajectories, options), plans = policies.map(planned);
  return trajectories.map((trajectory) => {
    for (const { policy } of plans) checkRecorded(trajectory, policy);
    const strands = plans.flatMap(({ strands }) => strands.map(({ criterion }) => criterion));
    const stops = firstStops(trajectory, strands), places = placesOf(trajectory);
    const kept = keptRows(trajectory.evaluations), ownBest = bestOf(trajectory, measured);
    return plans.map((plan) =>
      judgement(plan, trajectory, endingOf(trajectory, plan, stops, places, kept, options.cap), {
        ...measured,
        ownBest,
      })
    );
  });
}

/** A policy, and the rules of which the first to stop ends it. */
interface Planned {
  readonly policy: Policy;
  readonly strands: readonly Strand[];
  readonly said: { readonly kind: Judgement["kind"]; readonly rule: string; readonly clock: boolean };
}
interface Strand {
  readonly criterion: Criterion;
  readonly text: string;
  /** from the policy's rule to this one */
  readonly path: string;
}

function planned(policy: Policy): Planned {
  const strands = (criterion: Criterion, path: string): Strand[] =>
    criterion.kind === "any"
      ? criterion.criteria.flatMap((child, i) => strands(child, `${path}.${i}.${child.kind}`))
      : [{ criterion, text: textOf(criterion), path }];
  return {
    policy,
    strands: strands(policy.stop, policy.stop.kind),
    said: { kind: kindOf(policy), rule: ruleText(policy), clock: usesClock(policy.stop) },
  };
}

function checkRecorded(trajectory: Trajectory, { stop, select }: Policy): void {
  const { evaluations, updates } = trajectory;
  const obeyed = [...metricsOf(stop), ...selectionMetrics(select)];
  requireMetrics(obeyed.map(obeyable), [...Object.keys(evaluations.metrics), TRAINING_LOSS]);
  requireUnits(trajectory, stop);
  // A recording that has not begun may still get updates; a log without them never will.
  if (readsUpdates(stop) && updates.step.length === 0 && evaluations.step.length > 0) {
    throw new UnknownMetric(TRAINING_LOSS, Object.keys(evaluations.metrics));
  }
}

/** Where one policy ends on a recording, and what it keeps. */
function endingOf(
  { evaluations, end }: Trajectory,
  { policy, strands }: Planned,
  stops: ReadonlyMap<string, Stop>,
  places: Places,
  kept: ReturnType<typeof keptRows>,
  cap = false,
): Ending {
  let first: (Strand & { readonly stop: NonNullable<Stop> }) | null = null;
  for (const strand of strands) {
    const stop = stops.get(strand.text);
    if (stop && (first === null || stop.step < first.stop.step)) first = { ...strand, stop };
  }

  const at = places.at(first?.stop.step ?? places.last), row = kept(policy.select, at.evaluations);
  const here = { at, kept: row < 0 ? null : evaluationRow(evaluations, row) }, step = countText(at.step);
  // The update that diverged ends a training before its criteria are asked again.
  if (end === "diverged" && at.step === places.last) {
    return { end, because: `training diverged at step ${step}`, path: "", ...here };
  }
  if (first) {
    const { criterion, stop: { state }, path } = first;
    return { end: "stopped", ...ruleOf(criterion).decide(criterion, state, at, path), ...here };
  }
  if (end === "exhausted") return { end, because: `the data ended at step ${step}`, path: "", ...here };
  if (cap) return { end: "stopped", because: `the recording ends at step ${step}`, path: "", ...here };
  const beyond = `goes on past the recording, which ends at step ${step}`;
  return { end: "censored", because: beyond, path: "", at: null, kept: null };
}

/** The best value of a recording; null when none is finite. */
function bestOf({ evaluations }: Trajectory, { metric, mode }: Pick<Yardstick, "metric" | "mode">) {
  requireMetrics([metric], Object.keys(evaluations.metrics));
  const values = evaluations.metrics[metric], row = bestRow(values, mode);
  return row < 0 ? null : values[row];
}

function yardstick(
  trajectories: readonly Trajectory[],
  { metric = "validation.loss", mode = "min", compared = [] }: ReplayOptions,
): Omit<Yardstick, "ownBest"> {
  let best: number | null = null, longest = 0;
  for (const trajectory of new Set([...trajectories, ...compared])) {
    const own = bestOf(trajectory, { metric, mode });
    if (own !== null && (best === null || isGain(mode, own, best))) best = own;
    longest = Math.max(longest, trajectory.updates.step.at(-1) ?? 0, trajectory.evaluations.step.at(-1) ?? 0);
  }
  return { metric, mode, best, longest };
}

function judgement(
  { policy, said }: Planned,
  { seed }: Trajectory,
  ending: Ending,
  measured: Yardstick,
): Judgement {
  const { metric, mode, best, ownBest, longest } = measured;
  const value = ending.kept?.metrics[metric] ?? NaN;
  const regret = (reference: number | null) => {
    if (reference === null || !Number.isFinite(value)) return null;
    return mode === "min" ? value - reference : reference - value;
  };
  return {
    policy: policy.name,
    kind: said.kind,
    rule: said.rule,
    seed,
    ...ending,
    metric,
    mode,
    regret: regret(best),
    ownRegret: regret(ownBest),
    computeSaved: ending.at === null || longest === 0 ? null : 1 - ending.at.step / longest,
    clock: said.clock,
  };
}
