/** The kind that knows a model's parameters and forward pass. */
import { convnetKind } from "./convnet.ts";
import { fromLayersKind } from "./from_layers.ts";
import { logisticKind } from "./logistic.ts";
import { mlpKind } from "./mlp.ts";
import type { Model, ModelKind } from "./model.ts";

const KINDS: { readonly [K in Model["kind"]]: ModelKind<Extract<Model, { kind: K }>> } = {
  mlp: mlpKind,
  logistic: logisticKind,
  convnet: convnetKind,
  layers: fromLayersKind,
};

/** @throws TypeError `unknown model: …` for anything that no constructor of `models` made */
export function modelKind(model: Model): ModelKind<Model> {
  const kind = Object.hasOwn(KINDS, model?.kind) ? KINDS[model.kind] : null;
  if (!kind) {
    throw new TypeError(
      `unknown model: ${JSON.stringify(model)} (models.mlp, logistic, convnet, fromLayers)`,
    );
  }
  return kind as ModelKind<Model>;
}
