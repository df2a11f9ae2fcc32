/** The states of one training that stay in memory, as its `checkpoint.keep` says. */
import { retained } from "../checkpoints/retention.ts";
import { forgetState, saveState } from "./checkpoints.ts";
import type { FilledSpec } from "./spec.ts";
import type { TrainState } from "./state.ts";

export interface KeptStates {
  /** saves a state, and forgets those that need not stay; returns its id */
  save(state: TrainState): string;
  /** ids of those that stay, by step */
  readonly ids: ReadonlyMap<number, string>;
}

/**
 * @example
 * ```ts
 * import { filledSpec, type Spec } from "./spec.ts";
 * import type { TrainState } from "./state.ts";
 * const save = (spec: Spec, state: TrainState) => keptStates(filledSpec(spec)).save(state);
 * ```
 */
export function keptStates({ select, checkpoint }: Pick<FilledSpec, "select" | "checkpoint">): KeptStates {
  const ids = new Map<number, string>();
  return {
    ids,
    save(state) {
      const id = saveState(state);
      ids.set(state.position.step, id);
      const stay = retained([...ids.keys()], state.trajectory.evaluations, select, checkpoint.keep);
      for (const [step, old] of ids) {
        if (stay.has(step)) continue;
        forgetState(old);
        ids.delete(step);
      }
      return id;
    },
  };
}
