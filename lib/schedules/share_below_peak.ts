/** How much of a training happens at a small rate. */
import { between } from "../option_checks.ts";
import type { BatchPlan } from "../batch_plan.ts";
import { countFault, shown } from "../durations.ts";
import { PastHorizon } from "./past.ts";
import { resolve } from "./resolve.ts";
import type { Schedule } from "./schedule.ts";

const mostSamples = 4_096;

/**
 * The share of updates whose rate is below a share of the highest one among them: the pitfall of a training that is
 * gone on with past its decay. Exact up to 4,096 updates; of more, as many are sampled evenly. Updates past a horizon
 * that is an error never happen and do not count.
 *
 * Source: Tuning Playbook (Godbole et al. 2023), on extra steps at a tiny rate.
 * @param updates how many the training has, whole, at least 1
 * @param share between 0 and 1; default 0.1
 * @returns from 0 to 1
 * @example
 * ```ts
 * import { batchPlan } from "../batch_plan.ts";
 * import { steps } from "../durations.ts";
 * import { linear } from "./linear.ts";
 * const short = linear({ start: 1e-3, horizon: steps(500) });
 * const low = shareBelowPeak(short, batchPlan(1_097, 32), 1_000); // 0.549: half past its end, 49 just before
 * ```
 */
export function shareBelowPeak(schedule: Schedule, batches: BatchPlan, updates: number, share = 0.1): number {
  const fault = countFault("steps", updates);
  if (fault) throw new RangeError(`invalid updates: ${shown(updates)} (${fault})`);
  between("share", share, 0, 1);
  const rates = sampled(resolve(schedule, batches).rate, updates);
  const peak = rates.reduce((highest, rate) => Math.max(highest, rate), 0);
  // A rate at the share itself is not below it, whatever its last digit says.
  const bar = share * peak * (1 - 1e-9);
  return rates.filter((rate) => rate < bar).length / Math.max(1, rates.length);
}

function sampled(rateOf: (index: number) => number, updates: number): number[] {
  const samples = Math.min(updates, mostSamples), rates: number[] = [];
  for (let i = 0; i < samples; i++) {
    try {
      rates.push(rateOf(Math.floor((i + 0.5) * updates / samples)));
    } catch (error) {
      if (error instanceof PastHorizon) break;
      throw error;
    }
  }
  return rates;
}
