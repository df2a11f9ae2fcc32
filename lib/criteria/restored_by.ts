/** Keeps what another library would restore. */
import { shown } from "../durations.ts";
import type { RestoredBy, Restoring } from "./selection.ts";

/**
 * Keeps the evaluation that a library restores under its own rule: Keras with `restore_best_weights`, Hugging Face's
 * Trainer with `load_best_model_at_end`, LightGBM's `best_iteration`. With a minimal gain that is the last accepted
 * one, not the true best; where Keras sees NaN first, it is that one.
 * @param rule made by `keras`, `transformers` or `lightgbm`
 * @throws TypeError for any other rule
 * @example
 * ```ts
 * import { keras } from "./compat/keras.ts";
 * const rule = keras({ metric: "validation.loss", mode: "min", patience: 3, minDelta: 0.01 });
 * const policy = { name: "as Keras", stop: rule, select: restoredBy(rule) };
 * ```
 */
export function restoredBy(rule: Restoring): RestoredBy {
  if (!["keras", "transformers", "lightgbm"].includes(rule?.kind)) {
    throw new TypeError(
      `invalid restoredBy: ${shown(rule)} (a rule made by keras, transformers or lightgbm)`,
    );
  }
  return { kind: "restoredBy", rule };
}
