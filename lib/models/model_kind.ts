/** The kind that knows a model's parameters and forward pass. */
import { mlpKind } from "./mlp.ts";
import type { Model, ModelKind } from "./model.ts";

const KINDS: { readonly [K in Model["kind"]]: ModelKind<Extract<Model, { kind: K }>> } = { mlp: mlpKind };

/** @throws TypeError `unknown model: …` for anything that no constructor of `models` made */
export function modelKind(model: Model): ModelKind<Model> {
  const kind = KINDS[model?.kind];
  if (!kind) throw new TypeError(`unknown model: ${JSON.stringify(model)} (models.mlp)`);
  return kind;
}
