/** Tables made runs. */
import type { Counting, LoggedBatches, ParsedLog, Segment, Series } from "../logged.ts";
import { batchesFromConfig } from "./batches_from_config.ts";
import { type Mapping, shortName } from "./mapping.ts";
import type { ReaderWarnings } from "./reader_warnings.ts";
import { type RowAxes, rowAxes } from "./row_axes.ts";
import type { Cells, SparseTable } from "./sparse_table.ts";

export interface TableMeaning {
  readonly mapping: Mapping;
  /** default: what the mapping and the smallest step tell */
  readonly counting?: Counting;
  /**
   * whether the log is written by one process at a time, in the order of its steps, so that a step that goes back is a
   * restart for all metrics. Default false: the steps of each metric tell
   */
  readonly restarts?: boolean;
  /** by row, where no column is the step, or the clock, as it stands */
  readonly step?: Float64Array;
  readonly seconds?: Float64Array;
  /** tag of a column; default its name */
  readonly tag?: (column: string) => string;
  /** settings beside those that texts in the table tell */
  readonly config?: Readonly<Record<string, unknown>>;
  /** default: what the settings tell */
  readonly batches?: LoggedBatches;
}

/** Where the points of each segment go: a run, and the step from which it replaces what stands before. */
interface Part {
  readonly run: number;
  readonly from: number | null;
}

/**
 * The runs of a table, with its warnings on the first. Merged by column, never by row: where a column has nothing, its
 * series has no point.
 */
export function tableLogs(
  table: SparseTable,
  warnings: ReaderWarnings,
  meaning: TableMeaning,
): ParsedLog[] {
  const { mapping, tag = (column) => column } = meaning;
  const found = rowAxes(table, mapping);
  const axes = { ...found, step: meaning.step ?? found.step, seconds: meaning.seconds ?? found.seconds };
  const { parts, part } = partsOf(axes, meaning.restarts ?? false);
  const series: [string, Series][][] = parts.map(() => []);
  const placeless = new Uint8Array(table.offsets.length);
  for (const name of mapping.metrics) {
    const cells = table.columns.get(name);
    if (cells === undefined) continue;
    for (const [index, points] of pointsByPart(cells, part, placeless)) {
      series[index].push([tag(name), seriesOf(cells, points, axes)]);
    }
    if (cells.rows.length > 0) warnTexts(name, cells, table, warnings);
  }
  placeless.forEach((yes, row) => {
    if (yes) warnings.add("row without a step skipped", "row without a step skipped", table.offsets[row]);
  });
  const counting = meaning.counting ?? countingOf(mapping, axes.step),
    settings = constants(table, axes, mapping);
  const segments = axes.runs.map((): Segment[] => []);
  parts.forEach(({ run, from }, index) => {
    if (series[index].length > 0) segments[run].push({ from, series: Object.fromEntries(series[index]) });
  });
  return axes.runs.map((name, run): ParsedLog => {
    const config = Object.fromEntries([...settings[run], ...Object.entries(meaning.config ?? {})]);
    return {
      name,
      segments: segments[run],
      config,
      counting,
      batches: meaning.batches ?? batchesFromConfig(config),
      began: axes.began[run],
      warnings: run === 0 ? warnings.list() : [],
    };
  });
}

function countingOf({ step, epoch }: Mapping, steps: Float64Array): Counting {
  if (step === null) return { unit: "records", fromZero: false };
  let first = Infinity;
  for (const each of steps) if (each < first) first = each;
  return { unit: step === epoch ? "epochs" : "updates", fromZero: first === 0 };
}

/** The stretches of each run, and the one of each row: −1 where a row has no step. */
function partsOf({ step, run, runs }: RowAxes, restarts: boolean): { parts: Part[]; part: Int32Array } {
  const parts: Part[] = runs.map((_, index) => ({ run: index, from: null }));
  const current = runs.map((_, index) => index), last = runs.map(() => -Infinity);
  const part = new Int32Array(step.length);
  for (let row = 0; row < step.length; row++) {
    const at = step[row], of = run[row];
    if (!Number.isFinite(at)) {
      part[row] = -1;
      continue;
    }
    if (restarts && at < last[of]) current[of] = parts.push({ run: of, from: at }) - 1;
    last[of] = at;
    part[row] = current[of];
  }
  return { parts, part };
}

function pointsByPart({ rows }: Cells, part: Int32Array, placeless: Uint8Array): Map<number, number[]> {
  const points = new Map<number, number[]>();
  for (let i = 0; i < rows.length; i++) {
    const index = part[rows[i]];
    if (index < 0) placeless[rows[i]] = 1;
    else if (points.has(index)) points.get(index)!.push(i);
    else points.set(index, [i]);
  }
  return points;
}

function seriesOf({ rows, values }: Cells, points: readonly number[], axes: RowAxes): Series {
  const along = (axis: Float64Array | null) => {
    const column = axis && Float64Array.from(points, (i) => axis[rows[i]]);
    return column?.every(Number.isNaN) ? null : column;
  };
  const epoch = along(axes.epoch), examples = along(axes.examples), seconds = along(axes.seconds);
  return {
    step: Float64Array.from(points, (i) => axes.step[rows[i]]),
    value: Float64Array.from(points, (i) => values[i]),
    ...(epoch && { epoch }),
    ...(examples && { examples }),
    ...(seconds && { seconds }),
  };
}

function warnTexts(name: string, { textRows, texts }: Cells, table: SparseTable, warnings: ReaderWarnings) {
  textRows.forEach((row, i) => {
    const text = JSON.stringify(texts[i].slice(0, 40));
    warnings.add("not a number", `not a number: ${text} in column ${shortName(name)}`, table.offsets[row]);
  });
}

/** By run: columns that are no metrics and hold one text or number throughout, which are settings. */
function constants(
  table: SparseTable,
  { run, runs }: RowAxes,
  { step, epoch, examples, seconds, metrics }: Mapping,
): Map<string, string | number>[] {
  const settings = runs.map(() => new Map<string, string | number>());
  const curves = metrics.filter((name) => table.columns.get(name)?.rows.length);
  const used = new Set([step, epoch, examples, seconds, ...curves]);
  for (const [name, { rows, values, textRows, texts }] of table.columns) {
    if (used.has(name) || name.startsWith("\u0000")) continue;
    const changed = new Set<number>();
    const note = (row: number, value: string | number) => {
      const of = run[row], known = settings[of].get(name);
      if (known === undefined && !changed.has(of)) settings[of].set(name, value);
      else if (known !== value) {
        settings[of].delete(name);
        changed.add(of);
      }
    };
    rows.forEach((row, i) => Number.isFinite(values[i]) && note(row, values[i]));
    textRows.forEach((row, i) => note(row, texts[i]));
  }
  return settings;
}
