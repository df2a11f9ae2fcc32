/** The trials of a study, before any trains. */
import { toSteps } from "../batch_plan.ts";
import { any } from "../criteria/any.ts";
import { best } from "../criteria/best.ts";
import type { Criterion } from "../criteria/criterion.ts";
import { maxEpochs } from "../criteria/max_epochs.ts";
import { maxExamples } from "../criteria/max_examples.ts";
import { maxSteps } from "../criteria/max_steps.ts";
import { countText, durationCall, durationText } from "../durations.ts";
import { type Plan, plan } from "../training/plan.ts";
import type { Spec } from "../training/spec.ts";
import { drawn } from "./drawn.ts";
import { type FilledStudy, filledStudy } from "./filled_study.ts";
import type { Parameters, ParameterValue } from "./space.ts";
import type { Study } from "./study.ts";
import { withParameters } from "./with_parameters.ts";

/** What a trial trains, complete but for where its states are kept. Plain data, but for the numbers of the data. */
export interface TrialPlan {
  /** in the order in which they are drawn, from 0; the seeds of a point follow one another */
  readonly number: number;
  readonly name: string;
  readonly parameters: Parameters;
  readonly seed: number;
  /** the last update that it can make */
  readonly maxSteps: number;
  readonly spec: Spec;
}

/** Trials than which no study has more. */
const MOST_TRIALS = 100_000;

/**
 * The trials of a study in their order: its points, each once with every seed. All that can be wrong is found here,
 * before anything trains: paths that lead nowhere, values that do not fit, also those of a choice that no point has,
 * a metric that nothing measures, durations that do not go together.
 * @throws RangeError, TypeError, UnknownParameter or UnknownMetric in one line that names the field and the value, as
 *   `invalid parameter: batch = 3.5: invalid batch: 3.5 (a whole number, at least 1)`
 * @example
 * ```ts
 * import type { Study } from "./study.ts";
 * const updates = (study: Study) => trialsOf(study).reduce((sum, { maxSteps }) => sum + maxSteps, 0);
 * ```
 */
export function trialsOf(study: Study): readonly TrialPlan[] {
  const filled = filledStudy(study), { space, seeds } = filled, seed = seeds[0];
  checkPruner(
    filled,
    plan({ ...specOf(filled, {}, seed, "spec"), select: best(filled.metric, filled.mode) }),
  );
  for (const [path, parameter] of Object.entries(space)) {
    const ends = parameter.kind === "choice" ? parameter.values : [parameter.min, parameter.max];
    for (const value of new Set(ends)) checked(filled, { [path]: value }, seed);
  }
  return pointsOf(filled).flatMap((parameters, point) => {
    const { lastStep } = checked(filled, parameters, seed);
    return seeds.map((seed, i): TrialPlan => {
      const number = point * seeds.length + i, name = `trial ${number}`;
      return {
        number,
        name,
        parameters,
        seed,
        maxSteps: lastStep!,
        spec: specOf(filled, parameters, seed, name),
      };
    });
  });
}

/** What begins to give trials up when they are over gives none up. */
function checkPruner({ pruner, budget }: FilledStudy, { batches, lastStep }: Plan): void {
  if (pruner === null) return;
  const [field, from] = "first" in pruner
    ? ["first", pruner.first] as const
    : ["after", pruner.after] as const;
  if (toSteps(from, batches) < lastStep!) return;
  const bound = `before the budget of ${durationText(budget)} is used, or nothing is pruned`;
  throw new RangeError(`invalid pruner: ${field} ${durationCall(from)} (${bound})`);
}

function pointsOf({ space, sampler, trials, seeds }: FilledStudy): readonly Parameters[] {
  const points = drawn(space, sampler, trials);
  if (points.length * seeds.length <= MOST_TRIALS) return points;
  throw new RangeError(
    `invalid seeds: ${seeds.length} of ${countText(points.length)} points (at most ${
      countText(MOST_TRIALS)
    } trials)`,
  );
}

/** What a trial would do; what is wrong is told with its values. */
function checked(study: FilledStudy, parameters: Parameters, seed: number): Plan {
  try {
    return plan(specOf(study, parameters, seed, "trial"));
  } catch (error) {
    const isOfValues = error instanceof RangeError || error instanceof TypeError;
    if (isOfValues && !error.message.startsWith("invalid parameter: ")) {
      error.message = `invalid parameter: ${valuesText(parameters)}: ${error.message}`;
    }
    throw error;
  }
}

/** What a trial keeps is what the study compares it by, unless the spec says otherwise. */
function specOf(study: FilledStudy, parameters: Parameters, seed: number, name: string): Spec {
  const { budget, policy, metric, mode } = study, spec = withParameters(study.spec, parameters);
  const cap = capOf(budget), stop = policy === null ? cap : any(cap, policy);
  return { ...spec, select: spec.select ?? best(metric, mode), seed, name, stop };
}

/** The cap that a budget is. */
function capOf({ unit, count }: FilledStudy["budget"]): Criterion {
  if (unit === "steps") return maxSteps(count);
  return unit === "epochs" ? maxEpochs(count) : maxExamples(count);
}

const valuesText = (parameters: Parameters): string =>
  Object.entries(parameters).map(([path, value]) => `${path} = ${valueText(value)}`).join(", ");

const valueText = (value: ParameterValue): string =>
  typeof value === "number" ? String(Number(value.toPrecision(4))) : JSON.stringify(value);
