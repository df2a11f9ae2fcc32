/** What `plateau replay` takes on its command line. Light: the command line reads it whichever command is asked for. */
import { Misuse } from "../../command_line.ts";

/** Options of `plateau replay`, as `parseArgs` takes them. What is left out is undefined. */
export const REPLAY_OPTIONS = {
  policy: { type: "string", multiple: true },
  metric: { type: "string" },
  mode: { type: "string" },
  batch: { type: "string" },
  examples: { type: "string" },
  resume: { type: "string", default: "last" },
  format: { type: "string" },
  together: { type: "boolean", default: false },
  seed: { type: "string", default: "0" },
  json: { type: "boolean", default: false },
} as const;

/** One line for each option. */
export const REPLAY_HELP: Readonly<Record<keyof typeof REPLAY_OPTIONS, string>> = {
  policy:
    "a policy, or a rule alone, as often as needed (default a family: lengths, patience, slopes, Prechelt, Keras)",
  metric: "what is judged, by its tag or as validation.loss (default the validation loss)",
  mode: "which way is better, min or max (default max for an accuracy or a score, otherwise min)",
  batch: "examples in one update (default what the log says)",
  examples: "examples in one epoch (default what the log says)",
  resume: "steps that were logged twice: last (the later ones win), all, or split into runs (default last)",
  format: "only logs of this format; a file is read as it, whatever it looks like",
  together: "compare all runs of one metric, also those whose paths differ by more than numbers",
  seed: "of the halves that are drawn of many runs (default 0)",
  json: "print one JSON object",
};

export const REPLAY_NOTES = `
  <path> is a file or a folder of logs, as of plateau curves, or a run of the store by its id or name. Nothing is
  trained: a policy is judged by what was recorded, and one that would have gone on past a recording is censored
  there. Runs are compared whose paths, or names in one CSV file, differ only in numbers. Bands are those of a
  bootstrap of the median at 95%. Advised is the policy that saves most within one standard error of the best, where
  runs differ by no more than chance, else of those that lose nothing; of four runs or more the choice is checked on
  the halves that it was not made on.

examples
  plateau replay lightning_logs
  plateau replay runs --metric val_loss --policy 'plateau(val_loss, min, patience: evaluations(5))'
  plateau replay log.csv --batch 32 --examples 1097 --json \\
    --policy 'Early stopping: any(maxEpochs(20), plateau(val_loss, min, patience: epochs(2))); best(val_loss, min)'

exit codes
  0  judged
  1  no log, or none that holds the metric
  2  used wrongly`;

/** What was asked for cannot be judged: one line, exit code 2. */
export class WrongReplay extends Misuse {
  override readonly name = "WrongReplay";
}
/** There is nothing to judge: one line, exit code 1. */
export class NothingToReplay extends Error {
  override readonly name = "NothingToReplay";
}
