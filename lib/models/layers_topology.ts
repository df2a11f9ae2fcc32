/** A `tf.LayersModel` as text, and back: what of it Plateau can train, and with which of its layers it cannot. */
import * as tfjs from "@tensorflow/tfjs";
import { tf } from "../engine/tf.ts";
import type { Loss } from "./model.ts";

/** A layer and what this folder reads of it, over all that TensorFlow.js keeps protected. */
export interface RawLayer {
  readonly name: string;
  readonly stateful?: boolean;
  readonly inboundNodes: readonly unknown[];
  getClassName(): string;
  activation?: { getClassName(): string; apply(x: tf.Tensor): tf.Tensor };
  call(inputs: tf.Tensor | tf.Tensor[], settings: unknown): tf.Tensor | tf.Tensor[];
  /** of a dropout layer */
  readonly rate?: number;
  /** the shape of its mask; null for that of its input */
  getNoiseShape?(input: tf.Tensor): readonly number[] | null | undefined;
  /** of recurrent layers */
  readonly cell?: RawLayer;
  readonly cells?: readonly RawLayer[];
  readonly dropout?: number;
  readonly recurrentDropout?: number;
  /** of models and wrappers */
  readonly layers?: readonly RawLayer[];
  readonly outputLayers?: readonly RawLayer[];
  readonly layer?: RawLayer;
  readonly forwardLayer?: RawLayer;
  readonly backwardLayer?: RawLayer;
}

/** A variable of a layer. `read` and `write` are what layers go through. */
export interface RawVariable {
  readonly name: string;
  readonly originalName: string;
  readonly shape: readonly number[];
  readonly constraint: { apply(x: tf.Tensor): tf.Tensor } | null;
  readonly val: tf.Variable;
  read(): tf.Tensor;
  write(value: tf.Tensor): unknown;
}

/** A model of TensorFlow.js, as far as this folder reads it. */
export interface RawModel extends RawLayer {
  readonly inputs: readonly { readonly shape: readonly (number | null)[] }[];
  readonly outputs: readonly { readonly shape: readonly (number | null)[] }[];
  readonly trainableWeights: readonly RawVariable[];
  readonly nonTrainableWeights: readonly RawVariable[];
  getConfig(): unknown;
  apply(x: tf.Tensor, settings: { readonly training: boolean }): tf.Tensor;
  calculateLosses(): tf.Scalar[];
}

/** What draws random numbers that nobody can seed. */
const UNSEEDED = ["GaussianNoise", "GaussianDropout", "AlphaDropout", "RandomWidth"];
/** Activations that the loss undoes: outputs are taken before them. */
const UNDONE: Record<Loss, string | null> = {
  softmaxCrossEntropy: "softmax",
  sigmoidCrossEntropy: "sigmoid",
  meanSquaredError: null,
};

/** The topology of a model as text: classes and configurations of its layers, no weights. */
export function topologyOf(model: RawModel): string {
  return JSON.stringify({ className: model.getClassName(), config: model.getConfig() });
}

/** A new model of this topology, with weights of its own. @throws TypeError for a class that is not registered */
export function modelOf(topology: string): RawModel {
  const { className, config } = JSON.parse(topology);
  const classes = tfjs.serialization.SerializationMap.getMap().classNameMap;
  const [type, fromConfig] = classes[className] ?? [];
  if (!type || !fromConfig) {
    throw new TypeError(`unknown class of a model: ${className} (Model or Sequential)`);
  }
  return fromConfig(type, config) as unknown as RawModel;
}

/** The class that is registered by a name now; a class may be registered again, as when its cell runs again. */
export const classNamed = (name: string): unknown =>
  tfjs.serialization.SerializationMap.getMap().classNameMap[name]?.[0];

/** All layers of a model, those within models, wrappers and recurrent layers too. */
export function layersIn(layer: RawLayer): RawLayer[] {
  const { layers = [], layer: wrapped, forwardLayer, backwardLayer, cell, cells = [] } = layer;
  const inner = [...layers, wrapped, forwardLayer, backwardLayer, cell, ...cells];
  return [...new Set([layer, ...inner.flatMap((each) => each ? layersIn(each) : [])])];
}

/** @throws TypeError that names the layer and what of it cannot be trained here */
export function checkSupported(model: RawModel, loss: Loss): void {
  const refuse = (what: string) => {
    throw new TypeError(`unsupported model: ${what}`);
  };
  if (typeof model?.getClassName !== "function") refuse("no tf.LayersModel");
  if (!model.inputs?.length) refuse(`${model.name} is not built (its first layer needs inputShape)`);
  if (model.inputs.length !== 1) refuse(`${model.inputs.length} inputs (one)`);
  if (model.outputs.length !== 1) refuse(`${model.outputs.length} outputs (one)`);
  const [{ shape: input }] = model.inputs, [{ shape: output }] = model.outputs;
  if (input.slice(1).some((size) => size === null)) refuse(`input shape [${input}] is open beyond the rows`);
  if (input[0] !== null) refuse(`input shape [${input}] fixes the number of rows`);
  if (output.length !== 2 || output[1] === null) {
    refuse(`output shape [${output.map((size) => size ?? "rows")}] (rows and outputs)`);
  }
  if (loss === "sigmoidCrossEntropy" && output[1] !== 1) refuse(`${output[1]} outputs with ${loss} (one)`);
  for (const layer of layersIn(model)) {
    const name = `layer ${layer.name} (${layer.getClassName()})`;
    if (UNSEEDED.includes(layer.getClassName())) {
      refuse(`${name} draws random numbers that cannot be repeated`);
    }
    if (layer.stateful && !layer.layers) refuse(`${name} is stateful`);
    if ((layer.dropout ?? 0) > 0 || (layer.recurrentDropout ?? 0) > 0) {
      refuse(`${name} has dropout within its recurrence, which cannot be repeated`);
    }
  }
  checkEnd(model, loss, refuse);
}

/** The layer that makes a model's outputs. */
function lastLayer(model: RawLayer): RawLayer {
  // a Sequential knows its output layers only once it has run
  const last = model.getClassName() === "Sequential" ? model.layers?.at(-1) : model.outputLayers?.[0];
  return last ? lastLayer(last) : model;
}

/** Name of the activation that a layer ends with. */
function activationOf(layer: RawLayer): string {
  if (layer.getClassName() === "Softmax") return "softmax";
  return layer.activation?.getClassName() ?? "linear";
}

function checkEnd(model: RawModel, loss: Loss, refuse: (what: string) => void): void {
  const last = lastLayer(model), activation = activationOf(last), undone = UNDONE[loss];
  if (undone === null || activation === "linear") return;
  if (activation !== undone) {
    refuse(`layer ${last.name} ends in ${activation}, which ${loss} does not take (linear or ${undone})`);
  }
  if (last.inboundNodes.length > 1) {
    refuse(`layer ${last.name} is used more than once and ends in ${activation}`);
  }
}

/** Makes the model answer what the loss takes: logits in place of what its final softmax or sigmoid makes of them. */
export function endBeforeActivation(model: RawModel, loss: Loss): void {
  const last = lastLayer(model);
  if (UNDONE[loss] === null || activationOf(last) === "linear") return;
  if (last.getClassName() === "Softmax") last.call = (inputs) => Array.isArray(inputs) ? inputs[0] : inputs;
  else last.activation = { getClassName: () => "linear", apply: (x) => x };
}
