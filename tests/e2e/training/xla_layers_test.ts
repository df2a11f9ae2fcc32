import assert from "node:assert/strict";
import * as tfjs from "@tensorflow/tfjs";
import { engineNow } from "../../../lib/engine/engine.ts";
import { fromLayers } from "../../../lib/models/mod.ts";
import * as optimizers from "../../../lib/optimizers/mod.ts";
import { constant } from "../../../lib/schedules/constant.ts";
import { filledSpec, type Spec } from "../../../lib/training/spec.ts";
import { updatesFor } from "../../../lib/training/updates_for.ts";
import { libtensorflowForTests } from "../../engine/libtensorflow_for_tests.ts";
import { xlaTest } from "../../engine/xla/plugin_for_tests.ts";
import { base, startFor, waves } from "../../training/compiled_updates_cases.ts";
import { type Followed, followed, updatesOf } from "../../training/followed.ts";

const { layers } = tfjs;
type Tensor = tfjs.SymbolicTensor;
type Layer = tfjs.layers.Layer;
type Part = (x: Tensor) => Tensor;
/** Shapes of an example. */
const vector = [8], words = [4, 3], image = [6, 6, 2], volume = [4, 4, 4, 1];

const seeded = (seed: number) => tfjs.initializers.glorotNormal({ seed });
const kernel = { kernelInitializer: seeded(1) };
const recurrent = { units: 3, ...kernel, recurrentInitializer: seeded(2) };
const depthwise = { depthwiseInitializer: seeded(3), pointwiseInitializer: seeded(4) };
const all = (...parts: readonly Layer[]): Part => (x) =>
  parts.reduce((made, layer) => layer.apply(made) as Tensor, x);
/** Two dense layers of the input, joined. */
const both = (join: Layer): Part => (x) => {
  const [a, b] = [5, 6].map((seed) =>
    layers.dense({ units: 4, kernelInitializer: seeded(seed) }).apply(x) as Tensor
  );
  return join.apply([a, b]) as Tensor;
};
/** Each word by its likeness to all others. */
const attention: Part = (x) => {
  const [query, key, value] = [5, 6, 7].map((seed) =>
    layers.dense({ units: 3, kernelInitializer: seeded(seed) }).apply(x) as Tensor
  );
  const likeness = layers.dot({ axes: 2 }).apply([query, key]) as Tensor;
  const shares = layers.softmax({ axis: -1 }).apply(likeness) as Tensor;
  return layers.dot({ axes: [2, 1] }).apply([shares, value]) as Tensor;
};

/** What each makes of the input, side by side. */
const branches = (...parts: readonly Part[]): Part => (x) =>
  layers.concatenate().apply(parts.map((part) => part(x))) as Tensor;

type Row = readonly [shape: readonly number[], part: () => Part];
const activations = [
  "elu",
  "gelu",
  "hardSigmoid",
  "mish",
  "relu",
  "relu6",
  "selu",
  "sigmoid",
  "softmax",
  "softplus",
  "softsign",
  "swish",
  "tanh",
] as const;
const strided = { kernelSize: 3, strides: 2, ...kernel };
const lstm = () => layers.lstm(recurrent);

/** Layers by name: the shape of an example, and what is made of it before the logits. */
const rows: Readonly<Record<string, Row>> = {
  dense: [vector, () => all(layers.dense({ units: 5, activation: "relu", ...kernel }))],
  activations: [
    vector,
    () => branches(...activations.map((activation) => all(layers.activation({ activation })))),
  ],
  "layers that are activations": [vector, () =>
    branches(
      all(layers.reLU({ maxValue: 0.5 })),
      all(layers.leakyReLU()),
      all(layers.elu()),
      all(layers.softmax()),
      all(layers.thresholdedReLU({ theta: 0.3 })),
      all(layers.prelu({ alphaInitializer: seeded(2) })),
    )],
  "prelu of an image": [image, () => all(layers.prelu({ sharedAxes: [1, 2] }))],
  "conv1d": [words, () => all(layers.conv1d({ filters: 4, kernelSize: 2, padding: "same", ...kernel }))],
  "conv2d": [image, () => all(layers.conv2d({ filters: 3, kernelSize: 3, activation: "relu", ...kernel }))],
  "conv2d with strides": [image, () => all(layers.conv2d({ filters: 3, ...strided }))],
  "conv2d transpose": [image, () => all(layers.conv2dTranspose({ filters: 2, ...strided }))],
  "separable conv2d": [image, () => all(layers.separableConv2d({ filters: 3, kernelSize: 3, ...depthwise }))],
  "depthwise conv2d": [
    image,
    () => all(layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2, ...depthwise })),
  ],
  "pools of words": [words, () =>
    branches(
      all(layers.globalMaxPooling1d({})),
      all(layers.globalAveragePooling1d({})),
      all(layers.maxPooling1d({ poolSize: 2 }), layers.flatten()),
      all(layers.averagePooling1d({ poolSize: 2 }), layers.flatten()),
    )],
  "pools of images": [image, () =>
    branches(
      all(layers.globalMaxPooling2d({})),
      all(layers.globalAveragePooling2d({})),
      all(layers.maxPooling2d({ poolSize: 3, strides: 2 }), layers.flatten()),
      all(layers.averagePooling2d({ poolSize: 2 }), layers.flatten()),
    )],
  "simple rnn": [words, () => all(layers.simpleRNN(recurrent))],
  lstm: [words, () => all(layers.lstm({ ...recurrent, returnSequences: true }))],
  gru: [words, () => all(layers.gru(recurrent))],
  bidirectional: [words, () => all(layers.bidirectional({ layer: lstm() as never, mergeMode: "concat" }))],
  "masking, lstm": [words, () => all(layers.masking({}), lstm())],
  "time distributed": [
    words,
    () => all(layers.timeDistributed({ layer: layers.dense({ units: 2, ...kernel }) })),
  ],
  "conv lstm": [
    [3, 4, 4, 1],
    () => all(layers.convLstm2d({ ...recurrent, filters: 2, kernelSize: 2 } as never) as Layer),
  ],
  "batch normalisation": [vector, () => all(layers.batchNormalization({}))],
  "batch normalisation of an image": [image, () => all(layers.batchNormalization({}))],
  "layer normalisation": [words, () => all(layers.layerNormalization({}))],
  dropout: [vector, () => all(layers.dropout({ rate: 0.4 }))],
  "spatial dropout": [words, () => all(layers.spatialDropout1d({ rate: 0.4 } as never) as Layer)],
  merges: [vector, () => (x) => {
    const joins = [layers.add(), layers.average(), layers.maximum(), layers.minimum(), layers.multiply()];
    const each = [...joins, layers.concatenate(), layers.dot({ axes: 1 })] as Layer[];
    return layers.concatenate().apply(each.map((join) => both(join)(x))) as Tensor;
  }],
  attention: [words, () => attention],
  "upsampling": [image, () => all(layers.upSampling2d({ size: [2, 2] }))],
  "upsampling, bilinear": [
    image,
    () => all(layers.upSampling2d({ size: [2, 2], interpolation: "bilinear" })),
  ],
  "zero padding, cropping": [
    image,
    () => all(layers.zeroPadding2d({ padding: [1, 2] }), layers.cropping2D({ cropping: [[1, 1], [0, 2]] })),
  ],
  "rescaling": [image, () => all(layers.rescaling({ scale: 0.5, offset: 0.1 }) as Layer)],
  "repeat vector, permute, reshape": [vector, () =>
    all(
      layers.repeatVector({ n: 3 }),
      layers.permute({ dims: [2, 1] }),
      layers.reshape({ targetShape: [4, 6] }),
    )],
};

/** Layers that lack a kernel, and which. */
const lacking: Readonly<Record<string, readonly [kernel: string, part: () => Part]>> = {
  "conv3d": ["Conv3D", () => all(layers.conv3d({ filters: 2, kernelSize: 2, ...kernel }) as Layer)],
  "max pooling 3d": ["MaxPool3D", () => all(layers.maxPooling3d({ poolSize: 2 }) as Layer)],
  "average pooling 3d": ["AvgPool3D", () => all(layers.averagePooling3d({ poolSize: 2 }) as Layer)],
};

function specOf(shape: readonly number[], part: Part): Spec {
  const size = shape.reduce((product, length) => product * length, 1);
  const input = tfjs.input({ shape: [...shape] });
  const made = part(input), flat = made.shape.length > 2 ? layers.flatten().apply(made) as Tensor : made;
  const outputs = layers.dense({ units: 3, kernelInitializer: seeded(9) }).apply(flat) as Tensor;
  return {
    ...base,
    model: fromLayers(tfjs.model({ inputs: input, outputs }), "softmaxCrossEntropy"),
    data: waves(size, 3, [...shape]),
    optimizer: optimizers.momentum(),
    schedule: constant(0.05),
  };
}
async function ran(spec: Spec, how: "compiled" | "eager"): Promise<Followed> {
  const updates = await updatesOf(spec, how);
  try {
    return await followed(spec, updates, [2]);
  } finally {
    await updates.close();
  }
}
/** What engines agree on to rounding, over two updates: most are within 2e-7. */
const NEAR = 1e-6;

xlaTest("two updates of each common layer on xla:cpu are those of tensorflow to rounding", async () => {
  const far: string[] = [];
  if (libtensorflowForTests === null) return;
  const specs = Object.entries(rows).map(([what, [shape, part]]) => ({ what, spec: specOf(shape, part()) }));
  await startFor("tensorflow");
  const expected: Followed[] = [];
  for (const { spec } of specs) expected.push(await ran(spec, "eager"));
  await startFor("xla:cpu");
  for (const [row, { what, spec }] of specs.entries()) {
    const found = await ran(spec, "compiled");
    const distances = found.values.flatMap((values, i) =>
      Array.from(values, (value, j) => Math.abs(value - expected[row].values[i][j]))
    );
    const most = distances.reduce((most, distance) => distance <= most ? most : distance, 0);
    if (!(most <= NEAR)) far.push(`${what}: ${most}`);
  }
  assert.deepEqual(far, []);
});

for (const [what, [kernel, part]] of Object.entries(lacking)) {
  xlaTest(
    `${what} trains one operation at a time on xla:cpu, and it is said which kernel lacks`,
    async () => {
      await startFor("xla:cpu");
      const spec = specOf(volume, part()), updates = await updatesFor(filledSpec(spec), engineNow()!);
      try {
        const reason = `xla has no kernel for ${kernel} (the engine tensorflow has more of them)`;
        assert.deepEqual([updates.mode, updates.why], [
          "eager",
          `updates run one operation at a time on wasm: ${reason}`,
        ]);
      } finally {
        await updates.close();
      }
    },
  );
}
