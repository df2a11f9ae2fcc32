/** Reads a model from JSON. */
import { checkKeys } from "../option_checks.ts";
import { shown } from "../durations.ts";
import { convnet, type ConvnetOptions } from "./convnet.ts";
import { asFromLayers } from "./from_layers.ts";
import { logistic, type LogisticOptions } from "./logistic.ts";
import { mlp, type MlpOptions } from "./mlp.ts";
import type { Model } from "./model.ts";

/**
 * A model from a value of unknown origin, checked as its constructor checks.
 *
 * @throws TypeError for what is no model or has an unknown key, RangeError for a value out of range
 *
 * @example
 * ```ts
 * import { asModel } from "./as_model.ts";
 * const model = asModel(JSON.parse('{ "kind": "mlp", "layers": [64, 128, 10] }'));
 * ```
 */
export function asModel(value: unknown): Model {
  const { kind, ...options } = (typeof value === "object" && value !== null ? value : {}) as Record<
    string,
    unknown
  >;
  switch (kind) {
    case "mlp":
      return mlp(options as unknown as MlpOptions);
    case "logistic":
      return logistic(options as unknown as LogisticOptions);
    case "convnet":
      return convnet(options as unknown as ConvnetOptions);
    case "layers":
      checkKeys(kind, options, ["topology", "weights", "loss"]);
      return asFromLayers(options);
  }
  throw new TypeError(`invalid model: ${shown(value)} (kind mlp, logistic, convnet or layers)`);
}
