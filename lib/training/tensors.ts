/** The tensors of one training: made at its start, replaced by every update, disposed of unless they are kept. */
import { tf } from "../engine/tf.ts";
import type { EvaluationRow } from "../curves/trajectory.ts";
import { modelKind } from "../models/model_kind.ts";
import type { Parameter } from "../models/model.ts";
import { optimizerKind } from "../optimizers/optimizer_kind.ts";
import { listed } from "./loop_tensors.ts";
import type { FilledSpec } from "./spec.ts";
import type { Layout, TrainState, Weights } from "./state.ts";
import type { LoopTensors } from "./updates.ts";

/** What one forward pass reads. */
export interface Network {
  readonly parameters: readonly tf.Tensor[];
  readonly statistics: readonly tf.Tensor[];
}

/** Tensors of a training under way. */
export interface Live extends Network {
  parameters: readonly tf.Tensor[];
  statistics: readonly tf.Tensor[];
  slots: readonly tf.Tensor[];
  /** running mean of the parameters; null when none is kept */
  average: readonly tf.Tensor[] | null;
  /** the evaluation that the selection takes so far */
  kept: { readonly row: EvaluationRow; readonly network: Network } | null;
}

export type NetworkLayout = TrainState["layout"];

/** Tensors before the first update. */
export function freshTensors({ model, optimizer, average, seed }: FilledSpec): Live {
  const kind = modelKind(model);
  const parameters = made(kind.parameters(model, seed));
  const { slotsPerParameter } = optimizerKind(optimizer);
  return {
    parameters,
    statistics: made(kind.statistics(model)),
    slots: parameters.flatMap(({ shape }) =>
      Array.from({ length: slotsPerParameter }, () => tf.zeros([...shape]))
    ),
    average: average ? parameters.map((p) => tf.clone(p)) : null,
    kept: null,
  };
}

const made = (parameters: readonly Parameter[]): tf.Tensor[] =>
  parameters.map(({ values, shape }) => tf.tensor(values, [...shape]));

/** Tensors of a state that is gone on from. A running mean that it does not have begins with its parameters. */
export function revivedTensors(spec: FilledSpec, state: TrainState): Live {
  const { layout, slots, average, kept } = state;
  return {
    ...networkOf(layout, state),
    slots: restored(slots, layout.parameters),
    average: spec.average ? restored(average ?? state.parameters, layout.parameters) : null,
    kept: kept && { row: kept.row, network: networkOf(layout, kept) },
  };
}

/** Tensors of weights. The caller owns them. */
export const networkOf = (layout: NetworkLayout, weights: Weights): Network => ({
  parameters: restored(weights.parameters, layout.parameters),
  statistics: restored(weights.statistics, layout.statistics),
});

/** Tensors of values, of which each layout has as many as any other. */
const restored = (values: readonly Float32Array[], layout: readonly Layout[]): tf.Tensor[] =>
  values.map((value, i) =>
    tf.tensor(value, [...layout[Math.floor(i * layout.length / values.length)].shape])
  );

/** Names and shapes, in the order of the tensors. */
export function layoutOf({ model, seed }: FilledSpec): NetworkLayout {
  const kind = modelKind(model);
  const layout = (parameters: readonly Parameter[]) => parameters.map(({ name, shape }) => ({ name, shape }));
  return { parameters: layout(kind.parameters(model, seed)), statistics: layout(kind.statistics(model)) };
}

/** Takes the tensors after updates that were applied. */
export function replaceTensors(live: Live, after: LoopTensors): void {
  const before = listed(live);
  live.parameters = after.parameters;
  live.statistics = after.statistics;
  live.slots = after.slots;
  live.average = after.average;
  release(live, before);
}

/** Disposes of tensors after updates that are not taken; those that they share with the ones before stay. */
export function discardTensors(live: Live, after: LoopTensors): void {
  release(live, listed(after));
}

/** Keeps a network as what the selection takes. */
export function keepNetwork(live: Live, row: EvaluationRow, network: Network): void {
  const before = live.kept ? [...live.kept.network.parameters, ...live.kept.network.statistics] : [];
  live.kept = { row, network };
  release(live, before);
}

export function disposeTensors(live: Live): void {
  new Set(held(live)).forEach((tensor) => tensor.dispose());
}

/** Disposes of tensors that are no longer held; a statistic that did not move is one that still is. */
function release(live: Live, before: readonly tf.Tensor[]): void {
  const still = new Set(held(live));
  for (const tensor of new Set(before)) if (!still.has(tensor)) tensor.dispose();
}

const held = (live: Live): tf.Tensor[] => [
  ...listed(live),
  ...(live.kept ? [...live.kept.network.parameters, ...live.kept.network.statistics] : []),
];

/** The numbers of a network, as copies. */
export const weightsOf = ({ parameters, statistics }: Network): Weights => ({
  parameters: numbersOf(parameters),
  statistics: numbersOf(statistics),
});

/** The numbers of tensors, as copies. */
export const numbersOf = (tensors: readonly tf.Tensor[]): Float32Array[] =>
  tensors.map((tensor) => tensor.dataSync().slice() as Float32Array);
