/** A training of Plateau itself, as its folder under `.plateau/runs` holds it. */
import { parseExactJson } from "../../checkpoints/exact_json.ts";
import { TRAINING_LOSS } from "../../criteria/metric.ts";
import type { LogWarning, ParsedLog } from "../logged.ts";
import { batchesFromConfig } from "./batches_from_config.ts";
import type { FolderFile } from "./folder_file.ts";
import { LoggedRows } from "./logged_rows.ts";
import { ReaderWarnings } from "./reader_warnings.ts";

const UPDATES = "updates.f64", EVALUATIONS = "evaluations.jsonl", RUN = "run.json";
/** Numbers in a row of `updates.f64`: step, epoch, examples, rate and loss. */
const WIDTH = 5;

/** Whether a folder that holds these names is that of a training. */
export const isPlateauFolder = (names: ReadonlySet<string>): boolean => names.has(RUN) && names.has(UPDATES);

/** Files of the folder that are read. */
export const PLATEAU_FILES: readonly string[] = [
  RUN,
  UPDATES,
  "updates.clock.f64",
  EVALUATIONS,
  "evaluations.clock.f64",
];

/**
 * Reads the rows of a training that ended, was cut or is under way: what a write has not finished yet waits. Metrics have
 * their names, updates are `training.loss` and `rate`.
 *
 * @param files those of the folder, by their names
 *
 * @example
 * ```ts
 * import { plateauFiles } from "./plateau_files.ts";
 *
 * const bytes = new Uint8Array(Float64Array.of(1, 0.5, 32, 1e-3, 2.25).buffer);
 * const { log } = plateauFiles([{ path: "updates.f64", bytes }]);
 * console.assert(log.segments[0].series["training.loss"].value[0] === 2.25);
 * ```
 */
export function plateauFiles(files: readonly FolderFile[]): { log: ParsedLog; warnings: LogWarning[] } {
  const file = (name: string) => files.find(({ path }) => path === name)?.bytes ?? new Uint8Array(0);
  const rows = new LoggedRows(["epoch", "examples", "seconds"]), damage = new ReaderWarnings();
  addUpdates(rows, numbers(file(UPDATES)), numbers(file("updates.clock.f64")));
  addEvaluations(rows, file(EVALUATIONS), numbers(file("evaluations.clock.f64")), damage);
  const { name, created, plan } = objectOf(decoder.decode(file(RUN)));
  const { rates: _rates, warnings: _lints, ...config } = objectIn(plan);
  const began = Date.parse(String(created)) / 1000;
  return {
    log: {
      name: typeof name === "string" ? name : null,
      segments: [{ from: null, series: rows.series() }],
      config,
      counting: { unit: "updates", fromZero: false },
      batches: batchesFromConfig(objectIn(config.batches)),
      began: Number.isFinite(began) ? began : null,
      warnings: [],
    },
    warnings: damage.list().map((each) => ({ file: EVALUATIONS, ...each })),
  };
}

const decoder = new TextDecoder();

/** Whole numbers of eight bytes. */
function numbers(bytes: Uint8Array): Float64Array {
  return new Float64Array(bytes.slice(0, bytes.length - bytes.length % 8).buffer);
}

function addUpdates(rows: LoggedRows, updates: Float64Array, clock: Float64Array): void {
  const loss = rows.tag(TRAINING_LOSS), rate = rows.tag("rate");
  for (let at = 0, row = 0; at + WIDTH <= updates.length; at += WIDTH, row++) {
    if (!Number.isFinite(updates[at])) continue;
    rows.row(updates[at], [updates[at + 1], updates[at + 2], clock[row] ?? NaN]);
    rows.value(loss, updates[at + 4]);
    rows.value(rate, updates[at + 3]);
  }
}

function addEvaluations(
  rows: LoggedRows,
  bytes: Uint8Array,
  clock: Float64Array,
  damage: ReaderWarnings,
): void {
  for (let at = 0, row = 0; at < bytes.length; row++) {
    const newline = bytes.indexOf(10, at), end = newline < 0 ? bytes.length : newline;
    const line = objectOf(decoder.decode(bytes.subarray(at, end)));
    const { step, epoch, examples, metrics, standardErrors } = line;
    if (newline < 0) {
      damage.add("ends inside a record", "ends inside a record: skipped until the rest is there", at);
    } else if (!isNumber(step) || !Number.isFinite(step)) {
      damage.add("damaged line skipped", "damaged line skipped", at);
    } else {
      rows.row(step, [epoch, examples, clock[row]].map((value) => isNumber(value) ? value : NaN));
      for (const [metric, value] of Object.entries(objectIn(metrics))) {
        if (isNumber(value)) rows.value(rows.tag(metric), value);
      }
      for (const [metric, value] of Object.entries(objectIn(standardErrors))) {
        if (isNumber(value)) rows.value(rows.tag(`${metric}.standardError`), value);
      }
    }
    at = end + 1;
  }
}

const isNumber = (value: unknown): value is number => typeof value === "number";

const objectIn = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? value as Record<string, unknown>
    : {};

/** What JSON says, where it is an object; else one without anything. */
function objectOf(json: string): Record<string, unknown> {
  try {
    return objectIn(parseExactJson(json));
  } catch {
    return {};
  }
}
