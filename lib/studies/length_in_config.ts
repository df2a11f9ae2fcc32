/** How long a training was to be, by its settings. */
import type { LoggedBatches } from "../curves/logged.ts";
import type { ParameterValue } from "./space.ts";

const STEPS = [
  "maxsteps",
  "maxtrainsteps",
  "maxtrainingsteps",
  "numtrainsteps",
  "numtrainingsteps",
  "trainsteps",
  "trainingsteps",
  "totalsteps",
  "numsteps",
  "maxiters",
  "maxiterations",
  "numiterations",
  "maxupdates",
  "totaltrainingsteps",
];
const EPOCHS = ["maxepochs", "numtrainepochs", "numepochs", "nepochs", "totalepochs", "epochs"];

/**
 * The updates that settings name, as `max_steps`, `num_train_steps` or `max_iters`, or as epochs where it is known how
 * many updates one has; null where they name none. A value of 0 or below means "no limit" to the tools that write it.
 * @param counts where steps are epochs, epochs are told
 * @example
 * ```ts
 * const steps = lengthInConfig({ num_train_epochs: 3 }, { batch: 10, trainingExamples: 95 }); // 30
 * ```
 */
export function lengthInConfig(
  config: Readonly<Record<string, ParameterValue | undefined>>,
  { batch, trainingExamples, stepsPerEpoch }: LoggedBatches,
  counts: "updates" | "epochs" | "records" = "updates",
): number | null {
  const epochs = firstOf(config, EPOCHS);
  if (counts === "epochs") return epochs;
  if (counts === "records") return null;
  const steps = firstOf(config, STEPS);
  if (steps !== null || epochs === null) return steps;
  const known = batch !== undefined && trainingExamples !== undefined;
  const perEpoch = stepsPerEpoch ?? (known ? Math.ceil(trainingExamples / batch) : null);
  return perEpoch === null ? null : Math.round(epochs * perEpoch);
}

/** By the last part of the key, in the order of the names. */
function firstOf(
  config: Readonly<Record<string, ParameterValue | undefined>>,
  names: readonly string[],
): number | null {
  const keys = Object.keys(config);
  for (const name of names) {
    const key = keys.find((key) =>
      key.split(/[./]/).at(-1)!.toLowerCase().replaceAll(/[^a-z]/g, "") === name
    );
    const value = key === undefined ? NaN : Number(config[key] ?? NaN);
    if (Number.isFinite(value) && value > 0) return value;
  }
  return null;
}
