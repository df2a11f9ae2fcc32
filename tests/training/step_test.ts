import assert from "node:assert/strict";
import type { Batch } from "../../lib/data/batch.ts";
import { setEngineChoice, startEngine } from "../../lib/engine/engine.ts";
import type { EngineName } from "../../lib/engine/engine_choice.ts";
import { tf } from "../../lib/engine/tf.ts";
import { asModel } from "../../lib/models/as_model.ts";
import { convnet, logistic, mlp } from "../../lib/models/mod.ts";
import { modelKind } from "../../lib/models/model_kind.ts";
import type { Model } from "../../lib/models/model.ts";
import { adam, adamw, sgd } from "../../lib/optimizers/mod.ts";
import { optimizerKind } from "../../lib/optimizers/optimizer_kind.ts";
import { step, type Stepped, type StepSpec } from "../../lib/training/step.ts";
import type { Clip, UpdateTensors } from "../../lib/training/update.ts";
import { libtensorflowForTests, nativeTest } from "../engine/libtensorflow_for_tests.ts";
import golden from "../models/golden/networks.json" with { type: "json" };

async function startFor(name: EngineName): Promise<void> {
  setEngineChoice(name, { library: libtensorflowForTests?.file });
  assert.equal((await startEngine()).name, name);
}

/** The numbers of the golden networks: sines of their index. */
const numbers = (count: number, seed: number, scale = 0.5) =>
  Float32Array.from({ length: count }, (_, i) => scale * Math.sin(seed * 97.3 + 1.7 * i));

function close(given: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number, what: string): void {
  assert.equal(given.length, expected.length, what);
  for (let i = 0; i < given.length; i++) {
    const far = Math.abs(given[i] - expected[i]);
    assert.ok(
      far <= tolerance * Math.max(1, Math.abs(expected[i])),
      `${what}[${i}]: ${given[i]}, not ${expected[i]}`,
    );
  }
}

/** The tensors that a training starts from, or with the parameters of the golden networks. */
function first({ model, optimizer, seed }: StepSpec, golden = false): UpdateTensors {
  const kind = modelKind(model);
  const parameters = kind.parameters(model, seed).map(({ values, shape }, i) =>
    tf.tensor(golden ? numbers(values.length, i + 1) : values, [...shape])
  );
  const statistics = kind.statistics(model).map(({ values, shape }) => tf.tensor(values, [...shape]));
  const slots = parameters.flatMap((p) =>
    Array.from({ length: optimizerKind(optimizer).slotsPerParameter }, () => tf.zerosLike(p))
  );
  return { parameters, statistics, slots };
}
const dispose = ({ parameters, statistics, slots }: UpdateTensors) =>
  tf.dispose([...parameters, ...statistics, ...slots]);
const valuesOf = (tensors: readonly tf.Tensor[]) => tensors.map((tensor) => [...tensor.dataSync()]);

const specOf = (model: Model, clip: Clip | null = null): StepSpec => ({
  model,
  optimizer: sgd(),
  clip,
  seed: 5,
});

/** A batch of classes in turn, or of what the model's outputs ask for. */
function batchFor(model: Model, count: number, seed: number): Batch {
  const { inputs, outputs } = modelKind(model).sizes(model);
  const target = new Float32Array(count * outputs);
  for (let i = 0; i < count; i++) target[i * outputs + (i * 7) % outputs] = outputs === 1 ? i % 2 : 1;
  return { count, x: numbers(count * inputs, seed, 1), target };
}
const rowsOf = ({ count, x, target }: Batch, from: number, to: number): Batch => ({
  count: to - from,
  x: x.slice(from * x.length / count, to * x.length / count),
  target: target.slice(from * target.length / count, to * target.length / count),
});

for (const engine of ["cpu", "wasm", "tensorflow"] as const) {
  const test = engine === "tensorflow" ? nativeTest : Deno.test;
  for (const { model: json, target, loss, gradients, statistics } of golden.cases) {
    test(`loss, gradients and statistics of ${JSON.stringify(json)} are torch's on ${engine}`, async () => {
      await startFor(engine);
      const model = asModel(json), kind = modelKind(model);
      const before = tf.memory().numTensors;
      const given = first(specOf(model), true);
      const batch = {
        count: 6,
        x: numbers(6 * kind.sizes(model).inputs, 8, 1),
        target: Float32Array.from(target.flat()),
      };
      const stepped = step(specOf(model), given, [batch], 1, 1);
      close([stepped.loss], [loss], 1e-5, "loss");
      // at rate 1 plain descent moves by the gradient
      gradients.forEach((gradient, i) => {
        const [old, next] = [given.parameters[i].dataSync(), stepped.parameters[i].dataSync()];
        close(Array.from(old, (value, j) => value - next[j]), gradient, 1e-5, `gradient ${i}`);
      });
      close(valuesOf(stepped.statistics).flat(), statistics.flat(), 1e-5, "statistics");
      dispose(given);
      dispose(stepped);
      assert.equal(tf.memory().numTensors, before);
    });
  }
}

/** All that a chain of updates makes. */
function steps(spec: StepSpec, batchesOf: (update: number) => readonly Batch[], count: number) {
  let tensors = first(spec), last: Stepped | null = null;
  for (let update = 1; update <= count; update++) {
    last = step(spec, tensors, batchesOf(update), 0.05, update);
    dispose(tensors);
    tensors = last;
  }
  const values = [tensors.parameters, tensors.statistics, tensors.slots].map(valuesOf);
  dispose(tensors);
  return { loss: last!.loss, gradientNorm: last!.gradientNorm, values };
}

const MODELS: Record<string, Model> = {
  mlp: mlp({ layers: [6, 8, 4] }),
  "mlp with dropout": mlp({ layers: [6, 16, 4], dropout: 0.3 }),
  "mlp with batch norm": mlp({ layers: [6, 8, 4], batchNorm: true }),
  logistic: logistic({ features: 6, init: "glorot" }),
  regression: mlp({ layers: [6, 8, 1], loss: "meanSquaredError" }),
  convnet: convnet({ shape: [6, 5], filters: [3], dense: 4, classes: 4, batchNorm: true, dropout: 0.2 }),
};
for (const [name, model] of Object.entries(MODELS)) {
  Deno.test(`${name}: the same updates give the same bits, learn, and leave no tensor behind`, async () => {
    await startFor("wasm");
    const spec = { ...specOf(model, { norm: 1 }), optimizer: adam() };
    const batch = batchFor(model, 12, 3), half = [rowsOf(batch, 0, 5), rowsOf(batch, 5, 12)];
    const run = (count: number) => steps(spec, (update) => update % 2 ? [batch] : half, count);
    run(1); // makes what is made once
    const before = tf.memory().numTensors;
    const once = run(41);
    assert.deepEqual(run(41), once);
    assert.equal(tf.memory().numTensors, before);
    const start = run(1).loss;
    assert.ok(once.loss < 0.96 * start, `${start} to ${once.loss}`);
  });
}

for (const name of ["mlp", "logistic", "regression"]) {
  Deno.test(`${name}: batches of 5, 7 and 1 accumulate to the update of one batch of 13`, async () => {
    await startFor("wasm");
    const model = MODELS[name], spec = { ...specOf(model, { norm: 0.5 }), optimizer: adam() };
    const whole = batchFor(model, 13, 3);
    const parts = [rowsOf(whole, 0, 5), rowsOf(whole, 5, 12), rowsOf(whole, 12, 13)];
    const [a, b] = [steps(spec, () => [whole], 3), steps(spec, () => parts, 3)];
    close([b.loss, b.gradientNorm!], [a.loss, a.gradientNorm!], 1e-5, "loss and norm");
    close(b.values.flat(2), a.values.flat(2), 1e-5, "values");
  });
}

Deno.test("dropout drops other numbers in every update and every batch", async () => {
  await startFor("wasm");
  const model = MODELS["mlp with dropout"], spec = specOf(model), given = first(spec);
  const batch = batchFor(model, 4, 3);
  const loss = (batches: Batch[], update: number) => {
    const stepped = step(spec, given, batches, 0, update);
    dispose(stepped);
    return stepped.loss;
  };
  assert.equal(loss([batch], 1), loss([batch], 1));
  assert.notEqual(loss([batch], 1), loss([batch], 2));
  assert.ok(Math.abs(loss([batch, batch], 1) - loss([batch], 1)) > 1e-4);
  dispose(given);
});

const CLIPS: [string, Clip, (gradients: number[]) => number[]][] = [
  [
    "the norm of all gradients together",
    { norm: 0.1 },
    (g) => g.map((x) => x * Math.min(1, 0.1 / Math.hypot(...g))),
  ],
  ["nothing within the norm", { norm: 1e3 }, (g) => g],
  ["each number", { value: 0.01 }, (g) => g.map((x) => Math.max(-0.01, Math.min(0.01, x)))],
  [
    "the norm first, then each number",
    { norm: 0.1, value: 0.01 },
    (g) => g.map((x) => Math.max(-0.01, Math.min(0.01, x * Math.min(1, 0.1 / Math.hypot(...g))))),
  ],
];
for (const [what, clip, expected] of CLIPS) {
  Deno.test(`clipping bounds ${what}`, async () => {
    await startFor("wasm");
    const model = MODELS.mlp, batch = batchFor(model, 8, 3);
    const gradients = (clip: Clip | null) => {
      const spec = specOf(model, clip), given = first(spec), stepped = step(spec, given, [batch], 1, 1);
      const moved = valuesOf(stepped.parameters).flat(), old = valuesOf(given.parameters).flat();
      dispose(given);
      dispose(stepped);
      return { values: old.map((value, i) => value - moved[i]), norm: stepped.gradientNorm };
    };
    const free = gradients(null), bounded = gradients(clip);
    assert.equal(free.norm, null);
    close(bounded.values, expected(free.values), 1e-6, "gradients");
    if (clip.norm) close([bounded.norm!], [Math.hypot(...free.values)], 1e-5, "norm before clipping");
  });
}

const BROKEN: [string, Partial<Batch>][] = [
  ["an input", { x: Float32Array.of(NaN, ...numbers(47, 3)) }],
  ["a target", { target: Float32Array.of(Infinity, ...new Float32Array(7)) }],
];
for (const [what, broken] of BROKEN) {
  Deno.test(`an update whose gradients are no numbers, by ${what}, is not applied`, async () => {
    await startFor("wasm");
    const model = mlp({ layers: [6, 5, 1], batchNorm: true, loss: "meanSquaredError" });
    const spec = { ...specOf(model, { norm: 1 }), optimizer: adam() }, given = first(spec);
    const before = tf.memory().numTensors;
    const stepped = step(spec, given, [{ ...batchFor(model, 8, 3), ...broken }], 0.1, 1);
    assert.equal(stepped.finite, false);
    for (const part of ["parameters", "statistics", "slots"] as const) assert.deepEqual(stepped[part], []);
    assert.equal(tf.memory().numTensors, before);
    assert.equal(valuesOf(given.parameters).flat().length, 6 * 5 + 10 + 5 + 1);
    dispose(given);
  });
}

Deno.test("every update moves by the rate it is given, whatever the rates before", async () => {
  await startFor("wasm");
  const spec = specOf(MODELS.mlp), given = first(spec), batch = batchFor(MODELS.mlp, 8, 3);
  const moved = (tensors: UpdateTensors, rate: number, update: number) => {
    const next = step(spec, tensors, [batch], rate, update), old = valuesOf(tensors.parameters).flat();
    const distance = Math.hypot(...valuesOf(next.parameters).flat().map((value, i) => value - old[i]));
    dispose(next);
    return distance;
  };
  const whole = moved(given, 0.1, 1);
  close(
    [moved(given, 0.05, 2), moved(given, 0, 3), moved(given, 0.1, 4)],
    [whole / 2, 0, whole],
    1e-6,
    "distance",
  );
  dispose(given);
});

Deno.test("slots and the number of the update are all that carries an optimizer on", async () => {
  await startFor("wasm");
  const model = MODELS["mlp with batch norm"], batch = batchFor(model, 8, 3);
  const spec = { ...specOf(model), optimizer: adam() };
  const run = (cut: boolean) => {
    let tensors = first(spec);
    for (let update = 1; update <= 30; update++) {
      const next = step(spec, tensors, [batch], 0.01, update);
      dispose(tensors);
      tensors = next;
      if (!cut || update !== 13) continue;
      const copied = (all: readonly tf.Tensor[]) => all.map((t) => tf.tensor(t.dataSync().slice(), t.shape));
      const { parameters, statistics, slots } = tensors;
      tensors = { parameters: copied(parameters), statistics: copied(statistics), slots: copied(slots) };
      dispose({ parameters, statistics, slots });
    }
    const values = [tensors.parameters, tensors.statistics, tensors.slots].map(valuesOf);
    dispose(tensors);
    return values;
  };
  assert.deepEqual(run(true), run(false));
});

Deno.test("decay shrinks weights and leaves biases and normalisations alone", async () => {
  await startFor("wasm");
  const model = mlp({ layers: [3, 4, 2], batchNorm: true });
  const change = (decay: number) => {
    const spec = { ...specOf(model), optimizer: adamw({ decay }) }, given = first(spec);
    const { parameters, ...rest } = step(spec, given, [batchFor(model, 6, 3)], 0.1, 1);
    const values = valuesOf(parameters);
    dispose(given);
    dispose({ ...rest, parameters });
    return values;
  };
  const [free, decayed] = [change(0), change(0.5)];
  const differs = free.map((values, i) => values.some((value, j) => value !== decayed[i][j]));
  assert.deepEqual(differs, [true, false, false, true, false]);
});

Deno.test("an update without batches is refused", async () => {
  await startFor("wasm");
  const spec = specOf(MODELS.mlp), given = first(spec);
  assert.throws(() => step(spec, given, [], 0.1, 1), /invalid batches: \[\] \(at least one\)/);
  dispose(given);
});

const MODES = [["softmax", 3], ["sigmoid", 1]] as const;
for (const [what, outputs] of MODES) {
  Deno.test(`${what} cross entropy stays a number far from zero`, async () => {
    await startFor("wasm");
    const model = outputs === 1 ? logistic({ features: 1 }) : logistic({ features: 1, classes: 3 });
    const spec = specOf(model), given = first(spec);
    const parameters = [tf.fill([1, outputs], 200), tf.fill([outputs], -100)];
    const batch = { ...batchFor(model, 4, 3), x: Float32Array.of(-1, 1, 1, -1) };
    const stepped = step(spec, { ...given, parameters }, [batch], 0.1, 1);
    assert.ok(stepped.finite && stepped.loss >= 0, `${stepped.loss}`);
    tf.dispose(parameters);
    dispose(given);
    dispose(stepped);
  });
}
