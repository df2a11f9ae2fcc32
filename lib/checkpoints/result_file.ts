/** The selected weights as a file of their own: the same training, the same bytes, whenever and however often cut. */
import type { TrainState } from "../training/state.ts";
import { exactJson } from "./exact_json.ts";
import { encodeSafetensors } from "./safetensors.ts";
import { resultTensors } from "./state_tensors.ts";

/**
 * Weights by their plain names (`dense0.weights`), with the model and the evaluation they are of, without the clock.
 * Where nothing was selected they are those of the end.
 * @example
 * ```ts
 * import type { TrainState } from "../training/state.ts";
 * const bytes = (state: TrainState) => encodeResult(state);
 * ```
 */
export function encodeResult(state: TrainState): Uint8Array<ArrayBuffer> {
  const { plan, position, kept } = state;
  return encodeSafetensors(resultTensors(state), {
    format: "plateau.result",
    version: "1",
    model: plan.model,
    step: String(kept?.row.step ?? position.step),
    metrics: exactJson(kept?.row.metrics ?? {}),
  });
}
