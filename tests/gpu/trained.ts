/** Workloads of the bench as they train here: the same data, weights and order each time. */
import type { EngineName } from "../../lib/engine/engine.ts";
import { constant } from "../../lib/schedules/constant.ts";
import { maxSteps } from "../../lib/criteria/max_steps.ts";
import { steps } from "../../lib/durations.ts";
import type { Spec } from "../../lib/training/spec.ts";
import { plateauSpec } from "../bench/engine/plateau_spec.ts";
import { rate, type WorkloadName, workloads } from "../bench/engine/workload.ts";
import { type Followed, followed, updatesOf } from "../training/followed.ts";

/** Updates that are compared. */
export const UPDATES = 48;

function specOf(name: WorkloadName): Spec {
  const workload = workloads[name], all = steps(UPDATES);
  const { batch } = workload;
  return {
    ...plateauSpec(workload),
    schedule: constant(rate),
    batch,
    evaluate: { every: all },
    stop: maxSteps(UPDATES),
    seed: 1,
  };
}

/** The first updates of a workload on the engine that has started, in calls of a few. */
export async function trained(name: WorkloadName): Promise<Followed> {
  const spec = specOf(name), updates = await updatesOf(spec, "compiled");
  try {
    return await followed(spec, updates, [1, 7, UPDATES - 8]);
  } finally {
    await updates.close();
  }
}

/** What a file of recorded losses holds. */
export interface Recorded {
  readonly engine: EngineName;
  readonly version: string;
  /** of each update, by workload */
  readonly losses: Readonly<Record<string, readonly number[]>>;
}
