/** How far a rule that waits for a gain has waited, on a training that goes on. */
import type { Criterion, CriterionState, Plateau, PlateauState } from "../criteria/criterion.ts";
import { initial, observe } from "../criteria/rules.ts";
import type { Trajectory } from "../curves/trajectory.ts";
import type { Unit } from "../durations.ts";
import { follow } from "../policies/follow.ts";

export interface PatienceState {
  readonly waited: number;
  readonly patience: number;
  readonly unit: Unit;
}

/**
 * The wait of the first plateau rule in a criterion, after all that was recorded; null when it has none.
 *
 * @example
 * ```ts
 * import type { Trajectory } from "../curves/trajectory.ts";
 * import { maxSteps } from "../criteria/max_steps.ts";
 * const none = (run: Trajectory) => patienceState(maxSteps(100), run); // null
 * ```
 */
export function patienceState(criterion: Criterion, trajectory: Trajectory): PatienceState | null {
  let state = initial(criterion);
  follow(trajectory, { see: (seen) => state = observe(criterion, state, seen) });
  const found = firstPlateau(criterion, state);
  if (found === null) return null;
  const { patience } = found.rule;
  return { waited: found.state.elapsed, patience: patience.count, unit: patience.unit };
}

function firstPlateau(
  criterion: Criterion,
  state: CriterionState,
): { rule: Plateau; state: PlateauState } | null {
  if (criterion.kind === "plateau") return { rule: criterion, state: state as PlateauState };
  if (criterion.kind !== "any" && criterion.kind !== "all") return null;
  for (const [index, child] of criterion.criteria.entries()) {
    const found = firstPlateau(child, (state as readonly CriterionState[])[index]);
    if (found !== null) return found;
  }
  return null;
}
