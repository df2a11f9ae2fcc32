/** What every schedule is: plain data, resolved by a batch plan to a pure function of the update index. */
import type { BatchPlan } from "../batch_plan.ts";
import type { Constant } from "./constant.ts";
import type { Cosine } from "./cosine.ts";
import type { CosineRestarts } from "./cosine_restarts.ts";
import type { Cyclic } from "./cyclic.ts";
import type { Exponential } from "./exponential.ts";
import type { InverseSqrt } from "./inverse_sqrt.ts";
import type { InverseTime } from "./inverse_time.ts";
import type { Join } from "./join.ts";
import type { Linear } from "./linear.ts";
import type { OneCycle } from "./one_cycle.ts";
import type { Piecewise } from "./piecewise.ts";
import type { Polynomial } from "./polynomial.ts";
import type { Scale } from "./scale.ts";
import type { Step } from "./step.ts";
import type { Warmup } from "./warmup.ts";
import type { WarmupCosine } from "./warmup_cosine.ts";
import type { WarmupStableDecay } from "./warmup_stable_decay.ts";

export type { PlateauScale, PlateauScaleState } from "./plateau_scale_rule.ts";

export type Schedule =
  | Constant
  | Linear
  | Polynomial
  | Exponential
  | Step
  | Piecewise
  | InverseTime
  | InverseSqrt
  | Cosine
  | CosineRestarts
  | OneCycle
  | Cyclic
  | Warmup
  | WarmupCosine
  | WarmupStableDecay
  | Join
  | Scale;

export interface ResolvedSchedule {
  /** updates after which nothing new is planned; null where there is no end */
  readonly horizon: number | null;
  /** updates of warm-up at the beginning */
  readonly warmup: number;
  /** highest rate it can give; of a product of two schedules, a bound */
  readonly peak: number;
  /** rate that update `index` uses, index from 0 */
  rate(index: number): number;
}
/** Resolves any schedule: how a schedule reaches those it is made of. */
export type Resolve = (schedule: Schedule, batches: BatchPlan) => ResolvedSchedule;

/** The behaviour of one kind of schedule. */
export interface ScheduleKind<S extends Schedule> {
  /** options, in the order of the text */
  readonly keys: readonly string[];
  /** values that the text leaves out */
  readonly defaults: Readonly<Record<string, unknown>>;
  /** its constructor */
  make(options: Omit<S, "kind">): S;
  resolve(schedule: S, batches: BatchPlan, resolve: Resolve): ResolvedSchedule;
}
