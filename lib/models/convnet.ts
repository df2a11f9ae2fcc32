/** A small convolutional network: blocks of convolution, activation and pooling, a hidden layer, logits. */
import { belowOne, checkKeys, flag, oneOf, whole } from "../option_checks.ts";
import { shown } from "../durations.ts";
import { dense, product, relu } from "../engine/kernels/kernels.ts";
import { tf } from "../engine/tf.ts";
import { batchNorm, normParameters, normStatistics } from "./batch_norm.ts";
import { dimensions } from "./dimensions.ts";
import { dropout } from "./dropout.ts";
import { type Init, initialWeights, INITS } from "./init.ts";
import type { ModelKind, Parameter } from "./model.ts";

export interface ConvnetOptions {
  /** height, width and, when there are several, channels of one example, as [8, 8] or [32, 32, 3] */
  readonly shape: readonly number[];
  readonly classes: number;
  /** filters of each block; height and width halve after each. Default [16, 32] */
  readonly filters?: readonly number[];
  /** height and width of the filters; default 3 */
  readonly kernel?: number;
  /** units of the hidden layer between filters and logits; 0 for none. Default 64 */
  readonly dense?: number;
  /** share of what enters the logits (and the hidden layer) that is dropped in training, in [0, 1); default 0 */
  readonly dropout?: number;
  /** normalises convolutions and hidden layer before their activation, in place of their biases; default false */
  readonly batchNorm?: boolean;
  /** default "he" */
  readonly init?: Init;
}
export interface Convnet extends Required<ConvnetOptions> {
  readonly kind: "convnet";
}

/**
 * A convolutional network as plain data: convolutions that keep the size, relu, 2 × 2 maximum pooling.
 *
 * @throws RangeError for sizes that are no whole numbers of at least 1, more blocks than the size can be halved, an
 *   unknown init and a dropout outside [0, 1); TypeError for an unknown option
 *
 * @example
 * ```ts
 * import { models } from "plateau";
 * models.convnet({ shape: [8, 8], classes: 10 });
 * ```
 */
export function convnet(options: ConvnetOptions): Convnet {
  checkKeys("convnet", options, [
    "shape",
    "classes",
    "filters",
    "kernel",
    "dense",
    "dropout",
    "batchNorm",
    "init",
  ]);
  const { filters = [16, 32], kernel = 3, batchNorm = false, init = "he" } = options;
  const shape = dimensions("shape", options.shape, 2);
  if (shape.length > 3) {
    throw new RangeError(`invalid shape: ${shown(shape)} (height, width and at most channels)`);
  }
  const blocks = dimensions("filters", filters, 1),
    most = Math.floor(Math.log2(Math.min(...shape.slice(0, 2))));
  if (blocks.length > most) {
    throw new RangeError(
      `invalid filters: ${shown(filters)} (${shape[0]} × ${shape[1]} can be halved ${most} times)`,
    );
  }
  return {
    kind: "convnet",
    shape,
    classes: whole("classes", options.classes, 2),
    filters: blocks,
    kernel: whole("kernel", kernel, 1),
    dense: whole("dense", options.dense ?? 64, 0),
    dropout: belowOne("dropout", options.dropout ?? 0),
    batchNorm: flag("batchNorm", batchNorm),
    init: oneOf("init", init, INITS),
  };
}

/** A layer with weights: the shape of its weights, fan-out for its init, and whether an activation follows. */
interface Layer {
  readonly name: string;
  readonly shape: readonly number[];
  readonly fanOut: number;
  readonly hidden: boolean;
}

function layersOf({ shape, classes, filters, kernel, dense }: Convnet): Layer[] {
  let [height, width, channels = 1] = shape;
  const layers: Layer[] = filters.map((count, i) => {
    const layer = {
      name: `conv${i}`,
      shape: [kernel, kernel, channels, count],
      fanOut: kernel * kernel * count,
      hidden: true,
    };
    [height, width, channels] = [Math.floor(height / 2), Math.floor(width / 2), count];
    return layer;
  });
  let inputs = height * width * channels;
  for (const [i, units] of (dense === 0 ? [classes] : [dense, classes]).entries()) {
    layers.push({
      name: `dense${i}`,
      shape: [inputs, units],
      fanOut: units,
      hidden: i === 0 && dense > 0,
    });
    inputs = units;
  }
  return layers;
}

export const convnetKind: ModelKind<Convnet> = {
  sizes: (model) => ({
    inputs: model.shape.reduce((product, size) => product * size, 1),
    outputs: model.classes,
    parameters: layersOf(model).reduce(
      (sum, { shape, hidden }) =>
        sum + shape.reduce((product, size) => product * size, 1) +
        shape[shape.length - 1] * (model.batchNorm && hidden ? 2 : 1),
      0,
    ),
  }),
  loss: () => "softmaxCrossEntropy",
  parameters(model, seed) {
    return layersOf(model).flatMap(({ name, shape, fanOut, hidden }, i): Parameter[] => {
      const outputs = shape[shape.length - 1];
      const fanIn = shape.slice(0, -1).reduce((product, size) => product * size, 1);
      const weights = {
        name: `${name}.weights`,
        shape,
        get values() {
          return initialWeights(model.init, fanIn, fanOut, seed, i, outputs);
        },
      };
      if (model.batchNorm && hidden) return [weights, ...normParameters(`${name}.norm`, outputs)];
      return [
        weights,
        { name: `${name}.bias`, shape: [outputs], values: new Float32Array(outputs), decays: false },
      ];
    });
  },
  statistics: (model) =>
    model.batchNorm
      ? layersOf(model).filter(({ hidden }) => hidden).flatMap(({ name, shape }) =>
        normStatistics(`${name}.norm`, shape[shape.length - 1])
      )
      : [],
  forward(model, parameters, statistics, x, pass) {
    const [height, width, channels = 1] = model.shape, moved: tf.Tensor[] = [];
    let at = 0, images = tf.reshape(x, [-1, height, width, channels]) as tf.Tensor4D;
    /** Bias or normalisation, then relu. */
    const activated = <T extends tf.Tensor>(y: T): T => {
      if (!model.batchNorm) return relu(tf.add(y, parameters[at++]) as T);
      const given = statistics.slice(moved.length, moved.length + 2);
      const normed = batchNorm(y, [parameters[at++], parameters[at++]], given, pass.training);
      moved.push(...normed.statistics);
      return relu(normed.outputs);
    };
    for (let block = 0; block < model.filters.length; block++) {
      const convolved = tf.conv2d(images, parameters[at++] as tf.Tensor4D, 1, "same");
      images = tf.maxPool(activated(convolved), 2, 2, "valid");
    }
    let y = tf.reshape(images, [x.shape[0], -1]) as tf.Tensor2D;
    if (model.dense > 0) {
      y = activated(product(dropout(y, model.dropout, 0, pass), parameters[at++] as tf.Tensor2D));
    }
    y = dropout(y, model.dropout, 1, pass);
    const outputs = dense(y, parameters[at] as tf.Tensor2D, parameters[at + 1] as tf.Tensor1D);
    return { outputs, statistics: moved, penalty: null };
  },
  text: (model) =>
    [
      `convnet ${model.shape.join("×")}`,
      `filters ${model.filters.join(" ")}`,
      `kernel ${model.kernel}`,
      ...(model.dense === 0 ? [] : [`dense ${model.dense}`]),
      `${model.classes} classes`,
      model.init,
      ...(model.dropout === 0 ? [] : [`dropout ${model.dropout}`]),
      ...(model.batchNorm ? ["batch norm"] : []),
    ].join(", "),
};
