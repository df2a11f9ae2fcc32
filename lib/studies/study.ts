/** A study as data: what is tried, how it is drawn, what each trial is given, what it is judged by. */
import type { PlannedUnit } from "../batch_plan.ts";
import type { Criterion, Metric, Mode } from "../criteria/criterion.ts";
import type { Duration } from "../durations.ts";
import type { Spec } from "../training/spec.ts";
import type { Pruner } from "./pruner.ts";
import type { Sampler } from "./sampler.ts";
import type { Space } from "./space.ts";

/** What every trial trains, but for what the space says. When it ends, its seed and its folder are the study's to say. */
export type StudySpec = Omit<
  Spec,
  "stop" | "seed" | "name" | "checkpoint" | "from" | "onNoop" | "signal"
>;

export interface Study {
  readonly name: string;
  readonly spec: StudySpec;
  /** parameters by their path in the spec */
  readonly space: Space;
  /** what every trial is given: chosen, kept for the whole study, never tuned within it */
  readonly budget: Duration<PlannedUnit>;
  /** what may end a trial before; default nothing */
  readonly policy?: Criterion | null;
  /** default `validation.loss` */
  readonly metric?: Metric;
  /** default by the metric's name: more of an accuracy or a score, less of anything else */
  readonly mode?: Mode;
  /** how parameters are drawn; default the quasi-random sequence of Sobol, from seed 0 */
  readonly sampler?: Sampler;
  /** how many points are drawn; of a grid all of them */
  readonly trials?: number;
  /** each point is trained once with each; default one, 0 */
  readonly seeds?: readonly number[];
  /** what gives trials up for others; default nothing */
  readonly pruner?: Pruner | null;
}
