/** Our updates, bare: nothing recorded, evaluated only where that is asked for. */
import { maxSteps } from "../../../lib/criteria/max_steps.ts";
import { steps } from "../../../lib/durations.ts";
import { type EngineName, startEngine } from "../../../lib/engine/engine.ts";
import { isNative } from "../../../lib/engine/engine_choice.ts";
import { constant } from "../../../lib/schedules/constant.ts";
import { type FilledSpec, filledSpec } from "../../../lib/training/spec.ts";
import { updatesFor } from "../../../lib/training/updates_for.ts";
import { bareUpdates } from "../bare_updates.ts";
import type { Prepared } from "./block.ts";
import { plateauSpec } from "./plateau_spec.ts";
import { rate, updatesPerEpoch, type Workload } from "./workload.ts";

/**
 * Prepares a workload on an engine, and makes the first epoch: on the native ones as a compiled chunk, elsewhere one by
 * one.
 *
 * @param every updates between evaluations, which measure loss and accuracy on all held-out examples; null: none
 */
export async function prepareChunk(
  workload: Workload,
  engine: EngineName,
  every: number | null,
): Promise<Prepared> {
  const longest = every ?? workload.chunk, spec = chunkSpec(workload, longest);
  const updates = await updatesFor(spec, await startEngine(engine));
  const compiled = updates.mode !== "eager";
  if (isNative(engine) && !compiled) throw new Error(`not compiled: ${updates.why}`);
  const bare = bareUpdates(spec, updates, every), perEpoch = updatesPerEpoch(workload);
  const loss = await bare.run(perEpoch) / perEpoch;
  const run = async (count: number) => {
    const began = performance.now();
    await bare.run(count);
    return (performance.now() - began) / count;
  };
  return { loss, grain: compiled ? longest : 1, run };
}

/** A workload as a training that evaluates every `longest` updates. */
export const chunkSpec = (workload: Workload, longest: number): FilledSpec =>
  filledSpec({
    ...plateauSpec(workload),
    schedule: constant(rate),
    batch: workload.batch,
    evaluate: { every: steps(longest) },
    stop: maxSteps(longest),
  });
