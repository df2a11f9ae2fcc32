/** A training's numbers by name: what a reader of its file meets, here or in Python. */
import type { Layout, TrainState, Weights } from "../training/state.ts";
import type { NamedTensor } from "./safetensors.ts";

type Layouts = TrainState["layout"];

/** `parameters/…` and `statistics/…`, with a prefix. */
function weightTensors(prefix: string, layout: Layouts, weights: Weights): NamedTensor[] {
  return [
    ...named(`${prefix}parameters/`, layout.parameters, weights.parameters),
    ...named(`${prefix}statistics/`, layout.statistics, weights.statistics),
  ];
}

function named(prefix: string, layout: readonly Layout[], values: readonly Float32Array[]): NamedTensor[] {
  if (values.length !== layout.length) {
    throw new RangeError(
      `invalid state: ${values.length} tensors under ${prefix} for ${layout.length} names`,
    );
  }
  return layout.map(({ name, shape }, i) => ({ name: prefix + name, shape, values: values[i] }));
}

/** Layout of the slots: those of one parameter one after another, as `dense0.bias/0`. */
function slotLayout({ parameters }: Layouts, perParameter: number): Layout[] {
  return parameters.flatMap(({ name, shape }) =>
    Array.from({ length: perParameter }, (_, i) => ({ name: `${name}/${i}`, shape }))
  );
}

/** All tensors of a state but its trajectory. */
export function stateTensors(state: TrainState): NamedTensor[] {
  const { layout, slots, average, kept } = state;
  return [
    ...weightTensors("", layout, state),
    ...named("slots/", slotLayout(layout, slotsPerParameter(state)), slots),
    ...(average ? named("average/", layout.parameters, average) : []),
    ...(kept ? weightTensors("kept/", layout, kept) : []),
  ];
}

export const slotsPerParameter = ({ layout, slots }: Pick<TrainState, "layout" | "slots">): number =>
  layout.parameters.length === 0 ? 0 : slots.length / layout.parameters.length;

/** The tensors that were found, taken one by one. */
export interface TensorShelf {
  /** @throws Error that names the tensor when it is missing or of another shape */
  take(name: string, shape: readonly number[]): NamedTensor["values"];
}

/** What `stateTensors` names, read back. */
export function tensorsOfState(
  shelf: TensorShelf,
  layout: Layouts,
  has: { readonly slots: number; readonly average: boolean; readonly kept: boolean },
): Weights & Pick<TrainState, "slots" | "average"> & { readonly kept: Weights | null } {
  const all = (prefix: string, layout: readonly Layout[]) =>
    layout.map(({ name, shape }) => shelf.take(prefix + name, shape) as Float32Array);
  const weights = (prefix: string): Weights => ({
    parameters: all(`${prefix}parameters/`, layout.parameters),
    statistics: all(`${prefix}statistics/`, layout.statistics),
  });
  return {
    ...weights(""),
    slots: all("slots/", slotLayout(layout, has.slots)),
    average: has.average ? all("average/", layout.parameters) : null,
    kept: has.kept ? weights("kept/") : null,
  };
}

/** The selected weights by their plain names: what a result is. */
export function resultTensors({ layout, kept, ...state }: TrainState): NamedTensor[] {
  const { parameters, statistics } = kept ?? state;
  return [...named("", layout.parameters, parameters), ...named("", layout.statistics, statistics)];
}
