/**
 * The files of a run's folder that hold its trajectory. What the clock says lies apart, so that all else is equal to the
 * byte however often a training was cut.
 */
export const ROW_FILES = [
  "updates.f64",
  "updates.clock.f64",
  "evaluations.jsonl",
  "evaluations.clock.f64",
] as const;
export type RowFile = typeof ROW_FILES[number];
