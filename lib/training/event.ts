/** What a training says while it runs, and at its end. Plain data throughout: weights travel by checkpoint id. */
import type { Leaf, Verdict } from "../criteria/criterion.ts";
import type { EndReason, EvaluationRow, Trajectory } from "../curves/trajectory.ts";
import type { Position } from "../durations.ts";
import type { Plan } from "./plan.ts";

export interface Outcome {
  readonly reason: EndReason;
  /** path of the deciding rule, as `any.1.plateau`; empty when no rule decided */
  readonly path: string;
  readonly because: string;
  readonly at: Position;
  /** every leaf rule and its truth at the end */
  readonly rules: readonly Leaf[];
  /** paths of other rules that were true too */
  readonly alsoTrue: readonly string[];
  /** of rules that were not true, what each still lacked */
  readonly wouldHaveStopped: Verdict["wouldHaveStopped"];
  /** the evaluation whose weights are kept; null when the training ended before the first evaluation */
  readonly kept: EvaluationRow | null;
  /** id of the kept weights: `predict` takes the event that holds it */
  readonly checkpoint: string;
  /** id of the state at the end: `train({ …, from })` goes on from it */
  readonly state: string;
  /** what is not as it was in the state that was gone on from: settings, engine, what is kept; one line each */
  readonly changed: readonly string[];
  /** updates left out because their gradients were no numbers */
  readonly skipped: number;
  /** set when nothing was left to do */
  readonly alreadyComplete?: {
    readonly by: "cap" | "verdict";
    readonly have: number;
    readonly cap: number;
    readonly unit: string;
  };
}

/** Where a training went on from another one. Plain data. */
export interface Forked {
  /** updates that it shares with its trunk */
  readonly step: number;
  /** of those, the ones that had to be trained again: no state lay nearer */
  readonly again: number;
}

export interface TrainingEvent {
  readonly type: "planned" | "chunk" | "evaluation" | "checkpoint" | "ended";
  readonly plan: Plan;
  readonly at: Position;
  /** updates per second over the last seconds, for the time left; 0 in the first second */
  readonly pace: number;
  readonly trajectory: Trajectory;
  /** steps at which plateauScale cut the rate */
  readonly cuts: readonly number[];
  /** whether plateauScale has come to its floor: no cut follows */
  readonly atFloor: boolean;
  /** of a `checkpoint` event: id of the state that was saved */
  readonly state?: string;
  /** of a fork: where it left its trunk */
  readonly forked?: Forked;
  /** null until the end */
  readonly outcome: Outcome | null;
}
