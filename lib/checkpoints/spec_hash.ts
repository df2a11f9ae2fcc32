/** What a training is, as one short name: the same spec, the same hash. */
import { createHash } from "node:crypto";
import type { Plan } from "../training/plan.ts";

/** All that decides what is trained and recorded; not its name, its checkpoints, or the engine it runs on. */
const DECISIVE = [
  "model",
  "data",
  "dataFingerprint",
  "optimizer",
  "schedule",
  "scale",
  "stop",
  "select",
  "seed",
  "batches",
  "gradients",
  "average",
  "metrics",
  "evaluationEvery",
] as const satisfies readonly (keyof Plan)[];

/**
 * SHA-256 of a plan's decisive fields, in hex. The rule that stops is one of them: another cap is another training.
 * @example
 * ```ts
 * import { plan, type Spec } from "plateau";
 * const name = (spec: Spec) => specHash(plan(spec)).slice(0, 12);
 * ```
 */
export function specHash(plan: Plan): string {
  const decisive = DECISIVE.map((field) => [field, plan[field]]);
  return createHash("sha256").update(JSON.stringify(decisive)).digest("hex");
}
