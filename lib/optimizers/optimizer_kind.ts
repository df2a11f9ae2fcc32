/** The kind that knows how an optimizer updates. */
import { adamKind } from "./adam.ts";
import { adamwKind } from "./adamw.ts";
import { lionKind } from "./lion.ts";
import { momentumKind } from "./momentum.ts";
import { nesterovKind } from "./nesterov.ts";
import type { Optimizer, OptimizerKind } from "./optimizer.ts";
import { rmspropKind } from "./rmsprop.ts";
import { sgdKind } from "./sgd.ts";

const KINDS: { readonly [K in Optimizer["kind"]]: OptimizerKind<Extract<Optimizer, { kind: K }>> } = {
  sgd: sgdKind,
  momentum: momentumKind,
  nesterov: nesterovKind,
  rmsprop: rmspropKind,
  adam: adamKind,
  adamw: adamwKind,
  lion: lionKind,
};

/** @throws TypeError `unknown optimizer: …` for anything that no constructor of `optimizers` made */
export function optimizerKind(optimizer: Optimizer): OptimizerKind<Optimizer> {
  const kind = Object.hasOwn(KINDS, optimizer?.kind) ? KINDS[optimizer.kind] : null;
  if (!kind) {
    throw new TypeError(
      `unknown optimizer: ${JSON.stringify(optimizer)} (optimizers.${Object.keys(KINDS).join(", ")})`,
    );
  }
  return kind as OptimizerKind<Optimizer>;
}
