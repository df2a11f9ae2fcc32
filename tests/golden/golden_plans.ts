/** Updates under gradient accumulation, as the Trainer of transformers counts them. */
import assert from "node:assert/strict";
import { batchPlan, examplesAt, updatesPerEpoch } from "../../lib/batch_plan.ts";
import type { Check, GoldenCase } from "./vectors.ts";

export const plansCheck: Check = (file, golden) =>
  file.name === "steps-transformers" ? () => checkPlan(golden) : null;

function checkPlan({ id, params, all }: GoldenCase): void {
  const given = params as Record<string, number>, out = all.out as Record<string, number>;
  const { batches_per_epoch, batch_size, gradient_accumulation_steps: batches, num_train_epochs, max_steps } =
    given;
  const plan = batchPlan(batches_per_epoch * batch_size, batch_size, "train", { batches, leftover: "flush" });
  const perEpoch = updatesPerEpoch(plan);
  assert.equal(perEpoch, out.updates_per_epoch, `${id}: updates per epoch`);
  assert.equal(examplesAt(plan, perEpoch), out.num_examples, `${id}: examples`);
  assert.equal(batches * batch_size, out.total_train_batch_size, `${id}: examples of a full update`);
  const updates = max_steps > 0 ? max_steps : Math.ceil(num_train_epochs * perEpoch);
  assert.equal(updates, out.max_steps, `${id}: updates`);
  const epochs = max_steps > 0 ? Math.ceil(max_steps / perEpoch) : Math.ceil(num_train_epochs);
  assert.equal(epochs, out.num_train_epochs, `${id}: epochs begun`);
}
