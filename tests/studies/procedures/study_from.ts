/** Studies made of given curves, for tests. */
import type { Parameters, Space } from "../../../lib/studies/space.ts";
import type { StudyRecord, TrialState } from "../../../lib/studies/study_record.ts";
import { recorded } from "../../curves/recordings.ts";

export interface TrialFrom {
  /** validation losses, one in ten steps */
  readonly losses: readonly number[];
  readonly parameters?: Parameters;
  /** default as many as its losses take */
  readonly maxSteps?: number | null;
  /** default done */
  readonly state?: TrialState;
  readonly seed?: number;
}

export const studyFrom = (trials: readonly TrialFrom[], space: Space | null = null): StudyRecord => ({
  name: "study",
  metric: "validation.loss",
  mode: "min",
  space,
  trials: trials.map((
    { losses, parameters = {}, maxSteps = losses.length * 10, state = "done", seed = 0 },
    number,
  ) => ({
    number,
    name: `trial ${number}`,
    parameters,
    seed,
    maxSteps,
    state,
    because: "",
    trajectory: recorded({ losses, seed }),
  })),
});

/** So many losses with their lowest at a row, 0.01 a row above it. */
export const bestAt = (row: number, count = 20, lowest = 0.1): number[] =>
  Array.from({ length: count }, (_, i) => lowest + 0.01 * Math.abs(i - row));

/** The same study by the negative of its metric times a factor, more of which is better. */
export const upsideDown = (study: StudyRecord, by: number): StudyRecord => ({
  ...study,
  mode: "max",
  trials: study.trials.map((trial) => {
    const { evaluations } = trial.trajectory, losses = evaluations.metrics["validation.loss"];
    const metrics = { ...evaluations.metrics, "validation.loss": losses.map((loss) => -by * loss) };
    return { ...trial, trajectory: { ...trial.trajectory, evaluations: { ...evaluations, metrics } } };
  }),
});
