/** What `plateau doctor` takes on its command line. Light: the command line reads it whichever command is asked for. */
import { Misuse } from "../command_line.ts";

/** Options of `plateau doctor`, as `parseArgs` takes them. What is left out is undefined. */
export const DOCTOR_OPTIONS = {
  metric: { type: "string" },
  mode: { type: "string" },
  batch: { type: "string" },
  examples: { type: "string" },
  together: { type: "boolean", default: false },
  store: { type: "string", default: ".plateau/runs.sqlite" },
  json: { type: "boolean", default: false },
} as const;

/** One line for each option. */
export const DOCTOR_HELP: Readonly<Record<keyof typeof DOCTOR_OPTIONS, string>> = {
  metric: "what trials are compared by, by its tag or as validation.loss (default the validation loss)",
  mode: "which way is better, min or max (default max for an accuracy or a score, otherwise min)",
  batch: "examples in one update (default what the logs say)",
  examples: "examples in one epoch (default what the logs say)",
  together: "take all runs of one metric as one study, also those whose paths differ by more than numbers",
  store: "of a study: where it is recorded, a file or postgres://…",
  json: "print one JSON object",
};

export const DOCTOR_USAGE = "<study | path>";

export const DOCTOR_NOTES = `
  <study> is the name of one that was run here, or in --store; <path> is a file or a folder of the logs of any tool.
  Nothing is trained. Runs are taken as one study whose paths differ only in numbers; a training that was logged twice
  counts once; settings are those of the logs, or of hparams.json, config.json, params.json or args.json beside them. Of
  each study at most five findings are told, those first that would change most: whether trials were too long or too
  short, whether longer ones would have helped, parameters whose best lies on the border, trials that were lost, and what
  the choice of the best flatters.

examples
  plateau doctor rates
  plateau doctor rates --store postgres://plateau@db/plateau
  plateau doctor logs
  plateau doctor logs --metric validation/ssim --mode max
  plateau doctor logs --json

exit codes
  0  examined
  1  there is no such study or log, or no run holds the metric
  2  used wrongly`;

/** Options as they were read. */
export interface DoctorValues {
  readonly metric?: string;
  readonly mode?: string;
  readonly batch?: string;
  readonly examples?: string;
  readonly together?: boolean;
  readonly store?: string;
  readonly json?: boolean;
}

/** What was asked for cannot be examined as it is told: one line, exit code 2. */
export class WrongDoctor extends Misuse {
  override readonly name = "WrongDoctor";
}
/** There is nothing to examine: one line, exit code 1. */
export class NothingToExamine extends Error {
  override readonly name = "NothingToExamine";
}
