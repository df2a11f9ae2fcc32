/** A criterion's state from a recording: settings come from code, progress from what was recorded. */
import type { Criterion, CriterionState } from "../criteria/criterion.ts";
import { initial, observe } from "../criteria/rules.ts";
import type { Trajectory } from "../curves/trajectory.ts";

/**
 * The state that `criterion` has after all that a trajectory recorded, whichever criterion it was trained under.
 * A training that goes on with another patience, or another rule altogether, thus starts with the right count.
 */
export function refold(criterion: Criterion, { updates, evaluations }: Trajectory): CriterionState {
  let state = initial(criterion), evaluated = 0;
  for (let i = 0; i < updates.step.length; i++) {
    const at = {
      step: updates.step[i],
      epoch: updates.epoch[i],
      examples: updates.examples[i],
      evaluations: evaluated,
      seconds: updates.seconds[i],
    };
    state = observe(criterion, state, { kind: "update", at, loss: updates.loss[i], rate: updates.rate[i] });
    if (evaluations.step[evaluated] === at.step) {
      const row = evaluated++;
      const metrics = rowOf(evaluations.metrics, row);
      state = observe(criterion, state, {
        kind: "evaluation",
        at: { ...at, evaluations: evaluated },
        metrics,
        standardErrors: rowOf(evaluations.standardErrors, row),
      });
    }
  }
  return state;
}

const rowOf = (columns: Readonly<Record<string, Float64Array>>, row: number): Record<string, number> =>
  Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, values[row]]));
