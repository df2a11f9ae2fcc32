/** A study of which only rows are known, as its procedures look at it: each trial by its best and its last step. Pure. */
import type { Trajectory } from "../lib/curves/trajectory.ts";
import type { TrialRow } from "../lib/store/study_store.ts";
import type { StudyRecord, TrialRecord } from "../lib/studies/study_record.ts";

const NONE = new Float64Array();
const NOTHING = { step: NONE, epoch: NONE, examples: NONE, seconds: NONE };

function trajectoryOf({ name, seed, step, best }: TrialRow, metric: string): Trajectory {
  const updates = step > 0
    ? { ...NOTHING, step: Float64Array.of(step), rate: NONE, loss: NONE }
    : { ...NOTHING, rate: NONE, loss: NONE };
  const measured = best === null ? NOTHING : { ...NOTHING, step: Float64Array.of(best.step) };
  const metrics: Record<string, Float64Array> = best === null
    ? {}
    : { [metric]: Float64Array.of(best.value) };
  const evaluations = { ...measured, metrics, standardErrors: {} };
  return { name, seed, batches: null, updates, evaluations, final: null, end: null };
}

/** The trial by its row; its trajectory has its best evaluation alone. */
export const trialOfRow = (row: TrialRow, metric: string): TrialRecord => ({
  number: row.number,
  name: row.name,
  parameters: row.parameters,
  seed: row.seed,
  maxSteps: row.maxSteps,
  state: row.state,
  because: row.because,
  trajectory: trajectoryOf(row, metric),
});

/**
 * The trials that were begun.
 * @example
 * ```ts ignore
 * const { verdict } = bestStepDiagnosis(recordOfRows(study, trials));
 * ```
 */
export const recordOfRows = (
  { name, metric, mode, space }: Omit<StudyRecord, "trials">,
  rows: readonly TrialRow[],
): StudyRecord => ({
  name,
  metric,
  mode,
  space,
  trials: rows.filter(({ state }) => state !== "waiting").map((row) => trialOfRow(row, metric)),
});
