/** Which evaluation each selection keeps, after any number of evaluations. */
import type { Selection } from "../criteria/selection.ts";
import { initialSelection, observeSelection, selectionText } from "../criteria/select.ts";
import type { Evaluations } from "../curves/trajectory.ts";

/**
 * Looks up the row that a selection keeps of the first `seen` evaluations; −1 when none. Each selection is walked once,
 * as far as it is asked for, however many policies use it.
 * @example
 * ```ts
 * import { last } from "../criteria/last.ts";
 * import type { Trajectory } from "../curves/trajectory.ts";
 * const lastOfTen = (trajectory: Trajectory) => keptRows(trajectory.evaluations)(last(), 10);
 * ```
 */
export function keptRows({ step, metrics }: Evaluations): (selection: Selection, seen: number) => number {
  const columns = Object.entries(metrics), values: Record<string, number> = {};
  const walked = new Map<string, { state: ReturnType<typeof initialSelection>; rows: number[] }>();
  return (selection, seen) => {
    const text = selectionText(selection);
    const walk = walked.get(text) ?? { state: initialSelection(selection), rows: [] };
    walked.set(text, walk);
    const { rows } = walk;
    while (rows.length < Math.min(seen, step.length)) {
      const row = rows.length;
      for (const [metric, column] of columns) values[metric] = column[row];
      walk.state = observeSelection(selection, walk.state, { metrics: values });
      rows.push(walk.state.kept === walk.state.seen ? row : rows.at(-1) ?? -1);
    }
    return seen === 0 ? -1 : rows[seen - 1];
  };
}
