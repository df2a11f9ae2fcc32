import assert from "node:assert/strict";
import { setEngineChoice, startEngine } from "../../lib/engine/engine.ts";
import { tf } from "../../lib/engine/tf.ts";
import { initialWeights } from "../../lib/models/init.ts";
import { mlp, mlpKind } from "../../lib/models/mlp.ts";
import { modelKind } from "../../lib/models/model_kind.ts";

Deno.test("parameters are weights and biases of each layer, biases at zero, the same for the same seed", () => {
  const model = mlp({ layers: [3, 5, 2] });
  const parameters = mlpKind.parameters(model, 7);
  assert.deepEqual(parameters.map(({ name, shape }) => [name, shape.join("×")]), [
    ["dense0.weights", "3×5"],
    ["dense0.bias", "5"],
    ["dense1.weights", "5×2"],
    ["dense1.bias", "2"],
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
  const logits = mlpKind.forward(model, parameters, tf.tensor2d([[1, 2], [-3, 1]]));
  // row 1: hidden relu(5.5, 1) → 11 + 3 − 1; row 2: hidden relu(−0.5, 4) → 12 − 1
  assert.deepEqual([...logits.dataSync()], [13, 11]);
});

const WRONG: [() => unknown, RegExp][] = [
  [() => mlp({ layers: [64] }), /invalid layers: \[64\]/],
  [() => mlp({ layers: [64, 0, 10] }), /invalid layers: \[64,0,10\]/],
  [
    () => mlp({ layers: [64, 10], init: "xavier" as "he" }),
    /invalid init: "xavier" \(he, glorot, lecun or zeros\)/,
  ],
  [
    () => mlp({ layers: [64, 10], activation: "gelu" as "relu" }),
    /invalid activation: "gelu" \(relu or tanh\)/,
  ],
  [() => mlp({ layers: 64 as never }), /invalid layers: 64/],
  [
    () => mlp({ layers: [64, 10], activaton: "tanh" } as never),
    /unknown option of mlp: activaton \(has layers, init, activation\)/,
  ],
  [() => modelKind({ kind: "cnn" } as never), /unknown model: \{"kind":"cnn"\}/],
];
for (const [make, message] of WRONG) {
  Deno.test(`a wrong model says ${message.source}`, () => void assert.throws(make, message));
}

Deno.test("a model tells how many parameters it has, and all that makes it", () => {
  const model = mlp({ layers: [64, 16, 10], init: "lecun", activation: "tanh" });
  const counted = mlpKind.parameters(model, 0).reduce((sum, { values }) => sum + values.length, 0);
  assert.equal(mlpKind.sizes(model).parameters, counted);
  assert.equal(mlpKind.text(model), "mlp 64–16–10, lecun, tanh");
});
