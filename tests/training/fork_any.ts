/** Forks of whatever trainings, from whatever step, beside the same told from the beginning: few of them in every run. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { any } from "../../lib/criteria/any.ts";
import { best } from "../../lib/criteria/best.ts";
import { last } from "../../lib/criteria/last.ts";
import { maxEpochs } from "../../lib/criteria/max_epochs.ts";
import { maxSteps } from "../../lib/criteria/max_steps.ts";
import { plateau } from "../../lib/criteria/plateau.ts";
import { windowMean } from "../../lib/criteria/window_mean.ts";
import { blobs } from "../../lib/data/blobs.ts";
import { epochs, evaluations, steps } from "../../lib/durations.ts";
import { setEngineChoice } from "../../lib/engine/engine.ts";
import { mlp } from "../../lib/models/mlp.ts";
import { adam } from "../../lib/optimizers/adam.ts";
import { sgd } from "../../lib/optimizers/sgd.ts";
import { constant } from "../../lib/schedules/constant.ts";
import { join } from "../../lib/schedules/join.ts";
import { plateauScale } from "../../lib/schedules/plateau_scale.ts";
import { warmupStableDecay } from "../../lib/schedules/warmup_stable_decay.ts";
import { fork } from "../../lib/training/fork.ts";
import type { Spec } from "../../lib/training/spec.ts";
import { endOf, lastOf, recordedUpTo } from "./alone.ts";
import { trained } from "./fixture.ts";

const LOSS = { metric: "validation.loss", mode: "min" } as const;
const data = blobs({ centers: [[-1, 0, 1], [1, 0, 0], [0, 1, 0]], perClass: 31 });
const selections = fc.constantFrom(
  last(),
  best("validation.loss", "min"),
  windowMean({ ...LOSS, window: evaluations(3) }),
);
const rules = fc.record({
  factor: fc.constantFrom(0.1, 0.5),
  patience: fc.constantFrom(evaluations(1), steps(4), epochs(1)),
  cooldown: fc.constantFrom(evaluations(1), steps(5)),
  minDelta: fc.constantFrom(0, 9),
}).map((options) => plateauScale({ ...LOSS, ...options }));
const specs: fc.Arbitrary<Spec> = fc.record({
  model: fc.record({ dropout: fc.constantFrom(0, 0.3), batchNorm: fc.boolean() })
    .map((options) => mlp({ layers: [3, 8, 3], ...options })),
  data: fc.constant(data),
  optimizer: fc.constantFrom(sgd(), adam()),
  schedule: fc.constantFrom(
    constant(0.05),
    join({ schedules: [constant(0.05), constant(0.01)], borders: [epochs(1)] }),
    warmupStableDecay({ peak: 0.05, decay: steps(10), horizon: steps(20) }),
  ),
  scale: fc.option(rules),
  batch: fc.constantFrom(8, 13),
  remainder: fc.constantFrom("train", "drop", "wrap"),
  accumulate: fc.constantFrom(...[1, 2].map((batches) => ({ batches })), {
    batches: 3,
    leftover: "carry" as const,
  }),
  clip: fc.constantFrom(null, { norm: 0.5 }),
  average: fc.constantFrom(null, { decay: 0.9 }),
  evaluate: fc.constantFrom(steps(3), epochs(0.5), epochs(1)).map((every) => ({ every })),
  stop: fc.constantFrom(
    maxSteps(17),
    maxEpochs(2),
    any(maxSteps(20), plateau({ ...LOSS, patience: evaluations(2) })),
  ),
  select: selections,
  checkpoint: fc.constantFrom(null, { every: steps(5), keep: { best: 0, last: 9 } }),
  seed: fc.nat(9),
});

/** @param numRuns how many trainings are forked */
export const forkAnyTest = (numRuns: number): void =>
  Deno.test("whatever is trained, a fork from any step ends as if its changes had been told from the beginning", async () => {
    setEngineChoice("wasm");
    await fc.assert(
      fc.asyncProperty(specs, fc.nat(), selections, async (spec, somewhere, select) => {
        const trunk = await trained(spec), step = somewhere % trunk.at.step;
        for (const changes of [{}, { select, stop: maxSteps(trunk.at.step + 5) }]) {
          const run = await lastOf(fork(trunk, step, changes)),
            alone = await trained({ ...spec, ...changes });
          assert.deepEqual(endOf(run), endOf(alone));
          assert.deepEqual(recordedUpTo(run.trajectory, Infinity), recordedUpTo(alone.trajectory, Infinity));
        }
      }),
      { numRuns },
    );
  });
