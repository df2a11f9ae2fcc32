/**
 * What every criterion is: plain data (so it can be written down, sent and read back), and a rule that
 * judges it. Rules are pure reducers over observations; they never act.
 */
import type { BatchPlan } from "../batch_plan.ts";
import type { Duration, Position } from "../durations.ts";

/** A metric by name, such as `validation.loss`. */
export type Metric = string;
export type Mode = "min" | "max";

/** Reads one evaluation: metric values by name. */
export interface EvaluationObservation {
  readonly kind: "evaluation";
  readonly at: Position;
  readonly metrics: Readonly<Record<Metric, number>>;
}
/** Reads one update: its training loss and the rate it used. */
export interface UpdateObservation {
  readonly kind: "update";
  readonly at: Position;
  readonly loss: number;
  readonly rate: number;
}
export type Observation = UpdateObservation | EvaluationObservation;

export interface MaxSteps {
  readonly kind: "maxSteps";
  readonly steps: number;
}
export interface MaxEpochs {
  readonly kind: "maxEpochs";
  readonly epochs: number;
}
export interface Plateau {
  readonly kind: "plateau";
  readonly metric: Metric;
  readonly mode: Mode;
  readonly patience: Duration;
  /** smallest gain that counts; default 0 */
  readonly minDelta: number;
  /** `absolute`: gain > minDelta; `relative`: gain > minDelta × |best|. Default `absolute` */
  readonly minDeltaKind: "absolute" | "relative";
  /** what a gain is measured from: the last accepted best, or the running best. Default `accepted` */
  readonly reference: "accepted" | "running";
}
export interface Any {
  readonly kind: "any";
  readonly criteria: readonly Criterion[];
}
export interface All {
  readonly kind: "all";
  readonly criteria: readonly Criterion[];
}
export type Criterion = MaxSteps | MaxEpochs | Plateau | Any | All;

/** What a plateau rule remembers. JSON. */
export interface PlateauState {
  /** what the next gain is measured from; null until a finite value came */
  readonly best: number | null;
  /** step at which the wait began; 0 is the start */
  readonly sinceStep: number;
  /** the same in the unit of patience */
  readonly since: number;
  /** wait at the last evaluation, in the unit of patience */
  readonly elapsed: number;
}
/** What a criterion remembers: null for caps, one state per child for `any` and `all`. JSON. */
export type CriterionState = null | PlateauState | readonly CriterionState[];

/** One leaf rule's truth at the end. */
export interface Leaf {
  /** path from the root, as `any.1.plateau` */
  readonly path: string;
  /** the rule as text, as `plateau(validation.loss, min, patience: evaluations(8))` */
  readonly rule: string;
  readonly stop: boolean;
  /** sentence part that explains, as `no gain for 8 evaluations since step 600 (patience 8 evaluations)` */
  readonly because: string;
}
export interface Verdict {
  readonly stop: boolean;
  /** the deciding leaf (for `all`: its first); empty when nothing stops */
  readonly path: string;
  /** why it stops; for `all` the reasons of all its children; empty when nothing stops */
  readonly because: string;
  readonly leaves: readonly Leaf[];
}

/** The behaviour of one kind of criterion. `S` is plain JSON. */
export interface Rule<C extends Criterion, S> {
  /** state before the first observation */
  init(criterion: C): S;
  /** next state; returns the same object where the observation changes nothing */
  observe(criterion: C, state: S, observation: Observation): S;
  /** cheap truth, asked before every update. Never latched: a function of state and position alone */
  stops(criterion: C, state: S, at: Position): boolean;
  /** the leaves below and including this criterion, with their truth */
  explain(criterion: C, state: S, at: Position, path: string): Leaf[];
  /** metrics it reads */
  metrics(criterion: C): readonly Metric[];
  /** text form: the call that makes it */
  text(criterion: C): string;
  /** the step by which it must stop; null when nothing forces it to */
  bound(criterion: C, plan: BatchPlan): number | null;
  /** whether its truth rests on the clock */
  usesClock(criterion: C): boolean;
}
/** Finds the rule of any criterion: how `any` and `all` reach the rules of their children. */
export type RuleOf = (criterion: Criterion) => Rule<Criterion, CriterionState>;
