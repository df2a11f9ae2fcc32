import type { Counting, LogReader, ParsedLog, Series } from "../logged.ts";
import { csvHead } from "./csv_head.ts";
import { csvParser } from "./csv_parser.ts";
import { type Mapping, shortName } from "./mapping.ts";
import type { ReaderWarnings } from "./reader_warnings.ts";
import type { SparseTable } from "./sparse_table.ts";
import { tableLogs } from "./table_logs.ts";

/** Each run may have the axis again. */
const repeatsAxis = /^_step(?:__MIN|__MAX)?$/;

/** What stands between the name of a run and the metric. */
const BETWEEN = " - ";

/**
 * A chart of W&B, exported as CSV: the axis, then for each run `run - metric`, `run - metric__MIN`, `run - metric__MAX`.
 * Each run is one of its own; the columns of the least and the greatest value stay as series `metric__MIN` and
 * `metric__MAX`. A chart shows a sample of what was logged, and so does its export: a warning says so.
 *
 * The axis `Step` counts calls of the logger, from 0; one that ends with `global_step` updates; `epoch` epochs; with a
 * time as the axis, rows are counted.
 */
export const wandbCsv: LogReader = {
  format: "wandb-csv",
  grows: false,
  recognises: (file) => {
    const [, ...columns] = csvHead(file).header;
    return columns.some((name) => name.endsWith("__MIN") && columns.includes(name.slice(0, -5))) &&
      columns.some((name) => columnOf(name) !== null);
  },
  parser: () => csvParser({ endless: true, ragged: true, logs }),
};

/** The run and the tag of a column; null for one that is of no run. The tag keeps `__MIN` and `__MAX`. */
function columnOf(name: string): { run: string; tag: string } | null {
  const at = name.lastIndexOf(BETWEEN);
  return at < 1 ? null : { run: name.slice(0, at), tag: name.slice(at + BETWEEN.length) };
}

function logs(
  table: SparseTable,
  warnings: ReaderWarnings,
  [axis, ...columns]: readonly string[],
): ParsedLog[] {
  const ofRuns = columns.filter((name) => !repeatsAxis.test(columnOf(name)?.tag ?? "_step"));
  const others = columns.filter((name) => columnOf(name) === null);
  if (others.length > 0) {
    warnings.add(
      "columns skipped",
      `columns of no run skipped: ${others.slice(0, 12).map(shortName).join(", ")}`,
      0,
    );
  }
  warnings.add("sampled", "exported from a chart: a sample of what was logged", 0);
  const meaning = { mapping: mappingOf(axis ?? "", ofRuns), counting: countingOf(axis ?? "") };
  const [all] = tableLogs(table, warnings, meaning), [segment] = all.segments;
  if (segment === undefined) return [all];
  const runs = Map.groupBy(Object.entries(segment.series), ([column]) => columnOf(column)!.run);
  return [...runs].map(([name, found], i): ParsedLog => {
    const series = found.map(([column, series]): [string, Series] => [columnOf(column)!.tag, series]);
    return {
      ...all,
      name,
      segments: [{ from: null, series: Object.fromEntries(series) }],
      warnings: i === 0 ? all.warnings : [],
    };
  });
}

const isTime = (axis: string): boolean => /\btime\b|^_?(?:runtime|timestamp)$/i.test(axis);

function mappingOf(axis: string, metrics: readonly string[]): Mapping {
  const time = isTime(axis);
  return {
    step: time ? null : axis,
    epoch: /(?:^|\/)epoch$/i.test(axis) ? axis : null,
    examples: null,
    seconds: time ? axis : null,
    run: [],
    metrics,
  };
}

function countingOf(axis: string): Counting | undefined {
  return /^_?step$/i.test(axis) ? { unit: "records", fromZero: true } : undefined;
}
