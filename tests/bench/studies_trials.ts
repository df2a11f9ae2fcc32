/** The study of the bench `studies`: model M on digits, at rates that differ. */
import { digits } from "../../lib/data/digits.ts";
import { steps } from "../../lib/durations.ts";
import { mlp } from "../../lib/models/mlp.ts";
import { adam } from "../../lib/optimizers/adam.ts";
import { constant } from "../../lib/schedules/constant.ts";
import { logUniform } from "../../lib/studies/space.ts";
import type { Study } from "../../lib/studies/study.ts";

/** @param updates of each trial, which is evaluated twenty times */
export const trialsOfM = (name: string, trials: number, updates: number): Study => ({
  name,
  spec: {
    model: mlp({ layers: [64, 128, 128, 10] }),
    data: digits(),
    optimizer: adam(),
    schedule: constant(1e-3),
    batch: 32,
    evaluate: { every: steps(Math.max(1, Math.round(updates / 20))) },
  },
  space: { "schedule.rate": logUniform(1e-4, 1e-2) },
  budget: steps(updates),
  trials,
});
