/** Walks a recording as training went: what a rule saw, in the order in which it saw it. */
import type { Metric, Observation } from "../criteria/criterion.ts";
import type { Trajectory } from "../curves/trajectory.ts";
import type { Position } from "../durations.ts";
import { placesOf } from "./places.ts";

/** Who follows a recording. */
export interface Follower {
  /** asked before every update, as training asks, also before those that a log does not hold; default never */
  stops?(at: Position): boolean;
  /** the observation is written over for the next one: what is to be remembered has to be copied */
  see(observation: Observation): void;
}

/**
 * Shows a recording update by update: stop? update, evaluation if there is one, stop? … Of a log the updates that it
 * does not hold are shown to nobody, and an evaluation stands at its own place. The evaluation at an end off the grid
 * is never shown.
 * @param between steps, ascending, at which to ask between two rows of the recording; default all
 * @returns where it ended, and whether the recording did
 * @example
 * ```ts
 * import type { Trajectory } from "../curves/trajectory.ts";
 * const losses: number[] = [];
 * const collect = (trajectory: Trajectory) =>
 *   follow(trajectory, { see: (seen) => seen.kind === "update" && losses.push(seen.loss) });
 * ```
 */
export function follow(
  trajectory: Trajectory,
  { stops, see }: Follower,
  between?: readonly number[],
): { readonly at: Position; readonly toTheEnd: boolean } {
  const { updates, evaluations } = trajectory, places = stops && placesOf(trajectory);
  let followed = 0, evaluated = 0, asked = 0;
  /** the next step to ask at */
  const after = (step: number): number => {
    if (!between) return step + 1;
    while (between[asked] <= step) asked++;
    return asked < between.length ? between[asked] : Infinity;
  };
  // One position, one reading of each kind, written over for every update: this is the hot loop of every slider.
  const at = { step: 0, epoch: 0, examples: 0, evaluations: 0, seconds: 0 };
  const update = { kind: "update" as const, at, loss: NaN, rate: NaN };
  const columns = Object.entries(evaluations.metrics),
    errorColumns = Object.entries(evaluations.standardErrors);
  const metrics: Record<Metric, number> = {}, standardErrors: Record<Metric, number> = {};
  const evaluation = { kind: "evaluation" as const, at, metrics, standardErrors };

  for (;;) {
    // The next step that the recording holds, and the stop before it
    const toUpdate = followed < updates.step.length ? updates.step[followed] : Infinity;
    const toEvaluation = evaluated < evaluations.step.length ? evaluations.step[evaluated] : Infinity;
    const next = Math.min(toUpdate, toEvaluation);
    if (next === Infinity) return { at: { ...at }, toTheEnd: true };
    if (stops?.(at)) return { at: { ...at }, toTheEnd: false };
    for (let step = after(at.step); places && step < next; step = after(step)) {
      if (stops(places.at(step, at))) return { at: { ...at }, toTheEnd: false };
    }

    // What happened at that step: the update, then the evaluation
    const table = toUpdate === next ? updates : evaluations, row = table === updates ? followed : evaluated;
    at.step = next;
    at.epoch = table.epoch[row];
    at.examples = table.examples[row];
    if (toUpdate === next) {
      at.seconds = updates.seconds[followed];
      update.loss = updates.loss[followed];
      update.rate = updates.rate[followed++];
      see(update);
    }
    if (toEvaluation !== next) continue;
    at.evaluations = evaluated + 1;
    at.seconds = evaluations.seconds[evaluated];
    for (const [metric, values] of columns) metrics[metric] = values[evaluated];
    for (const [metric, values] of errorColumns) standardErrors[metric] = values[evaluated];
    evaluated++;
    see(evaluation);
  }
}
