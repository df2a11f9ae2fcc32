import assert from "node:assert/strict";
import fc from "fast-check";
import { refusalOf } from "../../lib/studies/never_tuned.ts";
import { UnknownParameter, withParameters } from "../../lib/studies/with_parameters.ts";

const data = { training: { count: 100 } };
const spec = {
  data,
  model: { kind: "mlp", layers: [64, 32, 10], dropout: 0 },
  optimizer: { kind: "adamw", decay: 0.01 },
  schedule: {
    kind: "warmupCosine",
    warmup: { unit: "steps", count: 10 },
    peak: 0.1,
    horizon: { unit: "steps", count: 100 },
  },
  batch: 32,
  clip: null,
};

Deno.test("values come to their paths, and nothing else changes: the data is the same, the given spec is as it was", () => {
  const before = structuredClone(spec);
  const changed = withParameters(spec, {
    "schedule.peak": 0.3,
    "model.layers.1": 128,
    batch: 64,
    "schedule.warmup.count": 5,
  });
  assert.deepEqual(changed, {
    ...spec,
    model: { ...spec.model, layers: [64, 128, 10] },
    schedule: { ...spec.schedule, peak: 0.3, warmup: { unit: "steps", count: 5 } },
    batch: 64,
  });
  assert.equal(changed.data, data);
  assert.equal(changed.optimizer, spec.optimizer);
  assert.deepEqual(spec, before);
});

Deno.test("optional fields of a spec may be missing from it, or be null", () => {
  const changed = withParameters(spec as object, {
    "clip.norm": 1,
    "average.decay": 0.99,
    remainder: "drop",
    "accumulate.batches": 2,
  });
  assert.deepEqual(changed, {
    ...spec,
    clip: { norm: 1 },
    average: { decay: 0.99 },
    remainder: "drop",
    accumulate: { batches: 2 },
  });
});

Deno.test("a path that leads nowhere is refused, with the path that was meant", () => {
  const cases: [string, string][] = [
    [
      "schedule.rat",
      "unknown parameter: schedule.rat (has schedule.kind, schedule.warmup.unit, schedule.warmup.count, schedule.peak)",
    ],
    ["schedule.peek", "unknown parameter: schedule.peek (did you mean schedule.peak?)"],
    ["optimizer.deacy", "unknown parameter: optimizer.deacy (did you mean optimizer.decay?)"],
    ["bacth", "unknown parameter: bacth (did you mean batch?)"],
    ["clip.nrom", "unknown parameter: clip.nrom (did you mean clip.norm?)"],
    [
      "model.layers.3",
      "unknown parameter: model.layers.3 (has model.layers.0, model.layers.1, model.layers.2)",
    ],
    [
      "model.layers.01",
      "unknown parameter: model.layers.01 (has model.layers.0, model.layers.1, model.layers.2)",
    ],
    [
      "model.layers.length",
      "unknown parameter: model.layers.length (has model.layers.0, model.layers.1, model.layers.2)",
    ],
    ["batch.size", "unknown parameter: batch.size (has batch)"],
    [
      "model.__proto__.polluted",
      "unknown parameter: model.__proto__.polluted (has model.kind, model.layers.0, model.layers.1, model.layers.2, model.dropout)",
    ],
    ["", "unknown parameter:  (has model.kind)"],
  ];
  for (const [path, message] of cases) {
    assert.throws(() => withParameters(spec, { [path]: 1 }), (error) => {
      assert.ok(error instanceof UnknownParameter && error.path === path);
      if (path !== "") assert.equal(error.message, message);
      return true;
    });
  }
  assert.equal("polluted" in {}, false);
});

Deno.test("a value at a path can be read back there, whatever the order of the paths", () => {
  const values = fc.record({
    batch: fc.nat(),
    "optimizer.decay": fc.double(),
    "model.layers.2": fc.nat(),
    "clip.value": fc.nat(),
  });
  fc.assert(fc.property(values, (parameters) => {
    const turned = Object.fromEntries(Object.entries(parameters).reverse());
    const changed = withParameters(spec, parameters);
    assert.deepEqual(withParameters(spec, turned), changed);
    for (const [path, value] of Object.entries(parameters)) {
      assert.equal(path.split(".").reduce((at, key) => (at as never)[key], changed as unknown), value);
    }
  }));
});

Deno.test("the budget is never tuned, whatever it is called, nor is what trials are compared by", () => {
  const never = {
    "chosen before a study": [
      "max_train_steps",
      "maxTrainSteps",
      "max-steps",
      "maxSteps",
      "max_steps",
      "num_train_steps",
      "num_train_epochs",
      "n_epochs",
      "epochs",
      "steps",
      "total_steps",
      "max_epochs",
      "maxEpochs",
      "max_iter",
      "maxExamples",
      "maxSeconds",
      "max_time",
      "stop",
      "stop.steps",
      "stop.criteria.0.steps",
      "budget",
      "budget.count",
      "policy",
      "patience",
      "early_stopping.patience",
      "train.max_steps",
    ],
    "another length is another study": [
      "schedule.horizon.count",
      "schedule.horizon",
      "schedule.then.horizon.count",
      "horizon",
      "decay_steps",
    ],
    "compared by": [
      "data",
      "data.training.count",
      "metric",
      "metrics.0",
      "select.mode",
      "evaluate.every.count",
    ],
    "a study gives its own": ["seed", "seeds", "name", "checkpoint.every.count", "signal"],
  };
  for (const [reason, paths] of Object.entries(never)) {
    for (const path of paths) {
      assert.match(refusalOf(path) ?? "", new RegExp(reason), path);
      assert.throws(() => withParameters(spec, { [path]: 1 }), {
        name: "RangeError",
        message: `invalid parameter: ${path} (${refusalOf(path)})`,
      });
    }
  }
  const may = [
    "batch",
    "schedule.rate",
    "schedule.peak",
    "schedule.warmup.count",
    "schedule.decay.count",
    "optimizer.decay",
    "model.layers.1",
    "model.dropout",
    "clip.norm",
    "accumulate.batches",
    "warmup_steps",
    "schedule.every.count",
  ];
  for (const path of may) assert.equal(refusalOf(path), null, path);
});
