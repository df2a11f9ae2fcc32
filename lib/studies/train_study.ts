/** Trains all trials of a study in this process, one after another. */
import { plannedEvent } from "../training/planned_event.ts";
import { filledStudy } from "./filled_study.ts";
import { pruning } from "./pruning.ts";
import type { Study } from "./study.ts";
import type { StudyRecord, TrialRecord } from "./study_record.ts";
import { trainTrial, type TrialOptions } from "./train_trial.ts";
import { type TrialPlan, trialsOf } from "./trials_of.ts";

export interface TrainStudyOptions {
  /** ends the trial that runs; it and those after it stay `waiting` */
  readonly signal?: AbortSignal | null;
}
/** A study under way. */
export interface StudyTraining extends AsyncGenerator<StudyRecord, void, void> {
  /** ends the trial that runs; it and those after it stay `waiting` */
  abort(): void;
}
/** Every trial of a study failed. */
export class AllTrialsFailed extends Error {
  override readonly name = "AllTrialsFailed";
  constructor(readonly study: string, readonly trials: number, readonly because: string) {
    super(`all ${trials} trials of ${study} failed, the first by: ${because}`);
  }
}

/** Milliseconds between two records: who reads them draws them. */
const BETWEEN = 500;

/**
 * Trains each trial of a study in turn and yields its record, at most twice a second and at the end; trials that wait
 * have an empty trajectory. A trial that fails or diverges is a record, and the others go on. The study's pruner judges by
 * what is recorded, so the trials that come later are judged by more.
 * @throws RangeError, TypeError, UnknownParameter or UnknownMetric at once when the study is wrong; AllTrialsFailed
 *   `all 3 trials of rates failed, the first by: …`; StorageFault
 * @example
 * ```ts
 * import type { Study } from "./study.ts";
 * async function states(study: Study) {
 *   for await (const { trials } of trainStudy(study)) console.log(trials.map(({ state }) => state));
 * }
 * ```
 */
export function trainStudy(study: Study, { signal = null }: TrainStudyOptions = {}): StudyTraining {
  const { name } = study, control = new AbortController();
  const plans = trialsOf(study).map((plan): TrialPlan => ({
    ...plan,
    spec: { ...plan.spec, name: `${name} ${plan.name}` }, // as a run it stands beside those of other studies
  }));
  const asked = signal === null ? control.signal : AbortSignal.any([control.signal, signal]);
  return Object.assign(inTurn(study, plans, asked), { abort: () => control.abort() });
}

async function* inTurn(
  study: Study,
  plans: readonly TrialPlan[],
  signal: AbortSignal,
): AsyncGenerator<StudyRecord, void, void> {
  const { name, metric, mode, space, pruner } = filledStudy(study), trials = plans.map(waiting);
  const record = (): StudyRecord => ({ name, metric, mode, space, trials: [...trials] });
  let told = -Infinity;
  for (const [i, plan] of plans.entries()) {
    if (signal.aborted) break;
    const judged: TrialOptions = pruner === null ? {} : {
      prune(trajectory, at) {
        trials[i] = { ...trials[i], state: "running", trajectory };
        return pruning(pruner, { name, metric, mode, space, trials }, plan.number, at);
      },
    };
    for await (const { record: trial } of trainTrial(plan, { ...judged, signal })) {
      trials[i] = trial;
      if (performance.now() - told < BETWEEN) continue;
      yield record();
      told = performance.now();
    }
  }
  yield record();
  if (trials.every(({ state }) => state === "failed")) {
    throw new AllTrialsFailed(name, trials.length, trials[0].because);
  }
}

function waiting({ number, name, parameters, seed, maxSteps, spec }: TrialPlan): TrialRecord {
  const { trajectory } = plannedEvent(spec);
  return { number, name, parameters, seed, maxSteps, state: "waiting", because: "", trajectory };
}
