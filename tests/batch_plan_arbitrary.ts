/** Batch plans at random: every remainder, with and without accumulation. */
import fc from "fast-check";
import { batchPlan, type Leftover, type Remainder } from "../lib/batch_plan.ts";

export const plans = fc.tuple(
  fc.integer({ min: 1, max: 300 }),
  fc.integer({ min: 1, max: 64 }),
  fc.constantFrom<Remainder>("train", "drop", "wrap"),
  fc.constantFrom(1, 1, 2, 3, 7),
  fc.constantFrom<Leftover>("flush", "carry", "drop"),
).filter(([examples, batch, remainder, batches, leftover]) =>
  (remainder !== "drop" || batch <= examples) &&
  (leftover !== "drop" || remainder === "wrap" || batches === 1 || Math.floor(examples / batch) >= batches)
).map(([examples, batch, remainder, batches, leftover]) =>
  batchPlan(examples, batch, remainder, { batches, leftover })
);
