/**
 * A rebuilt `tf.LayersModel` that holds no weights: its layers read the tensors of the pass that is under way, and what
 * they write (moving statistics) is handed out. Passes are synchronous, so trainings that take turns share it.
 */
import { tf } from "../engine/tf.ts";
import { dropout } from "./dropout.ts";
import {
  classNamed,
  endBeforeActivation,
  layersIn,
  modelOf,
  type RawModel,
  type RawVariable,
} from "./layers_topology.ts";
import type { Forward, Loss, Pass } from "./model.ts";

export interface LayersNetwork {
  /** classes of its layers by their names, as they were registered when it was built */
  readonly classes: ReadonlyMap<string, unknown>;
  readonly trainable: readonly RawVariable[];
  readonly fixed: readonly RawVariable[];
  /** numbers of one example */
  readonly inputShape: readonly number[];
  readonly outputs: number;
  forward(
    parameters: readonly tf.Tensor[],
    statistics: readonly tf.Tensor[],
    x: tf.Tensor2D,
    pass: Pass,
  ): Forward;
}

const networks = new Map<string, LayersNetwork>();
/** Networks that are kept; the oldest is rebuilt when it is asked for again. */
const BOUND = 16;

const keyOf = (topology: string, loss: Loss): string => `${loss} ${topology}`;

/** The network of a topology and loss, if it has been built of the classes that are registered now. */
function known(topology: string, loss: Loss): LayersNetwork | undefined {
  const network = networks.get(keyOf(topology, loss));
  const same = network && [...network.classes].every(([name, type]) => classNamed(name) === type);
  return same ? network : undefined;
}

/** Whether the network of a topology and loss has been built: then it is one that can be trained. */
export const hasNetwork = (topology: string, loss: Loss): boolean => known(topology, loss) !== undefined;

/** The network of a topology and loss, rebuilt once. What it is made of has been checked. */
export function layersNetwork(topology: string, loss: Loss): LayersNetwork {
  const key = keyOf(topology, loss);
  const network = known(topology, loss) ?? build(topology, loss);
  networks.delete(key);
  networks.set(key, network);
  if (networks.size > BOUND) networks.delete(networks.keys().next().value!);
  return network;
}

function build(topology: string, loss: Loss): LayersNetwork {
  let model!: RawModel;
  tf.tidy(() => void (model = modelOf(topology)));
  endBeforeActivation(model, loss);
  const trainable = [...model.trainableWeights], fixed = [...model.nonTrainableWeights];
  let passing: Pass = { training: false };
  layersIn(model).filter((layer) => /Dropout(1D)?$/.test(layer.getClassName())).forEach((layer, i) => {
    layer.call = (inputs) => {
      const x = Array.isArray(inputs) ? inputs[0] : inputs;
      // a rate of 1 drops nothing: TensorFlow.js' own rule
      const rate = layer.rate! < 1 ? layer.rate! : 0;
      return tf.tidy(() => dropout(x, rate, i, passing, layer.getNoiseShape!(x) ?? x.shape));
    };
  });
  let values = new Map<RawVariable, tf.Tensor>(), written: tf.Tensor[] = [];
  for (const variable of [...trainable, ...fixed]) {
    variable.val.dispose();
    variable.read = () => values.get(variable)!;
    // layers write within scopes of their own, which would dispose of what they wrote
    variable.write = (value) => {
      const kept = tf.keep(tf.clone(value));
      written.push(kept);
      values.set(variable, kept);
    };
  }
  const inputShape = model.inputs[0].shape.slice(1) as number[];
  const names = layersIn(model).map((layer) => layer.getClassName());
  return {
    classes: new Map(names.map((name) => [name, classNamed(name)])),
    trainable,
    fixed,
    inputShape,
    outputs: model.outputs[0].shape[1]!,
    forward(parameters, statistics, x, pass) {
      const given = [...parameters, ...statistics];
      values = new Map([...trainable, ...fixed].map((variable, i) => [variable, given[i]]));
      passing = pass;
      const outputs = model.apply(tf.reshape(x, [x.shape[0], ...inputShape]), { training: pass.training });
      const losses = pass.training ? model.calculateLosses() : [];
      const penalty = losses.length === 0 ? null : tf.addN(losses) as tf.Scalar;
      const moved = fixed.map((variable, i) => {
        const value = values.get(variable)!;
        return value === statistics[i] ? value : tf.clone(value); // now of the caller's scope
      });
      tf.dispose(written);
      written = [];
      values = new Map();
      return { outputs: outputs as tf.Tensor2D, statistics: moved, penalty };
    },
  };
}
