/** All tensors that updates move, as one list for a program and back. */
import { tf } from "../engine/tf.ts";
import { optimizerKind } from "../optimizers/optimizer_kind.ts";
import type { FilledSpec } from "./spec.ts";
import type { NetworkLayout } from "./tensors.ts";
import type { LoopTensors } from "./updates.ts";

/** Names and shapes of the list, in its order: parameters, statistics, slots, running mean. */
export interface LoopLayout {
  readonly names: readonly string[];
  readonly shapes: readonly (readonly number[])[];
  /** the tensors of a list in that order */
  of(list: readonly tf.Tensor[]): LoopTensors;
}

/** The list in the order of `LoopLayout`. */
export const listed = ({ parameters, statistics, slots, average }: LoopTensors): readonly tf.Tensor[] => [
  ...parameters,
  ...statistics,
  ...slots,
  ...(average ?? []),
];

export function loopLayout({ optimizer, average }: FilledSpec, layout: NetworkLayout): LoopLayout {
  const { slotsPerParameter } = optimizerKind(optimizer);
  const parameters = layout.parameters.map(({ shape }) => shape);
  const statistics = layout.statistics.map(({ shape }) => shape);
  const slots = parameters.flatMap((shape) => Array.from({ length: slotsPerParameter }, () => shape));
  const groups = [parameters, statistics, slots, average ? parameters : []];
  return {
    names: groups.flatMap((group, i) => group.map((_, j) => `${"psoa"[i]}${j}`)),
    shapes: groups.flat(),
    of(list) {
      let at = 0;
      const [p, s, o, a] = groups.map((group) => list.slice(at, at += group.length));
      return { parameters: p, statistics: s, slots: o, average: average ? a : null };
    },
  };
}
