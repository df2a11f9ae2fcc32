/** Every kind of schedule by its name. */
import { shown } from "../durations.ts";
import { constantKind } from "./constant.ts";
import { cosineKind } from "./cosine.ts";
import { cosineRestartsKind } from "./cosine_restarts.ts";
import { cyclicKind } from "./cyclic.ts";
import { exponentialKind } from "./exponential.ts";
import { inverseSqrtKind } from "./inverse_sqrt.ts";
import { inverseTimeKind } from "./inverse_time.ts";
import { joinKind } from "./join.ts";
import { linearKind } from "./linear.ts";
import { oneCycleKind } from "./one_cycle.ts";
import { piecewiseKind } from "./piecewise.ts";
import { polynomialKind } from "./polynomial.ts";
import { scaleKind } from "./scale.ts";
import type { Schedule, ScheduleKind } from "./schedule.ts";
import { stepKind } from "./step.ts";
import { warmupKind } from "./warmup.ts";
import { warmupCosineKind } from "./warmup_cosine.ts";
import { warmupStableDecayKind } from "./warmup_stable_decay.ts";

type Kinds = { readonly [K in Schedule["kind"]]: ScheduleKind<Extract<Schedule, { kind: K }>> };

const kinds: Kinds = {
  constant: constantKind,
  linear: linearKind,
  polynomial: polynomialKind,
  exponential: exponentialKind,
  step: stepKind,
  piecewise: piecewiseKind,
  inverseTime: inverseTimeKind,
  inverseSqrt: inverseSqrtKind,
  cosine: cosineKind,
  cosineRestarts: cosineRestartsKind,
  oneCycle: oneCycleKind,
  cyclic: cyclicKind,
  warmup: warmupKind,
  warmupCosine: warmupCosineKind,
  warmupStableDecay: warmupStableDecayKind,
  join: joinKind,
  scale: scaleKind,
};

/**
 * The behaviour of a schedule by its kind.
 * @throws TypeError `unknown schedule: "cosin" (has constant, linear, …)`
 */
export function kindOf(kind: unknown): ScheduleKind<Schedule> {
  if (typeof kind !== "string" || !Object.hasOwn(kinds, kind)) {
    throw new TypeError(`unknown schedule: ${shown(kind)} (has ${Object.keys(kinds).join(", ")})`);
  }
  // The kind ties the schedule to its behaviour; the type system does not see that.
  return kinds[kind as Schedule["kind"]] as unknown as ScheduleKind<Schedule>;
}
