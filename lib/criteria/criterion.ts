/**
 * What every criterion is: plain data (so it can be written down, sent and read back), and a rule that
 * judges it. Rules are pure reducers over observations; they never act.
 */
import type { BatchPlan } from "../batch_plan.ts";
import type { Duration, Position } from "../durations.ts";
import type { After } from "./after.ts";
import type { AtLeast } from "./at_least.ts";
import type { HistGradientBoosting } from "./compat/hist_gradient_boosting.ts";
import type { Ignite } from "./compat/ignite.ts";
import type { Keras } from "./compat/keras.ts";
import type { Lightgbm } from "./compat/lightgbm.ts";
import type { Lightning } from "./compat/lightning.ts";
import type { Transformers } from "./compat/transformers.ts";
import type { Futility } from "./futility.ts";
import type { Grid } from "./grid.ts";
import type { Diverged } from "./diverged.ts";
import type { MustReachBy } from "./must_reach_by.ts";
import type { NonFinite } from "./non_finite.ts";
import type { Not } from "./not.ts";
import type { PrecheltGL } from "./prechelt_gl.ts";
import type { PrecheltPQ } from "./prechelt_pq.ts";
import type { PrecheltUP } from "./prechelt_up.ts";
import type { RateFloor } from "./rate_floor.ts";
import type { Slope } from "./slope.ts";
import type { Target } from "./target.ts";
import type { Tolerance } from "./tolerance.ts";
import type { Within } from "./within.ts";

/** A metric by name, such as `validation.loss`. */
export type Metric = string;
export type Mode = "min" | "max";

/** Reads one evaluation: metric values by name. */
export interface EvaluationObservation {
  readonly kind: "evaluation";
  readonly at: Position;
  readonly metrics: Readonly<Record<Metric, number>>;
  /** standard errors of those metrics that are means */
  readonly standardErrors?: Readonly<Record<Metric, number>>;
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
  /** counted from where a run begins; `resolveFrom` makes it absolute */
  readonly relative?: true;
}
export interface MaxEpochs {
  readonly kind: "maxEpochs";
  readonly epochs: number;
}
export interface MaxExamples {
  readonly kind: "maxExamples";
  readonly examples: number;
}
export interface MaxSeconds {
  readonly kind: "maxSeconds";
  readonly seconds: number;
  /** of all time, or of the updates alone */
  readonly of: "total" | "training";
}
export interface Plateau {
  readonly kind: "plateau";
  readonly metric: Metric;
  readonly mode: Mode;
  readonly patience: Duration;
  /** smallest gain that counts; default 0 */
  readonly minDelta: number | StandardErrors;
  /** `absolute`: gain > minDelta; `relative`: gain > minDelta × |best|. Default `absolute` */
  readonly minDeltaKind: "absolute" | "relative";
  /** what a gain is measured from: the last accepted best, or the running best. Default `accepted` */
  readonly reference: "accepted" | "running";
  /** it never stops before; default null, from the start */
  readonly startAfter: Duration | null;
  /** so long after a gain nothing counts as waiting; default null, no time */
  readonly cooldown: Duration | null;
}
/** A number of standard errors of a metric. Made by `standardErrors`. */
export interface StandardErrors {
  readonly unit: "standardErrors";
  readonly count: number;
}
export interface Any {
  readonly kind: "any";
  readonly criteria: readonly Criterion[];
}
export interface All {
  readonly kind: "all";
  readonly criteria: readonly Criterion[];
}
export type Criterion =
  | MaxSteps
  | MaxEpochs
  | MaxExamples
  | MaxSeconds
  | Plateau
  | Target
  | MustReachBy
  | Diverged
  | NonFinite
  | Tolerance
  | PrecheltGL
  | PrecheltPQ
  | PrecheltUP
  | RateFloor
  | Slope
  | Futility
  | Keras
  | Lightning
  | Transformers
  | Ignite
  | Lightgbm
  | HistGradientBoosting
  | Any
  | All
  | Not
  | After
  | AtLeast
  | Within;

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
  /** whether `startAfter` had passed at the last evaluation */
  readonly open: boolean;
}
/** What a criterion remembers: null for caps, one state per child for composites. JSON. */
export type CriterionState =
  | null
  | PlateauState
  | { readonly [field: string]: unknown }
  | readonly CriterionState[];

/** One leaf rule's truth at the end. */
export interface Leaf {
  /** path from the root, as `any.1.plateau` */
  readonly path: string;
  /** the rule as text, as `plateau(validation.loss, min, patience: evaluations(8))` */
  readonly rule: string;
  readonly stop: boolean;
  /** sentence part that explains, as `no gain for 8 evaluations since step 600 (patience 8 evaluations)` */
  readonly because: string;
  /** what is missing for it to be true, in its own unit, as `3 more evaluations without gain`; absent when true */
  readonly lacks?: string;
}
export interface Verdict {
  readonly stop: boolean;
  /** the deciding leaf (for `all` and `atLeast`: their first that is true); empty when nothing stops */
  readonly path: string;
  /** why it stops; for `all` and `atLeast` the reasons of all children that are true; empty when nothing stops */
  readonly because: string;
  readonly leaves: readonly Leaf[];
  /** paths of the other leaves that are true */
  readonly alsoTrue: readonly string[];
  /** leaves that are not true, and what each still lacks, as `plateau: 3 more evaluations without gain` */
  readonly wouldHaveStopped: readonly { readonly path: string; readonly text: string }[];
}

/** How a criterion is written: `name(place, place, option: value)`. */
export interface Form<C> {
  /** fields told by their place; they come first */
  readonly places: readonly string[];
  /** fields told by name, with their defaults, which are not written; undefined: always written */
  readonly options: Readonly<Record<string, unknown>>;
  /** the places after those named are its children */
  readonly children?: true;
  /** its fields as they are written; default as they are */
  written?(criterion: C): Readonly<Record<string, unknown>>;
  /** the constructor, from fields by name */
  make(fields: Readonly<Record<string, unknown>>): C;
}

/** The behaviour of one kind of criterion. `S` is plain JSON. */
export interface Rule<C extends Criterion, S> {
  readonly form: Form<C>;
  /** state before the first observation */
  init(criterion: C): S;
  /** next state; returns the same object where the observation changes nothing */
  observe(criterion: C, state: S, observation: Observation): S;
  /** cheap truth, asked before every update. Never latched: a function of state and position alone */
  stops(criterion: C, state: S, at: Position): boolean;
  /** the leaves below and including this criterion, with their truth */
  explain(criterion: C, state: S, at: Position, path: string): Leaf[];
  /** the leaf that decides, and why; only asked of a criterion that stops */
  decide(criterion: C, state: S, at: Position, path: string): { path: string; because: string };
  /** metrics it reads from evaluations */
  metrics(criterion: C): readonly Metric[];
  /** whether it looks at every update: its loss or its rate */
  readsUpdates(criterion: C): boolean;
  /** the step by which it must stop; null when nothing forces it to */
  bound(criterion: C, plan: BatchPlan): number | null;
  /** the step from which it is true for ever, whatever is observed; null when there is none */
  holdsFrom(criterion: C, plan: BatchPlan): number | null;
  /** the step before which it cannot be true in a training that evaluates so; Infinity when it never can */
  earliest(criterion: C, grid: Grid): number;
  /** whether its truth rests on the clock */
  usesClock(criterion: C): boolean;
}
/** Finds the rule of any criterion: how composites reach the rules of their children. */
export type RuleOf = (criterion: Criterion) => Rule<Criterion, CriterionState>;
