import assert from "node:assert/strict";
import { setEngineChoice, startEngine } from "../../lib/engine/engine.ts";
import { hostDraws } from "../../lib/engine/draws.ts";
import { tf } from "../../lib/engine/tf.ts";
import { asModel } from "../../lib/models/as_model.ts";
import { initialWeights } from "../../lib/models/init.ts";
import { convnet, logistic, mlp } from "../../lib/models/mod.ts";
import { mlpKind } from "../../lib/models/mlp.ts";
import { modelKind } from "../../lib/models/model_kind.ts";
import type { Model } from "../../lib/models/model.ts";

Deno.test("parameters are weights and biases of each layer, biases at zero, the same for the same seed", () => {
  const model = mlp({ layers: [3, 5, 2] });
  const parameters = mlpKind.parameters(model, 7);
  assert.deepEqual(parameters.map(({ name, shape, decays = true }) => [name, shape.join("×"), decays]), [
    ["dense0.weights", "3×5", true],
    ["dense0.bias", "5", false],
    ["dense1.weights", "5×2", true],
    ["dense1.bias", "2", false],
  ]);
  assert.ok(parameters[1].values.every((value) => value === 0));
  assert.deepEqual(parameters, mlpKind.parameters(model, 7));
  assert.notDeepEqual(parameters[0].values, mlpKind.parameters(model, 8)[0].values);
});

const VARIANCES = [["he", 2 / 200], ["glorot", 2 / 500], ["lecun", 1 / 200], ["zeros", 0]] as const;
for (const [init, variance] of VARIANCES) {
  Deno.test(`init ${init} has variance ${variance} for 200 inputs and 300 outputs`, () => {
    const weights = initialWeights(init, 200, 300, 1, 0);
    const measured = weights.reduce((sum, w) => sum + w * w, 0) / weights.length;
    assert.ok(Math.abs(measured - variance) <= variance * 0.03, `${measured}`);
  });
}

for (const [rows, columns] of [[40, 12], [12, 40], [16, 16], [1, 5]]) {
  Deno.test(`init orthogonal of ${rows} × ${columns} is orthonormal along its shorter side`, () => {
    const w = initialWeights("orthogonal", rows, 9, 3, 0, columns);
    const [count, length] = [Math.min(rows, columns), Math.max(rows, columns)];
    const at = (v: number, i: number) => rows >= columns ? w[i * columns + v] : w[v * columns + i];
    for (let a = 0; a < count; a++) {
      for (let b = 0; b < count; b++) {
        let dot = 0;
        for (let i = 0; i < length; i++) dot += at(a, i) * at(b, i);
        assert.ok(Math.abs(dot - (a === b ? 1 : 0)) < 1e-6, `${a}·${b} = ${dot}`);
      }
    }
    assert.deepEqual(w, initialWeights("orthogonal", rows, 9, 3, 0, columns));
    assert.notDeepEqual(w, initialWeights("orthogonal", rows, 9, 4, 0, columns));
  });
}

Deno.test("forward is relu(x W + b) W′ + b′", async () => {
  setEngineChoice("cpu");
  await startEngine();
  const model = mlp({ layers: [2, 2, 1] });
  const parameters = [
    tf.tensor([1, -1, 2, 1], [2, 2]),
    tf.tensor([0.5, 0], [2]),
    tf.tensor([2, 3], [2, 1]),
    tf.tensor([-1], [1]),
  ] as tf.Tensor[];
  const { outputs } = mlpKind.forward(model, parameters, [], tf.tensor2d([[1, 2], [-3, 1]]), {
    training: false,
  });
  // row 1: hidden relu(5.5, 1) → 11 + 3 − 1; row 2: hidden relu(−0.5, 4) → 12 − 1
  assert.deepEqual([...outputs.dataSync()], [13, 11]);
});

const WRONG: [() => unknown, RegExp][] = [
  [() => mlp({ layers: [64] }), /invalid layers: \[64\]/],
  [() => mlp({ layers: [64, 0, 10] }), /invalid layers: \[64,0,10\]/],
  [
    () => mlp({ layers: [64, 10], init: "xavier" as "he" }),
    /invalid init: "xavier" \(he, glorot, lecun, orthogonal or zeros\)/,
  ],
  [
    () => mlp({ layers: [64, 10], activation: "gelu" as "relu" }),
    /invalid activation: "gelu" \(relu or tanh\)/,
  ],
  [() => mlp({ layers: 64 as never }), /invalid layers: 64/],
  [
    () => mlp({ layers: [64, 10], activaton: "tanh" } as never),
    /unknown option of mlp: activaton \(has layers, init, activation, dropout, batchNorm, loss\)/,
  ],
  [() => mlp({ layers: [64, 10], dropout: 1 }), /invalid dropout: 1 \(0 or more, below 1\)/],
  [() => mlp({ layers: [64, 10], batchNorm: 1 as never }), /invalid batchNorm: 1 \(true or false\)/],
  [() => mlp({ layers: [64, 10], loss: "hinge" as never }), /invalid loss: "hinge"/],
  [
    () => mlp({ layers: [64, 2], loss: "sigmoidCrossEntropy" }),
    /invalid layers: \[64,2\] \(sigmoidCrossEntropy takes one output\)/,
  ],
  [() => logistic({ features: 0 }), /invalid features: 0 \(a whole number, at least 1\)/],
  [() => logistic({ features: 3, classes: 1 }), /invalid classes: 1 \(a whole number, at least 2\)/],
  [() => convnet({ shape: [8], classes: 2 }), /invalid shape: \[8\]/],
  [() => convnet({ shape: [8, 8, 1, 1], classes: 2 }), /invalid shape: \[8,8,1,1\]/],
  [
    () => convnet({ shape: [8, 8], classes: 2, filters: [4, 4, 4, 4] }),
    /invalid filters: \[4,4,4,4\] \(8 × 8 can be halved 3 times\)/,
  ],
  [() => convnet({ shape: [8, 8], classes: 2, dense: -1 }), /invalid dense: -1/],
  [() => modelKind({ kind: "cnn" } as never), /unknown model: \{"kind":"cnn"\}/],
  [() => asModel({ kind: "mlp", layers: [64, "10"] }), /invalid layers/],
  [() => asModel({ kind: "toString" }), /invalid model: .* \(kind mlp, logistic, convnet or layers\)/],
  [() => asModel(null), /invalid model: null/],
];
for (const [make, message] of WRONG) {
  Deno.test(`a wrong model says ${message.source}`, () => void assert.throws(make, message));
}

const TEXTS: [Model, string][] = [
  [mlp({ layers: [64, 16, 10], init: "lecun", activation: "tanh" }), "mlp 64–16–10, lecun, tanh"],
  [
    mlp({ layers: [4, 8, 8, 1], dropout: 0.2, batchNorm: true, loss: "meanSquaredError" }),
    "mlp 4–8–8–1, he, dropout 0.2, batch norm, meanSquaredError",
  ],
  [logistic({ features: 30 }), "logistic 30"],
  [logistic({ features: 64, classes: 10, init: "glorot" }), "logistic 64–10, glorot"],
  [
    convnet({ shape: [9, 8, 2], classes: 5, filters: [3, 4], dropout: 0.5, init: "orthogonal" }),
    "convnet 9×8×2, filters 3 4, kernel 3, dense 64, 5 classes, orthogonal, dropout 0.5",
  ],
  [
    convnet({ shape: [8, 8], classes: 10, dense: 0, batchNorm: true }),
    "convnet 8×8, filters 16 32, kernel 3, 10 classes, he, batch norm",
  ],
];
for (const [model, text] of TEXTS) {
  Deno.test(`a model tells its sizes, and all that makes it: ${text}`, async () => {
    setEngineChoice("wasm");
    await startEngine();
    const kind = modelKind(model);
    const parameters = kind.parameters(model, 0), statistics = kind.statistics(model);
    const { inputs, outputs, parameters: counted } = kind.sizes(model);
    assert.equal(parameters.reduce((sum, { values }) => sum + values.length, 0), counted);
    for (const { shape, values } of [...parameters, ...statistics]) {
      assert.equal(values.length, shape.reduce((product, size) => product * size, 1));
    }
    assert.equal(
      new Set([...parameters, ...statistics].map(({ name }) => name)).size,
      parameters.length + statistics.length,
    );
    const shapes = tf.tidy(() => {
      const tensors = [parameters, statistics].map((all) =>
        all.map(({ values, shape }) => tf.tensor(values, [...shape]))
      );
      const pass = { training: true, draws: hostDraws(1, 1), batch: 0 } as const;
      const made = kind.forward(model, tensors[0], tensors[1], tf.ones([3, inputs]), pass);
      return [made.outputs.shape, made.statistics.map(({ shape }) => shape)];
    });
    assert.deepEqual(shapes, [[3, outputs], statistics.map(({ shape }) => shape)]);
    assert.equal(kind.text(model), text);
    assert.deepEqual(asModel(JSON.parse(JSON.stringify(model))), model);
  });
}
