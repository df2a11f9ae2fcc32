import type { LoggedBatches, LogReader, ParsedLog } from "../logged.ts";
import { isRecord, lenientJson } from "./lenient_json.ts";
import { loggedNumber } from "./logged_number.ts";
import { shortName } from "./mapping.ts";
import { ReaderWarnings } from "./reader_warnings.ts";
import { SparseTable } from "./sparse_table.ts";
import { stepsPerEpoch } from "./steps_per_epoch.ts";
import { tableLogs } from "./table_logs.ts";
import { byteAt, wholeFile } from "./whole_file.ts";

/**
 * `trainer_state.json` of Hugging Face's Trainer: the records of `log_history`, which may hold bare `NaN`. Series have the
 * names that stand there (`loss`, `eval_loss`, `grad_norm`, …). Steps are updates that were done; `epoch` is a fraction.
 * Settings are what stands beside the history, with those of an EarlyStoppingCallback.
 *
 * `train_batch_size` is of one device and one pass, so the batch of an update is derived: the speed and the run time at
 * the end give the examples, the epoch at a step gives the steps per epoch, and both together a multiple of
 * `train_batch_size`. Where they do not agree (a resumed training counts only its own examples), the batch is left out.
 *
 * The Trainer shows the running mean in place of a loss that is NaN, by default. That cannot be seen in the losses; where
 * another metric is not finite while all losses are, a warning says so.
 */
export const transformers: LogReader = {
  format: "transformers",
  grows: false,
  recognises: ({ path, head }) =>
    /(?:^|[\/.])trainer_state\.json$/.test(path) ||
    (path.endsWith(".json") && isState(new TextDecoder().decode(head))),
  parser: () => wholeFile(read),
};

/** Its keys are sorted, and the first tells of the best. */
const isState = (head: string): boolean =>
  /^\s*\{\s*"best_/.test(head) && /"log_history"\s*:\s*\[/.test(head);

function read(text: string, bytes: Uint8Array): ParsedLog[] {
  const warnings = new ReaderWarnings(), table = new SparseTable(), json = lenientJson(text);
  if ("fault" in json) warnings.add("not JSON", `not JSON: ${json.fault}`, byteAt(bytes, json.at));
  const state = "value" in json && isRecord(json.value) ? json.value : {};
  const history = Array.isArray(state.log_history) ? state.log_history : [];
  if ("value" in json && history.length === 0) warnings.add("no history", "no records in log_history", null);
  for (const record of history) {
    if (isRecord(record)) addRecord(table, record);
    else warnings.add("record skipped", "record of log_history that is no object skipped", null);
  }
  warnHiddenNaN(table, warnings);
  const metrics = [...table.columns.keys()].filter((name) => name !== "step" && name !== "epoch");
  return tableLogs(table, warnings, {
    mapping: { step: "step", epoch: "epoch", examples: null, seconds: null, run: [], metrics },
    counting: { unit: "updates", fromZero: false },
    config: settingsOf(state),
    batches: batchesOf(state, table),
  });
}

function addRecord(table: SparseTable, record: Record<string, unknown>): void {
  table.row(0);
  for (const [name, value] of Object.entries(record)) {
    const number = typeof value === "string" ? loggedNumber(value) : value;
    if (typeof number === "number") table.number(name, number);
  }
}

/** A metric that is not finite although every loss is. */
function warnHiddenNaN(table: SparseTable, warnings: ReaderWarnings): void {
  const losses = table.columns.get("loss")?.values ?? [];
  if (losses.length === 0 || !losses.every(Number.isFinite)) return;
  const odd = [...table.columns].find(([, { values }]) => !values.every(Number.isFinite));
  if (odd === undefined) return;
  const message =
    `${
      shortName(odd[0])
    } is not finite while every loss is: the Trainer may have shown a running mean in place ` +
    `of a loss that was NaN (logging_nan_inf_filter, on by default)`;
  warnings.add("hidden NaN", message, null);
}

/** What stands beside the history, without what says nothing of the run. */
function settingsOf(state: Record<string, unknown>): Record<string, unknown> {
  const callbacks = isRecord(state.stateful_callbacks) ? state.stateful_callbacks : {};
  const early = isRecord(callbacks.EarlyStoppingCallback) ? callbacks.EarlyStoppingCallback.args : null;
  const plain = Object.entries(state).flatMap(([name, value]): [string, unknown][] => {
    if (typeof value === "number") return [[name, Number.isFinite(value) ? value : String(value)]];
    return typeof value === "string" ? [[name, value]] : [];
  });
  return Object.fromEntries(isRecord(early) ? [...plain, ["EarlyStoppingCallback", early]] : plain);
}

function batchesOf(state: Record<string, unknown>, table: SparseTable): LoggedBatches {
  const last = (name: string) => table.columns.get(name)?.values.at(-1) ?? NaN;
  const perEpoch = stepsPerEpoch(last("step"), last("epoch"));
  if (perEpoch === null) return {};
  const { train_batch_size: onePass, num_train_epochs: planned } = state;
  // the speed is that of all epochs that were planned, in newer versions of those that were trained
  const found = [planned, last("epoch")].flatMap((epochs) => {
    const examples = typeof epochs === "number" ? examplesOf(last, epochs) : null;
    const batch = examples && typeof onePass === "number" ? batchOf(examples, perEpoch, onePass) : null;
    return examples && batch ? [{ batch, trainingExamples: examples, stepsPerEpoch: perEpoch }] : [];
  });
  const agreed = found.every(({ batch }) => batch === found[0].batch) ? found[0] : undefined;
  return agreed ?? { stepsPerEpoch: perEpoch };
}

/** Examples in an epoch, by the speed and the run time, where their rounding leaves one number. */
function examplesOf(last: (name: string) => number, epochs: number): number | null {
  const speed = last("train_samples_per_second"), seconds = last("train_runtime");
  const examples = (speed * seconds) / epochs, whole = Math.round(examples);
  const doubt = (speed * 0.00005 + seconds * 0.0005) / epochs; // three decimals and four are written
  return doubt < 0.5 && Math.abs(examples - whole) <= doubt ? whole : null;
}

/** Examples of an update: a multiple of those of one pass that makes so many updates an epoch. */
function batchOf(examples: number, perEpoch: number, onePass: number): number | null {
  const batch = Math.round(examples / (perEpoch * onePass)) * onePass;
  return [Math.ceil, Math.floor].some((whole) => whole(examples / batch) === perEpoch) ? batch : null;
}
