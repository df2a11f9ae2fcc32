/** Reads an optimizer from JSON. */
import { shown } from "../durations.ts";
import { adam } from "./adam.ts";
import { adamw } from "./adamw.ts";
import { lion } from "./lion.ts";
import { momentum } from "./momentum.ts";
import { nesterov } from "./nesterov.ts";
import type { Optimizer } from "./optimizer.ts";
import { rmsprop } from "./rmsprop.ts";
import { sgd } from "./sgd.ts";

const CONSTRUCTORS: { readonly [K in Optimizer["kind"]]: (options: object) => Optimizer } = {
  sgd,
  momentum,
  nesterov,
  rmsprop,
  adam,
  adamw,
  lion,
};

/**
 * An optimizer from a value of unknown origin, checked as its constructor checks.
 *
 * @throws TypeError for what is no optimizer or has an unknown key, RangeError for a value out of range
 *
 * @example
 * ```ts
 * import { asOptimizer } from "./as_optimizer.ts";
 * const optimizer = asOptimizer(JSON.parse('{ "kind": "adamw", "decay": 0.05 }'));
 * ```
 */
export function asOptimizer(value: unknown): Optimizer {
  const { kind, ...options } = (typeof value === "object" && value !== null ? value : {}) as Record<
    string,
    unknown
  >;
  if (typeof kind === "string" && Object.hasOwn(CONSTRUCTORS, kind)) {
    return CONSTRUCTORS[kind as Optimizer["kind"]](options);
  }
  throw new TypeError(`invalid optimizer: ${shown(value)} (kind ${Object.keys(CONSTRUCTORS).join(", ")})`);
}
