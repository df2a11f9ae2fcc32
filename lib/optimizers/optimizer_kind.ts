/** The kind that knows how an optimizer updates. */
import { adamKind } from "./adam.ts";
import { momentumKind } from "./momentum.ts";
import type { Optimizer, OptimizerKind } from "./optimizer.ts";
import { sgdKind } from "./sgd.ts";

const KINDS: { readonly [K in Optimizer["kind"]]: OptimizerKind<Extract<Optimizer, { kind: K }>> } = {
  sgd: sgdKind,
  momentum: momentumKind,
  adam: adamKind,
};

/** @throws TypeError `unknown optimizer: …` for anything that no constructor of `optimizers` made */
export function optimizerKind(optimizer: Optimizer): OptimizerKind<Optimizer> {
  const kind = KINDS[optimizer?.kind];
  if (!kind) {
    throw new TypeError(`unknown optimizer: ${JSON.stringify(optimizer)} (optimizers.sgd, momentum, adam)`);
  }
  return kind as OptimizerKind<Optimizer>;
}
