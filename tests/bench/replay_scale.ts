/** Policies by the thousand on a long recording, and one policy on recordings by the thousand. */
import { any } from "../../lib/criteria/any.ts";
import { best } from "../../lib/criteria/best.ts";
import { keras } from "../../lib/criteria/compat/keras.ts";
import type { Criterion } from "../../lib/criteria/criterion.ts";
import { maxEpochs } from "../../lib/criteria/max_epochs.ts";
import { maxSteps } from "../../lib/criteria/max_steps.ts";
import { plateau } from "../../lib/criteria/plateau.ts";
import { precheltGL } from "../../lib/criteria/prechelt_gl.ts";
import { precheltUP } from "../../lib/criteria/prechelt_up.ts";
import { slope } from "../../lib/criteria/slope.ts";
import { batchPlan, positionAt } from "../../lib/batch_plan.ts";
import { recorder } from "../../lib/curves/recorder.ts";
import type { Trajectory } from "../../lib/curves/trajectory.ts";
import { epochs, evaluations, examples, steps } from "../../lib/durations.ts";
import type { Policy } from "../../lib/policies/policy.ts";
import { replayMany } from "../../lib/policies/replay.ts";
import { uniforms } from "../../lib/random.ts";
import { type Figure, median } from "./interleave.ts";

const ROUNDS = 7;
const metric = "validation.loss", mode = "min";

export function replayScale(): Promise<Figure[]> {
  const long = recording(10_000, 5, 0), policies = family();
  const short = Array.from({ length: 2_000 }, (_, seed) => recording(100, 5, seed));
  const [one] = policies.filter(({ stop }) => stop.kind === "plateau");
  const many = timed(() => replayMany([long], policies)), wide = timed(() => replayMany(short, [one]));
  const bench = "curves", unit = "ms";
  return Promise.resolve([
    {
      bench,
      what: `replay of ${policies.length} policies on ${long.evaluations.step.length} evaluations and ` +
        `${long.updates.step.length} updates, median of ${ROUNDS}`,
      value: median(many),
      unit,
      goal: "at most 500",
    },
    { bench, what: "the same, first run", value: many[0], unit },
    {
      bench,
      what: `replay of one policy on ${short.length} recordings of ${
        short[0].evaluations.step.length
      } evaluations`,
      value: median(wide),
      unit,
    },
  ]);
}

function timed(work: () => unknown): number[] {
  return Array.from({ length: ROUNDS }, () => {
    const began = performance.now();
    work();
    return performance.now() - began;
  });
}

/** A loss that falls to the very end, with noise: most rules are asked for long. */
function recording(count: number, every: number, seed: number): Trajectory {
  const batches = batchPlan(4_000, 32);
  const record = recorder({ name: `seed ${seed}`, seed, batches, metrics: [metric, "validation.accuracy"] });
  for (let step = 1; step <= count * every; step++) {
    const { evaluations: _, ...at } = positionAt(batches, step, 0, step / 100);
    record.update({ ...at, rate: 1e-3, loss: 1 / step });
    if (step % every !== 0) continue;
    const loss = 1 - step / (count * every) + 0.2 * uniforms(seed, "bench", step, 1)[0];
    record.evaluation({ ...at, metrics: { [metric]: loss, "validation.accuracy": -loss } });
  }
  record.finish("stopped");
  return record.trajectory();
}

/** Caps, patience in every unit with and without a smallest gain, slopes, Prechelt's rules and Keras'. */
function family(): Policy[] {
  const tenth = (each: (n: number, part: number) => Criterion) =>
    Array.from({ length: 100 }, (_, i) => each(i + 1, (i + 1) / 100));
  const waits = [evaluations, steps, examples, epochs] as const;
  const criteria = [
    ...tenth((n) => maxSteps(n * 500)),
    ...tenth((n) => maxEpochs(n * 4)),
    ...waits.flatMap((unit) =>
      tenth((n) => plateau({ metric, mode, patience: unit(n * 20), minDelta: (n % 10) / 1_000 }))
    ),
    ...tenth((n) => any(maxSteps(45_000), plateau({ metric, mode, patience: evaluations(n * 30) }))),
    ...tenth((n, part) =>
      n % 2
        ? slope({ metric, mode, window: evaluations(4 + n), threshold: part * 1e-6 })
        : precheltGL({ metric, alpha: 50 + n })
    ),
    ...tenth((n) => precheltUP({ metric, strips: 2 + n % 9, strip: evaluations(4 + n) })),
    ...tenth((n) => keras({ metric, mode, patience: n * 10, minDelta: (n % 5) / 1_000 })),
  ];
  return criteria.map((stop, i) => ({ name: `policy ${i}`, stop, select: best(metric, mode) }));
}
