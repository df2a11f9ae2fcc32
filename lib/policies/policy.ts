/** A policy: a criterion and a selection, by name. Plain data. */
import type { Criterion, Metric, Mode } from "../criteria/criterion.ts";
import type { Selection } from "../criteria/selection.ts";
import type { Position } from "../durations.ts";
import type { EvaluationRow } from "../curves/trajectory.ts";

/** Fixes colour and symbol on every page; a new kind is drawn as `other`. */
export type PolicyKind = typeof policyKinds[number];
export const policyKinds = [
  "epochs",
  "steps",
  "budget",
  "patience",
  "lr",
  "slope",
  "oracle",
  "other",
] as const;

export interface Policy {
  /** as people say it: "Early stopping" */
  readonly name: string;
  readonly stop: Criterion;
  readonly select: Selection;
  /** default: derived from the criterion */
  readonly kind?: PolicyKind;
  /** short rule under the name, as "patience 8, min Δ 0.002"; default: derived from the criterion */
  readonly rule?: string;
}

/** What replay says of one policy on one trajectory. Plain data. */
export interface Judgement {
  readonly policy: string;
  readonly kind: PolicyKind;
  readonly rule: string;
  readonly seed: number;
  /** `censored`: the policy would have gone on past the recording, so nothing else is claimed */
  readonly end: "stopped" | "censored" | "diverged" | "exhausted";
  /** where it stops, in every unit; null when censored */
  readonly at: Position | null;
  readonly because: string;
  /** path of the deciding rule */
  readonly path: string;
  /** the evaluation it keeps; null when censored, or when it stops before the first evaluation */
  readonly kept: EvaluationRow | null;
  readonly metric: Metric;
  readonly mode: Mode;
  /** metric at the kept step minus the best of all compared trajectories; 0 is best, never negative. null when nothing is kept */
  readonly regret: number | null;
  /** the same against the best of its own trajectory */
  readonly ownRegret: number | null;
  /** 1 − updates under the policy ÷ updates of the longest recording compared */
  readonly computeSaved: number | null;
  /** true when the verdict rests on the recorded clock */
  readonly clock: boolean;
}
