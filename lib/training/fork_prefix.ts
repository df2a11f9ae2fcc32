/** The part of a recording that a fork shares with its trunk. */
import {
  EVALUATION_COLUMNS,
  type Evaluations,
  type Trajectory,
  UPDATE_COLUMNS,
} from "../curves/trajectory.ts";

/** A recording up to a step, as it was recorded: without its end. The columns are views. */
export function prefixOf(recording: Trajectory, step: number): Trajectory {
  const { updates, evaluations } = recording;
  const made = countUpTo(updates.step, step), evaluated = countUpTo(evaluations.step, step);
  const cut = <Name extends string>(
    columns: Readonly<Record<Name, Float64Array>>,
    names: readonly Name[],
    count: number,
  ) => Object.fromEntries(names.map((name) => [name, columns[name].subarray(0, count)]));
  const { metrics, standardErrors } = evaluations;
  return {
    ...recording,
    updates: cut(updates, UPDATE_COLUMNS, made) as unknown as Trajectory["updates"],
    evaluations: {
      ...cut(evaluations, EVALUATION_COLUMNS, evaluated),
      metrics: cut(metrics, Object.keys(metrics), evaluated),
      // these columns begin with the first evaluation
      standardErrors: evaluated === 0 ? {} : cut(standardErrors, Object.keys(standardErrors), evaluated),
    } as unknown as Evaluations,
    final: null,
    end: null,
  };
}

/** When, by the recorded clock, a recording was at its last step. */
export const secondsAt = ({ updates, evaluations }: Trajectory): number =>
  Math.max(updates.seconds.at(-1) ?? 0, evaluations.seconds.at(-1) ?? 0);

/** How many of ascending steps lie at or before one. */
function countUpTo(steps: Float64Array, step: number): number {
  const after = steps.findIndex((each) => each > step);
  return after < 0 ? steps.length : after;
}

/** The first step whose loss or rate two recordings tell differently, up to the end of the shorter; null when none. */
export function firstDifference(a: Trajectory, b: Trajectory): number | null {
  const count = Math.min(a.updates.step.length, b.updates.step.length);
  for (let i = 0; i < count; i++) {
    const same = Object.is(a.updates.loss[i], b.updates.loss[i]) &&
      Object.is(a.updates.rate[i], b.updates.rate[i]);
    if (!same) return a.updates.step[i];
  }
  return null;
}
