/** A training small enough to repeat often: 16 hidden units on the digits. */
import { mlp } from "../../lib/models/mlp.ts";
import { adam } from "../../lib/optimizers/adam.ts";
import { maxSteps } from "../../lib/criteria/max_steps.ts";
import { digits } from "../../lib/data/digits.ts";
import { steps } from "../../lib/durations.ts";
import { constant } from "../../lib/schedules/constant.ts";
import type { TrainingEvent } from "../../lib/training/event.ts";
import type { Spec } from "../../lib/training/spec.ts";
import { train } from "../../lib/training/train.ts";

export const data = digits();

export const small: Spec = {
  model: mlp({ layers: [64, 16, 10] }),
  data,
  optimizer: adam(),
  schedule: constant(3e-3),
  batch: 32,
  evaluate: { every: steps(5) },
  seed: 3,
  stop: maxSteps(40),
};

/** All events of a training. */
export async function eventsOf(spec: Spec): Promise<TrainingEvent[]> {
  const events: TrainingEvent[] = [];
  for await (const event of train(spec)) events.push(event);
  return events;
}

/** The last event of a training. */
export async function trained(
  spec: Spec,
): Promise<TrainingEvent & { outcome: NonNullable<TrainingEvent["outcome"]> }> {
  const last = (await eventsOf(spec)).at(-1)!;
  return { ...last, outcome: last.outcome! };
}
