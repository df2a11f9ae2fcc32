import assert from "node:assert/strict";
import { augmented } from "../../../lib/data/augmented.ts";
import { blobs } from "../../../lib/data/blobs.ts";
import { steps } from "../../../lib/durations.ts";
import { mlp } from "../../../lib/models/mlp.ts";
import { adamw } from "../../../lib/optimizers/adamw.ts";
import { cosine } from "../../../lib/schedules/cosine.ts";
import { warmupStableDecay } from "../../../lib/schedules/warmup_stable_decay.ts";
import type { Study, StudySpec } from "../../../lib/studies/study.ts";
import type { StudyRecord } from "../../../lib/studies/study_record.ts";
import {
  initialStepsFinding,
  type InitialStepsOptions,
  planInitialSteps,
  readInitialSteps,
} from "../../../lib/studies/procedures/initial_steps.ts";
import { stepsMoved } from "../../../lib/studies/procedures/steps_moved.ts";
import { trialsOf } from "../../../lib/studies/trials_of.ts";
import { studyFrom } from "./study_from.ts";

const spec: StudySpec = {
  model: mlp({ layers: [2, 8, 3], dropout: 0.2 }),
  data: augmented(blobs(), { noise: 0.1 }),
  optimizer: adamw({ decay: 0.05 }),
  schedule: cosine({ peak: 0.01, horizon: steps(500) }),
  batch: 16,
};
const study: Study = {
  name: "first",
  spec,
  space: {
    "schedule.peak": { kind: "float", min: 1e-4, max: 1e-1, log: true },
    "optimizer.decay": { kind: "float", min: 1e-4, max: 1, log: true },
    "model.dropout": { kind: "choice", values: [0, 0.5] },
  },
  budget: steps(500),
};

Deno.test("the plan searches and sweeps at N steps without augmentation and regularisation", () => {
  const { search, sweep, removed } = planInitialSteps(study);
  assert.deepEqual(removed, ["model.dropout 0.2", "optimizer.decay 0.05", "data.augmentation.noise 0.1"]);
  for (const { spec: { model, optimizer, data }, budget } of [search, sweep]) {
    assert.deepEqual(budget, steps(500));
    assert.equal((model as { dropout?: number }).dropout, 0);
    assert.equal((optimizer as { decay?: number }).decay, 0);
    assert.deepEqual(data.augmentation, {});
  }
  assert.deepEqual(Object.keys(search.space), ["schedule.peak"]);
  assert.deepEqual(Object.keys(sweep.space), ["schedule.rate"]);
  assert.equal(sweep.spec.schedule.kind, "constant");
  assert.equal((spec.model as { dropout?: number }).dropout, 0.2, "what was given stays");
});
Deno.test("both studies can be run as they are planned, the sweep at constant rates", () => {
  const { search, sweep } = planInitialSteps(study, { search: 5, sweep: 4 });
  assert.equal(trialsOf(search).length, 5);
  for (const { parameters, spec: { schedule } } of trialsOf(sweep)) {
    assert.deepEqual(schedule, { kind: "constant", rate: parameters["schedule.rate"] });
  }
});
Deno.test("the search has no more trials than points, also where the study is a grid or only regularises", () => {
  const { "schedule.peak": peak, "model.dropout": dropout } = study.space;
  const decay = { kind: "integer", min: 10, max: 11, log: false } as const;
  const cases: readonly (readonly [of: Partial<Study>, trials: number])[] = [
    [{ sampler: { kind: "grid", levels: 2 }, space: { "schedule.peak": peak } }, 16],
    [{ space: { "model.dropout": dropout } }, 1],
    [{ space: { batch: { kind: "choice", values: [8, 16] } } }, 2],
    [{
      spec: {
        ...spec,
        schedule: warmupStableDecay({ warmup: steps(5), peak: 0.1, decay: steps(10), horizon: steps(500) }),
      },
      space: { "schedule.decay.count": decay },
    }, 2],
  ];
  for (const [of, trials] of cases) {
    assert.equal(trialsOf(planInitialSteps({ ...study, ...of }).search).length, trials);
  }
});
const WRONG: readonly (readonly [options: InitialStepsOptions, message: RegExp])[] = [
  [{ search: 0 }, /invalid search: 0 \(a whole number, at least 1\)/],
  [{ rates: { min: 0, max: 1 } }, /invalid rates.min: 0/],
  [{ rates: { min: 1, max: 1 } }, /invalid rates.max: 1 \(above rates.min, 1\)/],
  [{ sweep: 2 }, /invalid sweep: 2/],
];
for (const [options, message] of WRONG) {
  Deno.test(`a plan of ${JSON.stringify(options)} is refused`, () => {
    assert.throws(() => planInitialSteps(study, options), message);
  });
}

/** Trials whose training loss falls to a bar after so many updates, by rate. */
const sweepOf = (falls: readonly (readonly [rate: number, after: number])[], low = 0.001): StudyRecord => {
  const made = studyFrom(
    falls.map(([rate]) => ({ losses: new Array(40).fill(1), parameters: { "schedule.rate": rate } })),
    {
      "schedule.rate": { kind: "float", min: 1e-4, max: 1, log: true },
    },
  );
  return {
    ...made,
    trials: made.trials.map((trial, i) => {
      const { updates } = trial.trajectory, loss = updates.loss.map((_, row) => row < falls[i][1] ? 1 : low);
      return { ...trial, trajectory: { ...trial.trajectory, updates: { ...updates, loss } } };
    }),
  };
};
Deno.test("the fastest trial to a perfect fit, held for an epoch, gives the first guess", () => {
  const found = readInitialSteps(sweepOf([[1e-3, 300], [1e-2, 120], [1e-1, 200]]));
  assert.deepEqual([found.steps, found.by, found.fits.map(({ number }) => number)], [130, "told", [1, 2, 0]]);
  assert.equal(found.border!.side, null);
  assert.match(
    initialStepsFinding(found).text,
    /The fastest of 3 trials came to a perfect fit, a training loss of 0.01, in 130 steps at a rate of 0.01\./,
  );
});
Deno.test("a fastest rate on the border is said, and what to sweep", () => {
  const found = readInitialSteps(sweepOf([[1e-2, 300], [1e-1, 200], [1, 100]]));
  assert.equal(found.border!.side, "max");
  assert.match(initialStepsFinding(found).action, /^Sweep higher rates/);
});
Deno.test("where none fits perfectly the best attainable is taken, and that is said", () => {
  const found = readInitialSteps(sweepOf([[1e-2, 100], [1e-1, 200]], 0.3));
  assert.deepEqual([found.by, found.steps], ["attained", 110]);
  assert.match(initialStepsFinding(found).text, /best attainable fit \(none was perfect\)/);
});
Deno.test("trials without a training loss tell no number of steps", () => {
  const found = readInitialSteps(sweepOf([[1e-2, 0], [1e-1, 0]], NaN));
  assert.equal(found.steps, null);
  assert.equal(initialStepsFinding(found).kind, "noFit");
});

const CHANGES: readonly (readonly [what: string, change: Partial<StudySpec>, paths: readonly string[]])[] = [
  ["nothing", {}, []],
  ["the metrics", { metrics: ["loss", "f1"] }, []],
  ["the batch", { batch: 64 }, ["batch"]],
  ["the architecture", { model: mlp({ layers: [2, 32, 3], dropout: 0.2 }) }, ["model.layers"]],
  ["the augmentation", { data: augmented(blobs(), { noise: 0.5 }) }, [
    "data.name",
    "data.augmentation.noise",
  ]],
  ["the optimizer's tuning", { optimizer: adamw({ decay: 0.05, beta2: 0.95 }) }, ["optimizer.beta2"]],
  ["the rate", { schedule: cosine({ peak: 0.02, horizon: steps(500) }) }, ["schedule.peak"]],
];
for (const [what, change, paths] of CHANGES) {
  Deno.test(`changing ${what} ${paths.length > 0 ? "means" : "does not mean"} finding the number anew`, () => {
    const moved = stepsMoved(spec, { ...spec, ...change });
    assert.deepEqual(moved.map(({ path }) => path), paths);
    assert.ok(moved.every(({ why, before, after }) => why.length > 0 && before !== after));
  });
}
