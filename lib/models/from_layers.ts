/** Any `tf.LayersModel`, taken down as plain data. */
import { oneOf } from "../option_checks.ts";
import { createHash } from "node:crypto";
import type { LayersModel } from "@tensorflow/tfjs";
import { shown } from "../durations.ts";
import { hasNetwork, type LayersNetwork, layersNetwork } from "./layers_network.ts";
import { checkSupported, modelOf, type RawModel, topologyOf } from "./layers_topology.ts";
import { type Loss, LOSSES, type ModelKind, type Parameter } from "./model.ts";

export interface FromLayers {
  readonly kind: "layers";
  /** the topology, as JSON */
  readonly topology: string;
  /** first values of what training moves, then of what it does not (moving statistics, frozen layers) */
  readonly weights: readonly Float32Array[];
  readonly loss: Loss;
}

/**
 * A model made with `tf.sequential` or `tf.model`, as plain data: its topology and a copy of its weights, which are
 * what every training starts from, whatever its seed (seed its initializers to make it again). The model given stays as it is: it may be disposed of, or trained
 * elsewhere.
 *
 * Regularisation joins the loss, moving statistics are kept, dropout is a function of (seed, update, batch), and weight
 * constraints hold after every update. Cross entropies take logits: a last layer that ends in softmax (with
 * `softmaxCrossEntropy`) or sigmoid (with `sigmoidCrossEntropy`) is read before it, and a linear one as it is.
 *
 * @throws TypeError `unsupported model: layer lstm_1 (LSTM) is stateful` for what cannot be trained here: several
 *   inputs or outputs, layers with state or with random numbers that cannot be repeated, another end than the loss
 *   takes; RangeError for an unknown loss
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { models } from "plateau";
 * const network = tf.sequential({
 *   layers: [
 *     tf.layers.dense({ units: 32, activation: "relu", inputShape: [64] }),
 *     tf.layers.dropout({ rate: 0.2 }),
 *     tf.layers.dense({ units: 10, activation: "softmax" }),
 *   ],
 * });
 * const model = models.fromLayers(network, "softmaxCrossEntropy");
 * ```
 */
export function fromLayers(model: LayersModel, loss: Loss): FromLayers {
  const raw = model as unknown as RawModel;
  oneOf("loss", loss, LOSSES);
  checkSupported(raw, loss);
  const topology = topologyOf(raw), network = layersNetwork(topology, loss);
  const variables = [...raw.trainableWeights, ...raw.nonTrainableWeights];
  const rebuilt = [...network.trainable, ...network.fixed];
  if (
    raw.trainableWeights.length !== network.trainable.length ||
    variables.some(({ shape }, i) => `${shape}` !== `${rebuilt[i].shape}`)
  ) throw new TypeError("unsupported model: its topology does not tell which weights are trained");
  const weights = variables.map((variable) => variable.read().dataSync().slice() as Float32Array);
  return { kind: "layers", topology, weights, loss };
}

/**
 * The same from a value of unknown origin; `weights` may be lists of numbers.
 * @throws TypeError for a topology that cannot be built or weights that do not fit it
 */
export function asFromLayers({ topology, weights, loss }: Record<string, unknown>): FromLayers {
  const asked = oneOf("loss", loss, LOSSES);
  if (typeof topology !== "string") {
    throw new TypeError(`invalid topology: ${shown(topology)} (JSON as text)`);
  }
  const { trainable, fixed } = networkOf(topology, asked);
  const variables = [...trainable, ...fixed];
  if (!Array.isArray(weights) || weights.length !== variables.length) {
    throw new TypeError(`invalid weights: ${shown(weights)} (a list of ${variables.length})`);
  }
  return {
    kind: "layers",
    topology,
    loss: asked,
    weights: variables.map(({ originalName, shape }, i) => {
      const given = weights[i] ?? [];
      // a Float32Array that went through JSON is an object with its indices as keys
      const values = given instanceof Float32Array
        ? given
        : Float32Array.from(Object.values(given as ArrayLike<number>));
      const size = sizeOf(shape);
      if (values.length !== size || values.some(Number.isNaN)) {
        throw new TypeError(`invalid weights of ${originalName}: ${values.length} numbers (${size})`);
      }
      return values;
    }),
  };
}

function networkOf(topology: string, loss: Loss): LayersNetwork {
  if (hasNetwork(topology, loss)) return layersNetwork(topology, loss); // every training reads its model again
  let model: RawModel;
  try {
    model = modelOf(topology);
  } catch (error) {
    throw new TypeError(`invalid topology: ${(error as Error).message}`);
  }
  checkSupported(model, loss);
  for (const { val } of [...model.trainableWeights, ...model.nonTrainableWeights]) val.dispose();
  return layersNetwork(topology, loss);
}

/** A topology with its names by order: TensorFlow.js counts them through the process, so they tell nothing. */
function unnamed(topology: string): string {
  const names = [...new Set([...topology.matchAll(/"name":"([^"]+)"/g)].map(([, name]) => name))];
  const numbers = new Map(names.map((name, i) => [name, `#${i}`]));
  // as a name, or as `["name",0,0` where layers are joined: an activation may have a layer's name
  return topology.replaceAll(
    /("name":|\[)"([^"]*)"(?=[,}])/g,
    (text, before, name) => numbers.has(name) ? `${before}"${numbers.get(name)}"` : text,
  );
}

const sizeOf = (shape: readonly number[]) => shape.reduce((product, size) => product * size, 1);

export const fromLayersKind: ModelKind<FromLayers> = {
  sizes({ topology, loss }) {
    const { inputShape, outputs, trainable } = layersNetwork(topology, loss);
    return {
      inputs: sizeOf(inputShape),
      outputs,
      parameters: trainable.reduce((sum, { shape }) => sum + sizeOf(shape), 0),
    };
  },
  loss: ({ loss }) => loss,
  parameters({ topology, loss, weights }) {
    return layersNetwork(topology, loss).trainable.map(({ originalName, shape }, i): Parameter => ({
      name: originalName,
      shape,
      values: weights[i].slice(),
      decays: shape.length > 1, // kernels and embeddings; biases, scales and shifts are vectors
    }));
  },
  statistics({ topology, loss, weights }) {
    const { trainable, fixed } = layersNetwork(topology, loss);
    return fixed.map(({ originalName, shape }, i): Parameter => ({
      name: originalName,
      shape,
      values: weights[trainable.length + i].slice(),
      decays: false,
    }));
  },
  forward: ({ topology, loss }, parameters, statistics, x, pass) =>
    layersNetwork(topology, loss).forward(parameters, statistics, x, pass),
  constrain({ topology, loss }, parameters) {
    const { trainable } = layersNetwork(topology, loss);
    return parameters.map((p, i) => trainable[i].constraint?.apply(p) ?? p);
  },
  text(model) {
    const { inputs, outputs, parameters } = fromLayersKind.sizes(model);
    const hash = createHash("sha256").update(unnamed(model.topology));
    for (const values of model.weights) {
      hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    }
    return `layers ${inputs}–${outputs}, ${parameters} parameters, ${model.loss}, ${
      hash.digest("hex").slice(0, 12)
    }`;
  },
};
