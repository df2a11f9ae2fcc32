import assert from "node:assert/strict";
import { plateau } from "../../lib/criteria/plateau.ts";
import { digits } from "../../lib/data/digits.ts";
import { epochs, evaluations, examples, steps } from "../../lib/durations.ts";
import { mlp } from "../../lib/models/mlp.ts";
import { adamw } from "../../lib/optimizers/adamw.ts";
import { constant } from "../../lib/schedules/constant.ts";
import { cosine } from "../../lib/schedules/cosine.ts";
import { filledStudy } from "../../lib/studies/filled_study.ts";
import { choice, integer, logUniform, uniform } from "../../lib/studies/space.ts";
import type { Study } from "../../lib/studies/study.ts";
import { trialsOf } from "../../lib/studies/trials_of.ts";

const data = digits();
const study: Study = {
  name: "rates",
  spec: {
    data,
    model: mlp({ layers: [64, 32, 10] }),
    optimizer: adamw(),
    schedule: constant(0.01),
    batch: 32,
  },
  space: {
    "schedule.rate": logUniform(1e-4, 1e-1),
    "optimizer.decay": uniform(0, 0.1),
    batch: choice([16, 32]),
  },
  budget: epochs(4),
  trials: 6,
};

Deno.test("the trials of a study are its points, each once with every seed, in an order that stays", () => {
  const trials = trialsOf({ ...study, seeds: [3, 5] });
  assert.deepEqual(trials.map(({ number, name, seed }) => `${number} ${name} ${seed}`).slice(0, 3), [
    "0 trial 0 3",
    "1 trial 1 5",
    "2 trial 2 3",
  ]);
  assert.equal(trials.length, 12);
  assert.deepEqual(trials[0].parameters, trials[1].parameters);
  for (const { spec, parameters, seed, name, maxSteps } of trials) {
    assert.deepEqual(spec.schedule, { kind: "constant", rate: parameters["schedule.rate"] });
    assert.equal(spec.batch, parameters.batch);
    assert.equal(spec.data, data);
    assert.deepEqual([spec.seed, spec.name, spec.stop], [seed, name, { kind: "maxEpochs", epochs: 4 }]);
    assert.deepEqual(spec.select, { kind: "best", metric: "validation.loss", mode: "min" });
    assert.equal(maxSteps, 4 * Math.ceil(1_097 / (parameters.batch as number)));
  }
  assert.deepEqual(trialsOf({ ...study, trials: 3 }), trialsOf(study).slice(0, 3));
});

Deno.test("a budget is a cap in its own unit, and a policy may end a trial before it", () => {
  const policy = plateau({ metric: "validation.loss", mode: "min", patience: evaluations(2) });
  const stops = [steps(100), epochs(2), examples(640)].map((budget) =>
    trialsOf({ ...study, budget, trials: 1 })[0].spec.stop
  );
  assert.deepEqual(stops, [{ kind: "maxSteps", steps: 100 }, { kind: "maxEpochs", epochs: 2 }, {
    kind: "maxExamples",
    examples: 640,
  }]);
  const [{ spec, maxSteps }] = trialsOf({ ...study, budget: steps(100), policy, trials: 1 });
  assert.deepEqual(spec.stop, { kind: "any", criteria: [{ kind: "maxSteps", steps: 100 }, policy] });
  assert.equal(maxSteps, 100);
});

Deno.test("what a study leaves out has its default, and an accuracy is better where it is more", () => {
  const { metric, mode, sampler, seeds, pruner, policy } = filledStudy(study);
  assert.deepEqual({ metric, mode, sampler, seeds, pruner, policy }, {
    metric: "validation.loss",
    mode: "min",
    sampler: { kind: "sobol", seed: 0 },
    seeds: [0],
    pruner: null,
    policy: null,
  });
  assert.equal(filledStudy({ ...study, metric: "val_accuracy" }).mode, "max");
});

Deno.test("all that can be wrong with a study is told in one line before anything trains", () => {
  const of = (changes: object) => () => trialsOf({ ...study, ...changes } as Study);
  const inSpace = (space: Study["space"]) => of({ space });
  const cases: [() => unknown, RegExp][] = [
    [of({ nmae: "x" }), /^unknown option of study: nmae \(has name, spec/],
    [
      of({ pruner: { kind: "halving", first: steps(140), eta: 3 } }),
      /^invalid pruner: first steps\(140\) \(before the budget of 4 epochs is used, or nothing is pruned\)$/,
    ],
    [
      of({ pruner: { kind: "median", after: epochs(5), least: 2 } }),
      /^invalid pruner: after epochs\(5\) \(before the budget/,
    ],
    [of({ budget: undefined }), /^missing field of study: budget \(needs name, spec, space and budget\)$/],
    [of({ name: " " }), /^invalid name: " " \(a text\)$/],
    [of({ budget: 500 }), /^invalid budget: 500 is a bare number; write epochs\(500\) or steps\(500\)$/],
    [
      of({ budget: { unit: "seconds", count: 5 } }),
      /^invalid budget: seconds\(5\) \(in steps, epochs or examples\)$/,
    ],
    [of({ trials: undefined }), /^missing field of study: trials \(how many points sobol draws\)$/],
    [of({ trials: 0 }), /^invalid trials: 0 \(a whole number, at least 1\)$/],
    [of({ seeds: [] }), /^invalid seeds: \[\] \(a list of at least one\)$/],
    [of({ seeds: [1, 2, 1] }), /^invalid seeds: 1 there twice$/],
    [of({ seeds: [0.5] }), /^invalid seeds\[0\]: 0.5 \(a whole number, at least 0\)$/],
    [of({ trials: 60_000, seeds: [1, 2] }), /^invalid seeds: 2 of 60,000 points \(at most 100,000 trials\)$/],
    [
      of({ spec: { ...study.spec, stop: { kind: "maxSteps", steps: 5 } } }),
      /^invalid spec: stop \(a study gives each trial its own/,
    ],
    [of({ spec: { ...study.spec, batch: 0 } }), /^invalid batch: 0 \(a whole number, at least 1\)$/],
    [of({ metric: "validation.los" }), /^unknown metric: validation.los \(has /],
    [
      of({ metric: "validation.f1.macro" }),
      /^invalid metrics: validation.f1.macro is not measured \(add "f1.macro"\)$/,
    ],
    [of({ metric: "test.loss" }), /^test.loss is reported, never obeyed: name a validation metric$/],
    [
      of({ policy: plateau({ metric: "val", mode: "min", patience: evaluations(2) }) }),
      /^unknown metric: val /,
    ],
    [
      inSpace({ "schedule.rat": uniform(0, 1) }),
      /^unknown parameter: schedule.rat \(did you mean schedule.rate\?\)$/,
    ],
    [
      inSpace({ max_train_steps: integer(10, 1_000) }),
      /^invalid parameter: max_train_steps \(the budget is chosen before a study/,
    ],
    [
      inSpace({ "schedule.rate": uniform(0, 1) }),
      /^invalid parameter: schedule.rate = 0: invalid rate: 0 \(a number above 0\)$/,
    ],
    [
      inSpace({ "model.dropout": uniform(0, 1) }),
      /^invalid parameter: model.dropout = 1: invalid dropout: 1 \(0 or more, below 1\)$/,
    ],
    [
      inSpace({ batch: uniform(16, 33) }),
      /^invalid parameter: batch = [\d.]+: invalid batch: [\d.]+ \(a whole number, at least 1\)$/,
    ],
    [
      inSpace({ batch: choice([16, "all"]) }),
      /^invalid parameter: batch = "all": invalid batch: "all" \(a whole number, at least 1\)$/,
    ],
    [
      inSpace({ "model.layers.0": integer(32, 64) }),
      /^invalid parameter: model.layers.0 = 32: invalid model: it reads 32 features, digits has 64$/,
    ],
    [
      inSpace({ "optimizer.kind": choice(["adamw", "sgd"]) }),
      /^invalid parameter: optimizer.kind = "sgd": unknown option of sgd: beta1/,
    ],
    [
      inSpace({ schedule: choice([1]), "schedule.rate": uniform(0.1, 1) }),
      /^invalid space: schedule.rate lies within schedule$/,
    ],
    [
      inSpace({ schedule: choice([1, 2]) }),
      /^invalid parameter: schedule = 1: invalid schedule: 1 \(a schedule\)$/,
    ],
    [
      of({
        spec: { ...study.spec, schedule: cosine({ peak: 0.1, horizon: epochs(4) }) },
        space: { "schedule.horizon.count": choice([4]) },
      }),
      /^invalid parameter: schedule.horizon.count \(it goes with the budget/,
    ],
  ];
  for (const [plan, message] of cases) assert.throws(plan, { message }, String(message));
});
