/** What the columns of a table mean, guessed from their names and from what stands in them. */
import { batchesFromConfig } from "./batches_from_config.ts";
import { loggedNumber } from "./logged_number.ts";
import type { Mapping } from "./mapping.ts";
import { rowAxes } from "./row_axes.ts";
import { type Cells, SparseTable } from "./sparse_table.ts";

/** Names that tools give to what they count, the surest first; compared in small letters, spaces as underscores. */
const STEP = ["step", "global_step", "trainer/global_step", "train/global_step", "iter", "iteration", "_step"]
  .concat(["steps", "iters", "iterations", "train_step", "update", "updates", "num_updates"]);
const EPOCH = ["epoch", "epochs", "train/epoch", "_epoch"];
const EXAMPLES = ["examples", "samples", "examples_seen", "samples_seen", "train_examples_seen"];
const SECONDS = ["seconds", "elapsed", "elapsed_seconds", "elapsed_time", "time_elapsed", "train_time"]
  .concat(["training_time", "accumulated_submission_time", "total_duration", "_runtime", "runtime"])
  .concat([
    "relative_time",
    "relative_time_(process)",
    "relative_time_(wall)",
    "wall_time",
    "walltime",
    "time",
  ])
  .concat(["timestamp", "_timestamp", "date", "datetime"]);
const RUN = ["run", "run_name", "run_id", "experiment", "trial", "study", "seed", "fold", "model", "name"];
/** Columns that name the metric of a row, and that have its value. */
const TAG = ["metric", "metric_name", "tag", "variable", "key", "series"], VALUE = ["value", "metric_value"];

/** Share of the rows in which what is counted has to stand, and in which a clock has to go on. */
const MOST = 0.5, NEARLY_ALL = 0.95;

/** Columns that may name runs: trying more would take long. */
const TRIED = 12;

/**
 * What columns mean, by the names that tools give them. Columns name the run of a row when without them steps go back,
 * and with them they do not; as few columns as do. Every other column that has numbers is a metric.
 *
 * @param header names of the columns
 * @param rows cells as text
 * @returns a mapping for `csvWith`, to be confirmed or changed
 *
 * @example
 * ```ts
 * import { guessMapping } from "./column_mapping.ts";
 *
 * const { step, metrics } = guessMapping(["global_step", "loss", "note"], [["1", "2.3", "first"]]);
 * console.assert(step === "global_step" && String(metrics) === "loss");
 * ```
 */
export function guessMapping(header: readonly string[], rows: readonly (readonly string[])[]): Mapping {
  const table = new SparseTable();
  rows.forEach((cells, row) => {
    table.row(row);
    header.forEach((name, column) => {
      const cell = cells[column]?.trim() ?? "", value = loggedNumber(cell);
      if (value !== null) table.number(name, value);
      else if (cell !== "") table.text(name, cell);
    });
  });
  return mappingOf(table, header);
}

/**
 * The same of a table that was read.
 * @param order of its columns; default that in which they first had something
 */
export function mappingOf(table: SparseTable, order: readonly string[] = [...table.columns.keys()]): Mapping {
  const count = table.offsets.length, enough = (cells: Cells) => cells.rows.length >= MOST * count;
  const epoch = named(table, EPOCH, ({ rows }) => rows.length > 0);
  const step = named(table, STEP, enough) ?? (epoch && enough(table.columns.get(epoch)!) ? epoch : null) ??
    named(table, STEP, ({ rows }) => rows.length > 0);
  const counted: Mapping = { step, epoch, examples: null, seconds: null, run: [], metrics: [] };
  const steps = rowAxes(table, counted).step, rises = (cells: Cells) => goesOn(cells, steps);
  const examples = named(table, EXAMPLES, rises), seconds = named(table, SECONDS, rises);
  const tag = named(table, TAG, ({ rows, texts }) => texts.length > 0 && rows.length === 0);
  const value = named(table, VALUE, ({ rows }) => rows.length > 0),
    long = tag && value ? { tag, value } : null;
  const bare: Mapping = { ...counted, examples, seconds, ...(long && { long }) };
  const run = runColumns(table, bare), axes = [step, epoch, examples, seconds, long?.value, ...run];
  const metrics = order.filter((name) => {
    const cells = table.columns.get(name);
    if (cells === undefined || axes.includes(name) || isSetting(name, cells) || isIndex(name, cells)) {
      return false;
    }
    return cells.rows.length > 0 && cells.rows.length >= cells.textRows.length;
  });
  return { ...bare, run, metrics };
}

/** A column of one of these names, that is also what it says. */
function named(table: SparseTable, names: readonly string[], fits: (cells: Cells) => boolean): string | null {
  const found = new Map<string, string>();
  for (const [name, cells] of table.columns) {
    const plain = name.trim().toLowerCase().replaceAll(" ", "_");
    if (names.includes(plain) && !found.has(plain) && fits(cells)) found.set(plain, name);
  }
  return found.get(names.find((name) => found.has(name)) ?? "") ?? null;
}

/** Whether numbers rise with the steps, or are dates: a clock, or a count. */
function goesOn({ rows, values, texts }: Cells, steps: Float64Array): boolean {
  if (values.length === 0) return texts.length > 0 && /^\d{4}-\d\d-\d\d[T ]\d\d:/.test(texts[0]);
  let pairs = 0, on = 0;
  for (let i = 1; i < rows.length; i++) {
    if (steps[rows[i]] < steps[rows[i - 1]]) continue; // another run, or the same again
    pairs++;
    if (values[i] >= values[i - 1]) on++;
  }
  return on >= NEARLY_ALL * pairs;
}

/** Columns that together name the run of a row; none where steps do not go back, or no columns tell why. */
function runColumns(table: SparseTable, bare: Mapping): readonly string[] {
  const before = stepsBack(table, bare);
  const candidates = [...table.columns].filter(([name, cells]) => mayNameRuns(name, cells, bare)).slice(
    0,
    TRIED,
  );
  const explicit = candidates.find(([name]) => /^run([_ ]?(name|id))?$/i.test(name));
  if (bare.step === null || before === 0) return explicit ? [explicit[0]] : [];
  let run = candidates.map(([name]) => name);
  const after = stepsBack(table, { ...bare, run });
  if (after > before / 10) return [];
  for (const name of [...run].reverse()) {
    const fewer = run.filter((other) => other !== name);
    if (stepsBack(table, { ...bare, run: fewer }) === after) run = fewer;
  }
  return run;
}

/** Texts, and whole numbers under a name for runs, that differ and stand on several rows each. */
function mayNameRuns(name: string, { rows, values, texts }: Cells, bare: Mapping): boolean {
  if ([bare.step, bare.epoch, bare.examples, bare.seconds, bare.long?.tag].includes(name)) return false;
  const whole = namesRuns(name) && values.every(Number.isInteger);
  if (rows.length > 0 && !whole) return false;
  const different = new Set<string | number>([...values, ...texts]).size;
  return different > 1 && 2 * different <= values.length + texts.length;
}

/** A number of a run, or of its batches, that never changes. */
function isSetting(name: string, { values }: Cells): boolean {
  if (!values.every((value) => value === values[0])) return false;
  return namesRuns(name) || Object.keys(batchesFromConfig({ [name]: values[0] })).length > 0;
}

/** The number of the row, under no name or the one that pandas gives it. */
const isIndex = (name: string, { values }: Cells): boolean =>
  /^(?:column 1|Unnamed: 0)$/.test(name) && values.every((value, i) => value === i);

const namesRuns = (name: string): boolean => RUN.includes(name.trim().toLowerCase());

/** How often the step goes back within a run, and within a metric where rows have one each. */
function stepsBack(table: SparseTable, mapping: Mapping): number {
  const parts = [...mapping.run, ...(mapping.long ? [mapping.long.tag] : [])];
  const { step, run, runs } = rowAxes(table, { ...mapping, seconds: null, run: parts });
  const last = new Float64Array(runs.length).fill(-Infinity);
  let back = 0;
  for (let row = 0; row < step.length; row++) {
    if (step[row] < last[run[row]]) back++;
    if (Number.isFinite(step[row])) last[run[row]] = step[row];
  }
  return back;
}

/** Names in a mapping that a table does not have. */
export function missingColumns(mapping: Mapping, has: readonly string[]): string[] {
  const { step, epoch, examples, seconds, run, metrics, long } = mapping;
  const used = [step, epoch, examples, seconds, ...run, ...metrics, long?.tag, long?.value]
    .filter((name) => typeof name === "string");
  return [...new Set(used)].filter((name) => !has.includes(name));
}
