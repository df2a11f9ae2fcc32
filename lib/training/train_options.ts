/** What `plateau train` takes on its command line. Light: the command line reads it whichever command is asked for. */
import { Misuse } from "../command_line.ts";

/** Options of `plateau train`, as `parseArgs` takes them. What is left out is undefined. */
export const TRAIN_OPTIONS = {
  model: { type: "string", default: "mlp" },
  layers: { type: "string" },
  label: { type: "string" },
  value: { type: "string" },
  columns: { type: "string" },
  delimiter: { type: "string" },
  stop: { type: "string" },
  select: { type: "string" },
  optimizer: { type: "string", default: "adam" },
  rate: { type: "string" },
  schedule: { type: "string", default: "constant" },
  warmup: { type: "string" },
  horizon: { type: "string" },
  batch: { type: "string", default: "32" },
  accumulate: { type: "string", default: "1" },
  evaluate: { type: "string", default: "epochs(1)" },
  metrics: { type: "string" },
  checkpoint: { type: "string" },
  "keep-best": { type: "string", default: "1" },
  "keep-last": { type: "string", default: "1" },
  seed: { type: "string", default: "0" },
  run: { type: "string" },
  fresh: { type: "boolean", default: false },
  "on-noop": { type: "string", default: "ok" },
  json: { type: "boolean", default: false },
} as const;

/** One line for each option. */
export const TRAIN_HELP: Readonly<Record<keyof typeof TRAIN_OPTIONS, string>> = {
  model: "mlp, logistic or convnet (default mlp)",
  layers: "units of an mlp, inputs first and outputs last: 64,128,10 (default one hidden layer of 64)",
  label: "of a data file: the column, or array, of the classes",
  value: "of a data file: the column, or array, of the values, for regression",
  columns:
    "of a .csv or .parquet file: the columns of features, as a,b (default all others; they must be numbers)",
  delimiter: 'of a .csv file (default ",")',
  stop: "when to stop, as 'maxSteps(2000)' or as in the examples; there is no default",
  select: "which evaluation's weights are the result (default best(validation.loss, min))",
  optimizer:
    `sgd, momentum, nesterov, rmsprop, adam, adamw or lion, or JSON: '{"kind":"adamw","decay":0.05}' (default adam)`,
  rate: "learning rate, with a schedule its peak (default 1e-3)",
  schedule: "constant or cosine, or any as JSON (default constant)",
  warmup: "of cosine: how long the rate rises, as steps(100) (default not at all)",
  horizon: "of cosine: how long it takes, the warm-up included, as steps(2000)",
  batch: "examples in a batch (default 32)",
  accumulate: "batches whose gradients make one update (default 1)",
  evaluate: "how often validation and test are measured, as steps(50) (default epochs(1))",
  metrics: "what is measured, as loss,accuracy,f1 (default loss and accuracy)",
  checkpoint:
    "how often a state is saved to go on from, as steps(500) (default every tenth evaluation); always at the end",
  "keep-best": "checkpoints that stay because their evaluation is best (default 1)",
  "keep-last": "checkpoints that stay because they are newest (default 1)",
  seed: "of weights and of the order of examples (default 0)",
  run: "name of the folder .plateau/runs/NAME (default 12 digits of the hash of what is trained)",
  fresh: "begin anew, and delete what the run's folder holds",
  "on-noop": "when nothing is left to do: ok, warn or error (default ok)",
  json: "print the outcome as one JSON object",
};

export const TRAIN_NOTES = `
  <dataset> is digits, breastCancer, spirals or blobs, or a file: .csv, .parquet or .npz with --label or --value.
  Of a file's rows a fifth each is validation and test data; columns are scaled by the mean and deviation of the rest.

  The folder of a run holds its checkpoints, its updates and evaluations, outcome.json, and the selected weights in
  result.safetensors. The same command again goes on where the last one was cut, to the same bytes; when it had ended
  it says alreadyComplete. A run named by --run can be given a higher cap, and goes on. Rules are written as
  'maxSteps(for: 500)' for so many more, and as in the examples; docs/library.md lists them.

examples
  plateau train digits --model mlp --evaluate 'steps(50)' \\
    --stop 'any(maxSteps(2000), plateau(validation.loss, min, patience: evaluations(8)))'
  plateau train iris.csv --label species --model logistic --rate 0.05 --stop 'maxEpochs(100)' --run iris --json

exit codes
  0  the training ended, or had ended before
  1  it diverged or failed, its checkpoints are damaged, or another process writes the run
  2  used wrongly
  3  paused by a storage fault: the checkpoint before is whole, and the same command goes on from it
  130, 143  stopped by Ctrl-C or by SIGTERM, with a checkpoint`;

/** What was asked for cannot be trained: one line, exit code 2. */
export class WrongTraining extends Misuse {
  override readonly name = "WrongTraining";
}
