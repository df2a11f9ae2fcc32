/** The search for an initial number of steps as its two studies are run, one after the other. */
import type { InitialStepsOptions } from "./procedures/initial_steps.ts";
import {
  type InitialSteps,
  initialStepsFinding,
  planInitialSteps,
  readInitialSteps,
} from "./procedures/initial_steps.ts";
import type { Finding } from "./procedures/finding.ts";
import type { Study } from "./study.ts";
import type { StudyRecord } from "./study_record.ts";
import { withParameters } from "./with_parameters.ts";

/**
 * Plans the search and the sweep of a study, has each run, and reads them: the sweep trains the settings of the trial
 * that fitted the training set fastest, at constant rates.
 * @param run trains a study and returns its record; null when it was let go of
 * @returns null when it was let go of
 * @throws RangeError as `planInitialSteps`
 */
export async function ranInitialSteps(
  study: Study,
  options: InitialStepsOptions,
  run: (study: Study) => Promise<StudyRecord | null>,
): Promise<Finding<"initialSteps" | "noFit", InitialSteps> | null> {
  const { search, sweep } = planInitialSteps(study, options), searched = await run(search);
  if (searched === null) return null;
  const found = readInitialSteps(searched), [fastest] = found.fits;
  if (fastest === undefined) return initialStepsFinding(found);
  const { parameters } = searched.trials.find(({ number }) => number === fastest.number)!;
  const settings = withParameters(search.spec, parameters);
  const swept = await run({ ...sweep, spec: { ...settings, schedule: sweep.spec.schedule } });
  return swept && initialStepsFinding(readInitialSteps(swept));
}
