/** Chooses how the updates of a training run: compiled where the engine can, one by one elsewhere. */
import type { BatchSource } from "../data/batch.ts";
import { batchSource } from "../data/batch_source.ts";
import type { Engine, EngineName } from "../engine/engine.ts";
import { NotRecordable } from "../engine/programs/not_recordable.ts";
import type { Programs } from "../engine/programs/programs.ts";
import { programsOf } from "../engine/programs_of.ts";
import { tf } from "../engine/tf.ts";
import { modelKind } from "../models/model_kind.ts";
import { eagerUpdates } from "./eager_updates.ts";
import type { FilledSpec } from "./spec.ts";
import { layoutOf } from "./tensors.ts";
import type { Updates } from "./updates.ts";

/**
 * @param signal whether no update is wanted any more: then nothing is compiled, and what compiles is not waited for
 * @returns what runs the updates; its owner closes it
 * @throws RangeError when the loss and the classes do not fit
 */
export async function updatesFor(spec: FilledSpec, engine: Engine, signal?: AbortSignal): Promise<Updates> {
  const { data, model, seed, batches } = spec;
  const source = () => batchSource(data, modelKind(model).loss(model), seed, batches);
  const programs = signal?.aborted ? null : await programsOf(engine.name);
  if (programs === null) return eagerUpdates(spec, source(), null);
  const compiling = compiled(spec, programs, source(), engine.name);
  const made = await (signal ? Promise.race([compiling, aborted(signal)]) : compiling);
  if (made !== null) return made;
  compiling.then((updates) => updates.close(), () => {}); // nobody is left to hear of a fault
  return eagerUpdates(spec, source(), null);
}

const aborted = (signal: AbortSignal) =>
  new Promise<null>((resolve) => {
    signal.addEventListener("abort", () => resolve(null), { once: true });
    if (signal.aborted) resolve(null); // while the engine was waited for
  });

async function compiled(
  spec: FilledSpec,
  programs: Programs,
  source: BatchSource,
  engine: EngineName,
): Promise<Updates> {
  const { compiledUpdates } = await import("./compiled_updates.ts");
  try {
    return await compiledUpdates(spec, layoutOf(spec), programs, source);
  } catch (error) {
    if (!(error instanceof NotRecordable)) throw error;
    const { backendName } = tf.engine(), on = backendName === engine ? "" : ` on ${backendName}`;
    return eagerUpdates(spec, source, `updates run one operation at a time${on}: ${error.message}`);
  }
}
