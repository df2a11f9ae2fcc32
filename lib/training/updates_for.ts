/** Chooses how the updates of a training run: compiled where the engine can, one by one elsewhere. */
import { batchSource } from "../data/batch_source.ts";
import type { Engine } from "../engine/engine.ts";
import { NotRecordable } from "../engine/not_recordable.ts";
import { modelKind } from "../models/model_kind.ts";
import { eagerUpdates } from "./eager_updates.ts";
import type { FilledSpec } from "./spec.ts";
import { layoutOf } from "./tensors.ts";
import type { Updates } from "./updates.ts";

/**
 * @param compile default true; false where no update will run
 * @returns what runs the updates; its owner closes it
 * @throws RangeError when the loss and the classes do not fit
 */
export async function updatesFor(spec: FilledSpec, engine: Engine, compile = true): Promise<Updates> {
  const { data, model, seed, batches } = spec;
  const source = batchSource(data, modelKind(model).loss(model), seed, batches);
  if (engine.name !== "tensorflow" || !compile) return eagerUpdates(spec, source, null);
  const [{ compiledUpdates }, { nativeBinding }] = await Promise.all([
    import("./compiled_updates.ts"),
    import("../engine/tensorflow.ts"),
  ]);
  try {
    return await compiledUpdates(spec, layoutOf(spec), nativeBinding()!, source);
  } catch (error) {
    if (!(error instanceof NotRecordable)) throw error;
    return eagerUpdates(spec, source, `updates run one operation at a time: ${error.message}`);
  }
}
