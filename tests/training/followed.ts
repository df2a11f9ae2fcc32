/** Updates followed from the first weights on, without the loop around them: to compare what runs them. */
import { sameShapeFrom } from "../../lib/data/batch_rows.ts";
import { batchSource } from "../../lib/data/batch_source.ts";
import { engineNow } from "../../lib/engine/engine.ts";
import { programsOf } from "../../lib/engine/programs_of.ts";
import { tf } from "../../lib/engine/tf.ts";
import { modelKind } from "../../lib/models/model_kind.ts";
import { resolve } from "../../lib/schedules/resolve.ts";
import { compiledUpdates } from "../../lib/training/compiled_updates.ts";
import { eagerUpdates } from "../../lib/training/eager_updates.ts";
import { listed } from "../../lib/training/loop_tensors.ts";
import { filledSpec, type Spec } from "../../lib/training/spec.ts";
import { freshTensors, layoutOf } from "../../lib/training/tensors.ts";
import type { LoopTensors, Outputs, Updates } from "../../lib/training/updates.ts";

export interface Followed {
  readonly mode: Updates["mode"];
  readonly losses: readonly number[];
  /** of the evaluation at the end */
  readonly outputs: Outputs;
  /** parameters, statistics, slots and running mean at the end */
  readonly values: readonly Float32Array[];
}

/** What runs the updates of a spec, on the engine that has started. */
export async function updatesOf(spec: Spec, how: "compiled" | "eager"): Promise<Updates> {
  const filled = filledSpec(spec), { data, model, seed, batches } = filled;
  const source = batchSource(data, modelKind(model).loss(model), seed, batches);
  return how === "eager"
    ? eagerUpdates(filled, source, null)
    : await compiledUpdates(filled, layoutOf(filled), (await programsOf(engineNow()!.name))!, source);
}

/** As many updates as `lengths` add up to, in calls that are no longer than those. */
export async function followed(spec: Spec, updates: Updates, lengths: readonly number[]): Promise<Followed> {
  const filled = filledSpec(spec), { batches } = filled, { rate } = resolve(filled.schedule, batches);
  let tensors: LoopTensors = freshTensors(filled), step = 0;
  const losses: number[] = [];
  for (const length of lengths) {
    for (const end = step + length; step < end;) {
      const count = updates.mode === "eager" ? 1 : sameShapeFrom(batches, step, end - step);
      const rates = Array.from({ length: count }, (_, i) => rate(step + i));
      const ran = (await updates.run({ tensors, step, tries: step, rates, evaluate: false }))!;
      if (ran.failed !== null) {
        throw new Error(`update ${step + ran.losses.length + 1} failed: ${ran.failed}`);
      }
      const after = new Set(listed(ran.tensors));
      tf.dispose(listed(tensors).filter((tensor) => !after.has(tensor)));
      tensors = ran.tensors;
      losses.push(...Array.from(ran.losses));
      step += count;
    }
  }
  const ran = (await updates.run({ tensors, step, tries: step, rates: [], evaluate: true }))!;
  const values = listed(ran.tensors).map((tensor) => tensor.dataSync().slice() as Float32Array);
  tf.dispose([...new Set([...listed(tensors), ...listed(ran.tensors)])]);
  return { mode: updates.mode, losses, outputs: ran.outputs!, values };
}
