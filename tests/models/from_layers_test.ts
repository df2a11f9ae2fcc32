import assert from "node:assert/strict";
import * as tfjs from "@tensorflow/tfjs";
import type { Batch } from "../../lib/data/batch.ts";
import { setEngineChoice, startEngine } from "../../lib/engine/engine.ts";
import { tf } from "../../lib/engine/tf.ts";
import { asModel } from "../../lib/models/as_model.ts";
import { type FromLayers, fromLayersKind } from "../../lib/models/from_layers.ts";
import { fromLayers, mlp } from "../../lib/models/mod.ts";
import { modelKind } from "../../lib/models/model_kind.ts";
import type { Loss, Model } from "../../lib/models/model.ts";
import { sgd } from "../../lib/optimizers/mod.ts";
import { step } from "../../lib/training/step.ts";
import type { UpdateTensors } from "../../lib/training/update.ts";

async function start(): Promise<void> {
  setEngineChoice("wasm");
  await startEngine();
}
const { layers, sequential } = tfjs;
type Layer = tfjs.layers.Layer;
const { glorotNormal } = tfjs.initializers;
const dense = (units: number, options: object = {}) =>
  layers.dense({ units, kernelInitializer: glorotNormal({ seed: units }), ...options });
const made = (...all: Layer[]) => sequential({ layers: all });

const numbers = (count: number, seed: number) =>
  Float32Array.from({ length: count }, (_, i) => Math.sin(seed * 97.3 + 1.7 * i));
function batchFor(model: Model, count: number): Batch {
  const { inputs, outputs } = modelKind(model).sizes(model);
  const target = new Float32Array(count * outputs);
  for (let i = 0; i < count; i++) target[i * outputs + (i * 7) % outputs] = outputs === 1 ? i % 2 : 1;
  return { count, x: numbers(count * inputs, 3), target };
}

function first(model: Model): UpdateTensors {
  const kind = modelKind(model);
  const [parameters, statistics] = [kind.parameters(model, 0), kind.statistics(model)].map((all) =>
    all.map(({ values, shape }) => tf.tensor(values, [...shape]))
  );
  return { parameters, statistics, slots: [] };
}
const dispose = ({ parameters, statistics }: UpdateTensors) => tf.dispose([...parameters, ...statistics]);
const valuesOf = (tensors: readonly tf.Tensor[]) => tensors.map((tensor) => [...tensor.dataSync()]);

/** Losses and values of updates by plain descent. */
function trained(model: Model, count: number, interrupt: () => void = () => {}) {
  const spec = { model, optimizer: sgd(), clip: null, seed: 5 }, batch = batchFor(model, 8);
  const losses: number[] = [];
  let tensors = first(model);
  for (let update = 1; update <= count; update++) {
    const next = step(spec, tensors, [batch], 0.1, update);
    dispose(tensors);
    losses.push(next.loss);
    tensors = next;
    interrupt();
  }
  const result = { losses, values: valuesOf(tensors.parameters), statistics: valuesOf(tensors.statistics) };
  dispose(tensors);
  return result;
}

function close(given: readonly number[], expected: readonly number[], what: string): void {
  assert.equal(given.length, expected.length, what);
  given.forEach((value, i) =>
    assert.ok(
      Math.abs(value - expected[i]) <= 1e-5 * Math.max(1, Math.abs(expected[i])),
      `${what}[${i}]: ${value}, not ${expected[i]}`,
    )
  );
}

/** Networks that are supported, each with its loss. Made anew at every call. */
const NETWORKS: Record<string, [() => tfjs.LayersModel, Loss]> = {
  dense: [() => made(dense(6, { activation: "relu", inputShape: [5] }), dense(3)), "softmaxCrossEntropy"],
  "batch norm": [
    () => made(dense(6, { inputShape: [5] }), layers.batchNormalization(), dense(3)),
    "softmaxCrossEntropy",
  ],
  dropout: [
    () => made(dense(16, { inputShape: [5] }), layers.dropout({ rate: 0.4 }), dense(3)),
    "softmaxCrossEntropy",
  ],
  "convolutions": [
    () =>
      made(
        layers.conv2d({
          filters: 3,
          kernelSize: 3,
          strides: 2,
          inputShape: [8, 7, 2],
          activation: "relu",
          kernelInitializer: glorotNormal({ seed: 1 }),
        }),
        layers.maxPooling2d({ poolSize: 2 }),
        layers.flatten(),
        dense(1, { activation: "sigmoid" }),
      ),
    "sigmoidCrossEntropy",
  ],
  "a functional model with a skip": [() => {
    const input = tfjs.input({ shape: [5] });
    const hidden = dense(5, { activation: "tanh" }).apply(input) as tfjs.SymbolicTensor;
    const sum = layers.add().apply([input, hidden]);
    return tfjs.model({ inputs: input, outputs: dense(2).apply(sum) as tfjs.SymbolicTensor });
  }, "meanSquaredError"],
  "one normalisation used twice": [() => {
    const input = tfjs.input({ shape: [5] }), norm = layers.batchNormalization();
    const twice = norm.apply(norm.apply(input)) as tfjs.SymbolicTensor;
    return tfjs.model({ inputs: input, outputs: dense(3).apply(twice) as tfjs.SymbolicTensor });
  }, "softmaxCrossEntropy"],
  "a model in a model, with softmax": [
    () => made(dense(4, { inputShape: [5] }), made(dense(3, { activation: "softmax", inputShape: [4] }))),
    "softmaxCrossEntropy",
  ],
  "a recurrent layer": [
    () =>
      made(
        layers.lstm({
          units: 4,
          inputShape: [3, 2],
          kernelInitializer: glorotNormal({ seed: 2 }),
          recurrentInitializer: glorotNormal({ seed: 3 }),
        }),
        dense(2),
      ),
    "softmaxCrossEntropy",
  ],
};
for (const [name, [make, loss]] of Object.entries(NETWORKS)) {
  Deno.test(`${name}: trains alike from the model, from its JSON and twice at once, leaving no tensor`, async () => {
    await start();
    const network = make(), model = fromLayers(network, loss);
    network.dispose();
    trained(model, 1);
    const before = tf.memory().numTensors;
    const alone = trained(model, 12);
    assert.ok(alone.losses[11] < alone.losses[0], `${alone.losses}`);
    assert.deepEqual(trained(asModel(JSON.parse(JSON.stringify(model))), 12), alone);
    let other: unknown;
    const disturbed = trained(model, 12, () => void (other ??= trained(model, 5)));
    assert.deepEqual(disturbed, alone);
    assert.equal(tf.memory().numTensors, before);
  });
}

Deno.test("a network of dense layers trains as the mlp of the same weights", async () => {
  await start();
  const layered = fromLayers(NETWORKS.dense[0](), "softmaxCrossEntropy") as FromLayers;
  const model = mlp({ layers: [5, 6, 3] });
  const spec = { optimizer: sgd(), clip: null, seed: 0 }, batch = batchFor(model, 8);
  const given = first(layered);
  const [a, b] = [layered, model].map((model) => step({ ...spec, model }, given, [batch], 0.1, 1));
  close([a.loss, ...valuesOf(a.parameters).flat()], [b.loss, ...valuesOf(b.parameters).flat()], "update");
  [given, a, b].forEach(dispose);
});

const ENDS: [string, Loss, Layer[][]][] = [
  ["softmax", "softmaxCrossEntropy", [
    [dense(3)],
    [dense(3, { activation: "softmax" })],
    [dense(3), layers.softmax()],
    [dense(3), layers.activation({ activation: "softmax" })],
  ]],
  ["sigmoid", "sigmoidCrossEntropy", [[dense(1)], [dense(1, { activation: "sigmoid" })]]],
];
for (const [name, loss, ends] of ENDS) {
  Deno.test(`a network that ends in ${name} trains as the one that ends in logits`, async () => {
    await start();
    const [logits, ...others] = ends.map((end) =>
      trained(fromLayers(made(dense(6, { inputShape: [5] }), ...end), loss), 3)
    );
    for (const other of others) assert.deepEqual(other, logits);
  });
}

Deno.test("moving statistics and losses are those of tfjs' own fit", async () => {
  await start();
  const regularised = { kernelRegularizer: tfjs.regularizers.l2({ l2: 0.1 }) };
  const network = made(
    dense(6, { inputShape: [5], ...regularised }),
    layers.batchNormalization({ momentum: 0.8 }),
    dense(3, { activation: "softmax" }),
  );
  const model = fromLayers(network, "softmaxCrossEntropy");
  const ours = trained(model, 3), { x, target } = batchFor(model, 8);
  network.compile({ optimizer: tfjs.train.sgd(0.1), loss: "categoricalCrossentropy" });
  const [xs, ys] = [tf.tensor2d(x, [8, 5]), tf.tensor2d(target, [8, 3])];
  const history = await network.fit(xs as never, ys as never, {
    epochs: 3,
    batchSize: 8,
    shuffle: false,
    verbose: 0,
  });
  close(ours.losses, history.history.loss as number[], "losses with the penalty");
  const theirs = (weights: readonly unknown[]) =>
    weights.flatMap((weight) => [...(weight as { read(): tf.Tensor }).read().dataSync()]);
  close(ours.values.flat(), theirs(network.trainableWeights), "weights");
  close(ours.statistics.flat(), theirs(network.nonTrainableWeights), "moving statistics");
  tf.dispose([xs, ys]);
  network.dispose();
});

Deno.test("a frozen layer stays as it is", async () => {
  await start();
  const model = fromLayers(
    made(dense(6, { inputShape: [5], trainable: false }), dense(3)),
    "softmaxCrossEntropy",
  );
  assert.equal(fromLayersKind.sizes(model).parameters, 6 * 3 + 3);
  assert.deepEqual(trained(model, 3).statistics.flat(), [...model.weights[2], ...model.weights[3]]);
});

Deno.test("a constraint on weights holds after every update", async () => {
  await start();
  const kernelConstraint = tfjs.constraints.maxNorm({ maxValue: 0.5, axis: 0 });
  const model = fromLayers(made(dense(3, { inputShape: [5], kernelConstraint })), "softmaxCrossEntropy");
  const [kernel] = trained(model, 4).values;
  for (let unit = 0; unit < 3; unit++) {
    const norm = Math.hypot(...Array.from({ length: 5 }, (_, i) => kernel[i * 3 + unit]));
    assert.ok(norm <= 0.5 + 1e-5, `${norm}`);
  }
  const free = fromLayers(made(dense(3, { inputShape: [5] })), "softmaxCrossEntropy");
  assert.ok(Math.hypot(...trained(free, 4).values[0]) > 0.9);
});

Deno.test("trap 13: training and the network it was taken from leave nothing on each other", async () => {
  await start();
  const network = NETWORKS.dense[0](), model = fromLayers(network, "softmaxCrossEntropy");
  const before = trained(model, 2);
  network.setWeights(network.getWeights().map((weight) => tfjs.zerosLike(weight)));
  assert.deepEqual(trained(model, 2), before);
  assert.ok(network.getWeights().every((weight) => weight.dataSync().every((value) => value === 0)));
});

Deno.test("the text tells activations apart, though a layer has the name of one", async () => {
  await start();
  const network = (activation: "relu" | "tanh") =>
    tfjs.sequential({
      layers: [
        tfjs.layers.dense({ units: 3, inputShape: [5], kernelInitializer: "zeros" }),
        tfjs.layers.activation({ activation, name: activation }),
        tfjs.layers.dense({ units: 3, kernelInitializer: "zeros" }),
      ],
    });
  const [relu, tanh, again] = (["relu", "tanh", "relu"] as const).map((activation) =>
    fromLayersKind.text(fromLayers(network(activation), "softmaxCrossEntropy"))
  );
  assert.notEqual(relu, tanh);
  assert.equal(again, relu);
});

Deno.test("the text tells topology, weights and loss, and not the names that tfjs counts", async () => {
  await start();
  const [make, loss] = NETWORKS.dense, text = (model: FromLayers) => fromLayersKind.text(model);
  const model = fromLayers(make(), loss);
  assert.match(text(model), /^layers 5–3, 57 parameters, softmaxCrossEntropy, [0-9a-f]{12}$/);
  assert.equal(text(fromLayers(make(), loss)), text(model));
  const [weights, ...others] = model.weights;
  assert.notEqual(text({ ...model, weights: [weights.map((w) => w + 1), ...others] }), text(model));
  const tanh = made(dense(6, { activation: "tanh", inputShape: [5] }), dense(3));
  assert.notEqual(text(fromLayers(tanh, loss)), text(model));
});

const twoInputs = () => {
  const [a, b] = [tfjs.input({ shape: [2] }), tfjs.input({ shape: [2] })];
  return tfjs.model({ inputs: [a, b], outputs: layers.add().apply([a, b]) as tfjs.SymbolicTensor });
};
const named = (name: string, options: object = {}) => dense(3, { name, inputShape: [5], ...options });
const REFUSED: [string, () => tfjs.LayersModel, Loss, RegExp][] = [
  ["two inputs", twoInputs, "meanSquaredError", /unsupported model: 2 inputs \(one\)/],
  [
    "no input shape",
    () => sequential(),
    "meanSquaredError",
    /is not built \(its first layer needs inputShape\)/,
  ],
  [
    "an open input",
    () => made(layers.globalAveragePooling1d({ inputShape: [null, 3] } as never)),
    "meanSquaredError",
    /input shape \[,,3\] is open beyond the rows/,
  ],
  [
    "outputs of images",
    () => made(layers.conv2d({ filters: 1, kernelSize: 3, inputShape: [8, 8, 1] })),
    "meanSquaredError",
    /output shape \[rows,6,6,1\] \(rows and outputs\)/,
  ],
  [
    "noise",
    () => made(named("a"), layers.gaussianNoise({ stddev: 1, name: "noise" }), dense(3)),
    "softmaxCrossEntropy",
    /layer noise \(GaussianNoise\) draws random numbers that cannot be repeated/,
  ],
  [
    "dropout in a recurrence",
    () => made(layers.gru({ units: 2, dropout: 0.5, inputShape: [3, 2], name: "memory" })),
    "softmaxCrossEntropy",
    /layer memory \(GRUCell\) has dropout within its recurrence/,
  ],
  [
    "a stateful layer",
    () => made(layers.lstm({ units: 2, stateful: true, batchInputShape: [4, 3, 2], name: "memory" })),
    "softmaxCrossEntropy",
    /layer memory \(LSTM\) is stateful|fixes the number of rows/,
  ],
  [
    "softmax where a sigmoid is due",
    () => made(dense(1, { name: "last", inputShape: [5], activation: "softmax" })),
    "sigmoidCrossEntropy",
    /layer last ends in softmax, which sigmoidCrossEntropy does not take \(linear or sigmoid\)/,
  ],
  [
    "three logits for a sigmoid",
    () => made(named("a")),
    "sigmoidCrossEntropy",
    /3 outputs with sigmoidCrossEntropy \(one\)/,
  ],
  ["an unknown loss", () => made(named("a")), "hinge" as Loss, /invalid loss: "hinge"/],
  ["no model", () => ({}) as tfjs.LayersModel, "meanSquaredError", /unsupported model: no tf.LayersModel/],
];
for (const [what, make, loss, message] of REFUSED) {
  Deno.test(`${what} is refused by name`, async () => {
    await start();
    assert.throws(() => fromLayers(make(), loss), message);
  });
}

Deno.test("damaged JSON of a model is refused", async () => {
  await start();
  const [make, loss] = NETWORKS.dense, model = fromLayers(make(), loss);
  const wrong: [object, RegExp][] = [
    [{ topology: "{}" }, /invalid topology: unknown class of a model: undefined/],
    [{ topology: "{" }, /invalid topology/],
    [{ topology: 3 }, /invalid topology: 3 \(JSON as text\)/],
    [{ weights: model.weights.slice(1) }, /invalid weights: .* \(a list of 4\)/s],
    [{ weights: model.weights.map(() => [1]) }, /invalid weights of .*kernel: 1 numbers \(30\)/],
    [{ seed: 1 }, /unknown option of layers: seed/],
  ];
  for (const [change, message] of wrong) assert.throws(() => asModel({ ...model, ...change }), message);
});
