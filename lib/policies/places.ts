/** Where a recording stands after any number of updates, also between the rows that it holds. */
import { epochAt, examplesAt } from "../batch_plan.ts";
import { rowAt } from "../curves/axis.ts";
import type { Trajectory } from "../curves/trajectory.ts";
import type { Position } from "../durations.ts";

/** A position that is written over. */
export type Place = { -readonly [Field in keyof Position]: Position[Field] };

export interface Places {
  /** the last step that is recorded; 0 without rows */
  readonly last: number;
  /** whether epochs, examples and the clock never go back */
  readonly ascending: boolean;
  /**
   * The position after `step` updates. Between two rows epochs and examples follow from the batch plan, or lie between
   * those of the rows as the step does; so does the clock.
   * @param into written over; default a new one
   */
  at(step: number, into?: Place): Place;
}

const columns = ["epoch", "examples", "seconds"] as const;

/**
 * The places of a recording. It may be of a log, which does not hold every update.
 * @example
 * ```ts
 * import type { Trajectory } from "../curves/trajectory.ts";
 * const halfway = (trajectory: Trajectory) => placesOf(trajectory).at(placesOf(trajectory).last >> 1);
 * ```
 */
export function placesOf({ updates, evaluations, batches }: Trajectory): Places {
  const tables = [updates, evaluations];
  const last = Math.max(updates.step.at(-1) ?? 0, evaluations.step.at(-1) ?? 0);

  /** The row nearest before a step, or nearest after it. Of one step the update comes first, then the evaluation. */
  function nearest(step: number, way: 0 | 1) {
    const rows = tables.map((table) => rowAt(table.step, step) + way);
    const steps = tables.map((table, i) => table.step[rows[i]] ?? (way === 0 ? 0 : Infinity));
    const which = (way === 0 ? steps[1] >= steps[0] : steps[1] < steps[0]) ? 1 : 0;
    return { table: tables[which], row: rows[which], step: steps[which] };
  }

  function between(step: number, place: Place): void {
    const from = nearest(step, 0), to = nearest(step, 1);
    for (const column of columns) {
      const low = from.step === 0 ? 0 : from.table[column][from.row];
      const rise = to.table[column][to.row] - low;
      place[column] = low + (step - from.step) * rise / (to.step - from.step);
    }
    if (!batches) return;
    place.epoch = epochAt(batches, step);
    place.examples = examplesAt(batches, step);
  }

  return {
    last,
    ascending: tables.every((table) => columns.every((column) => isAscending(table[column]))),
    at(step, place = { step: 0, epoch: 0, examples: 0, evaluations: 0, seconds: 0 }) {
      const updated = rowAt(updates.step, step), evaluated = rowAt(evaluations.step, step);
      place.step = step;
      place.evaluations = evaluated + 1;
      const isUpdate = updates.step[updated] === step, isEvaluation = evaluations.step[evaluated] === step;
      if (step <= 0) place.epoch = place.examples = place.seconds = 0;
      else if (isUpdate || isEvaluation) {
        const table = isUpdate ? updates : evaluations, row = isUpdate ? updated : evaluated;
        place.epoch = table.epoch[row];
        place.examples = table.examples[row];
        // an evaluation takes time, and comes after its update
        place.seconds = isEvaluation ? evaluations.seconds[evaluated] : updates.seconds[updated];
      } else between(step, place);
      return place;
    },
  };
}

/** Of what is not known nothing goes back. */
function isAscending(column: Float64Array): boolean {
  for (let i = 1; i < column.length; i++) if (column[i] < column[i - 1]) return false;
  return true;
}
