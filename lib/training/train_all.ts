/** Several trainings after one another, seen together: seeds, rates, whatever differs. */
import { shown } from "../durations.ts";
import type { TrainingEvent } from "./event.ts";
import { plannedEvent } from "./planned_event.ts";
import type { Spec } from "./spec.ts";
import { train, type Training } from "./train.ts";

/** Trainings under way, one after another. */
export interface Trainings extends AsyncGenerator<readonly TrainingEvent[], void, void> {
  /** ends the one that runs as `aborted`, and those that wait too, without an update */
  abort(): void;
}

/**
 * Trains each spec in turn. Yields the last event of every one of them each time one says something; those
 * that wait show their plan and an empty trajectory.
 *
 * @throws RangeError or TypeError at once when any spec is wrong, before anything trains
 *
 * @example
 * ```ts
 * import { type Spec, trainAll } from "plateau";
 * async function threeSeeds(spec: Spec) {
 *   for await (const runs of trainAll([0, 1, 2].map((seed) => ({ ...spec, seed })))) {
 *     console.log(runs.map((run) => run.at.step));
 *   }
 * }
 * ```
 */
export function trainAll(specs: readonly Spec[]): Trainings {
  if (!Array.isArray(specs)) throw new TypeError(`invalid specs: ${shown(specs)} (a list of them)`);
  const waiting = specs.map(plannedEvent);
  const state: { running: Training | null; aborted: boolean } = { running: null, aborted: false };
  const abort = () => {
    state.aborted = true;
    state.running?.abort();
  };
  return Object.assign(inTurn(specs, waiting, state), { abort });
}

async function* inTurn(
  specs: readonly Spec[],
  waiting: readonly TrainingEvent[],
  state: { running: Training | null; aborted: boolean },
): AsyncGenerator<readonly TrainingEvent[], void, void> {
  const latest = [...waiting];
  for (const [i, spec] of specs.entries()) {
    state.running = train(spec);
    if (state.aborted) state.running.abort();
    for await (const event of state.running) {
      latest[i] = event;
      yield [...latest];
    }
  }
}
