/** What every schedule is: plain data, resolved by a batch plan to a pure function of the update index. */
import type { BatchPlan } from "../batch_plan.ts";
import type { Duration } from "../durations.ts";

/** What a schedule gives past its horizon: its last rate, an error, or itself from the start. Default `hold`. */
export type Past = "hold" | "error" | "cycle";

export interface Constant {
  readonly kind: "constant";
  readonly rate: number;
}
/** Half a cosine from `peak` to `end` over `horizon`. */
export interface Cosine {
  readonly kind: "cosine";
  readonly peak: number;
  readonly end: number;
  readonly horizon: Duration;
  readonly past: Past;
}
/**
 * Linear from `start` to the first rate of `then` over `warmup`, then `then`, counted from the end of the warm-up.
 * The horizon of the whole includes the warm-up.
 */
export interface Warmup {
  readonly kind: "warmup";
  readonly warmup: Duration;
  readonly start: number;
  readonly then: Schedule;
}
/** Linear warm-up from `start` to `peak`, then cosine to `end`; `horizon` includes the warm-up. */
export interface WarmupCosine {
  readonly kind: "warmupCosine";
  readonly warmup: Duration;
  readonly start: number;
  readonly peak: number;
  readonly end: number;
  readonly horizon: Duration;
  readonly past: Past;
}
export type Schedule = Constant | Cosine | Warmup | WarmupCosine;

export interface ResolvedSchedule {
  /** updates after which `past` decides; null where there is no end */
  readonly horizon: number | null;
  /** updates of warm-up at the beginning */
  readonly warmup: number;
  /** highest rate it can give */
  readonly peak: number;
  /** rate that update `index` uses, index from 0 */
  rate(index: number): number;
}
/** The behaviour of one kind of schedule. */
export interface ScheduleKind<S extends Schedule> {
  resolve(schedule: S, batches: BatchPlan): ResolvedSchedule;
  /** the call that makes it */
  text(schedule: S): string;
}
/** Finds the kind of any schedule: how a schedule reaches those it is made of. */
export type KindOf = (schedule: Schedule) => ScheduleKind<Schedule>;

/** ReduceLROnPlateau as a factor on any schedule: rate = schedule(i) × scale. Keras' rule. Plain data. */
export interface PlateauScale {
  readonly kind: "plateauScale";
  readonly metric: string;
  readonly mode: "min" | "max";
  /** 0 < factor < 1; default 0.5 */
  readonly factor: number;
  /** evaluations without gain before a cut; default 5 */
  readonly patience: Duration<"evaluations">;
  /** smallest gain that counts; default 1e-4 */
  readonly minDelta: number;
  /** evaluations after a cut, the cut's own included, in which nothing is counted; default 0 */
  readonly cooldown: number;
  /** floor of the scale; default 0 */
  readonly minScale: number;
  /** `keras`: also Keras' way with values that are not finite. Default: such a value is never the best */
  readonly compat?: "keras";
}
/** A number as JSON can hold it. */
export type JsonNumber = number | "NaN" | "Infinity" | "-Infinity";

/** JSON. `cuts` are the steps at which the scale was cut. */
export interface PlateauScaleState {
  readonly scale: number;
  /** null until a value was accepted */
  readonly best: JsonNumber | null;
  readonly wait: number;
  readonly cooldown: number;
  readonly cuts: readonly number[];
}
