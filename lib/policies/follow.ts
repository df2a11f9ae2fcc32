/** Walks a recording as training went: what a rule saw, in the order in which it saw it. */
import type { Metric, Observation } from "../criteria/criterion.ts";
import type { Trajectory } from "../curves/trajectory.ts";
import type { Position } from "../durations.ts";

/** Who follows a recording. */
export interface Follower {
  /** asked before every update, as training asks; default never */
  stops?(at: Position): boolean;
  /** the observation is written over for the next one: what is to be remembered has to be copied */
  see(observation: Observation): void;
}

/**
 * Shows a recording update by update: stop? update, evaluation if there is one, stop? … The evaluation at an end off
 * the grid is never shown.
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
  { updates, evaluations }: Trajectory,
  { stops = () => false, see }: Follower,
): { readonly at: Position; readonly toTheEnd: boolean } {
  let followed = 0, evaluated = 0;
  // One position, one reading of each kind, written over for every update: this is the hot loop of every slider.
  const at = { step: 0, epoch: 0, examples: 0, evaluations: 0, seconds: 0 };
  const update = { kind: "update" as const, at, loss: NaN, rate: NaN };
  const columns = Object.entries(evaluations.metrics),
    errorColumns = Object.entries(evaluations.standardErrors);
  const metrics: Record<Metric, number> = {}, standardErrors: Record<Metric, number> = {};
  const evaluation = { kind: "evaluation" as const, at, metrics, standardErrors };

  for (; followed < updates.step.length && !stops(at); followed++) {
    at.step = updates.step[followed];
    at.epoch = updates.epoch[followed];
    at.examples = updates.examples[followed];
    at.seconds = updates.seconds[followed];
    update.loss = updates.loss[followed];
    update.rate = updates.rate[followed];
    see(update);
    for (; evaluations.step[evaluated] <= at.step; evaluated++) {
      at.evaluations = evaluated + 1;
      at.seconds = evaluations.seconds[evaluated];
      for (const [metric, values] of columns) metrics[metric] = values[evaluated];
      for (const [metric, values] of errorColumns) standardErrors[metric] = values[evaluated];
      see(evaluation);
    }
  }
  return { at: { ...at }, toTheEnd: followed === updates.step.length };
}
