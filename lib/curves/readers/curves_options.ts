/** What `plateau curves` takes on its command line. Light: the command line reads it whichever command is asked for. */
import { Misuse } from "../../command_line.ts";

/** Options of `plateau curves`, as `parseArgs` takes them. What is left out is undefined. */
export const CURVES_OPTIONS = {
  resume: { type: "string", default: "last" },
  format: { type: "string" },
  columns: { type: "string" },
  batch: { type: "string" },
  examples: { type: "string" },
  follow: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
} as const;

/** One line for each option. */
export const CURVES_HELP: Readonly<Record<keyof typeof CURVES_OPTIONS, string>> = {
  resume: "steps that were logged twice: last (the later ones win), all, or split into runs (default last)",
  format: "only logs of this format; a file is read as it, whatever it looks like",
  columns:
    `what the columns of CSV files are: '{"step":"it","seconds":"time","metrics":["loss"]}' (default a guess)`,
  batch: "examples in one update, where the log does not say",
  examples: "examples in one epoch, where the log does not say",
  follow: "go on, and print a line each time that a run has grown, until Ctrl-C",
  json: "print one JSON object, numbers that are none as text",
};

export const CURVES_NOTES = `
  <path> is a file or a folder, which is looked through. TensorBoard, Keras, Lightning, Transformers, MLflow (files and
  SQLite), W&B (offline files and exported CSV), trackio, nanoGPT, modded-nanogpt, llm.c, printed Python dicts, JSONL
  and CSV are told by their content; the trainings in .plateau/runs are read when that folder is named. Nothing is
  written where the logs lie.

examples
  plateau curves lightning_logs
  plateau curves mlflow.db --json > curves.json
  plateau curves runs --follow

exit codes
  0    the runs were read; what was damaged in them is told as warnings
  1    there is no log, or it cannot be opened
  2    used wrongly
  130  --follow was ended by Ctrl-C`;

/** What was asked for cannot be done: one line, exit code 2. */
export class WrongCurves extends Misuse {
  override readonly name = "WrongCurves";
}
