/** Runs as files for other tools: one line a point, or JSON. */
import { parquetWriteBuffer } from "hyparquet-writer";
import type { Series } from "../curves/logged.ts";
import type { RunRow } from "./store.ts";

/** A run with all its series. */
export interface RunCurves {
  readonly row: RunRow;
  readonly series: ReadonlyMap<string, Series>;
}

/** Columns of the long form, in their order. */
const NUMBERS = ["step", "epoch", "examples", "seconds", "value"] as const;

/**
 * CSV, part by part: `run,metric,step,epoch,examples,seconds,value`, where `run` is the id. What was not written down is
 * empty; a value that is no number is `NaN`, `Infinity` or `-Infinity`.
 * @example
 * ```ts
 * const save = (runs: RunCurves[], file: string) => Deno.writeTextFile(file, [...runsAsCsv(runs)].join(""));
 * ```
 */
export function* runsAsCsv(runs: readonly RunCurves[]): Generator<string> {
  yield `run,metric,${NUMBERS.join()}\n`;
  for (const { row: { id }, series } of runs) {
    for (const [tag, columns] of series) {
      const head = `${id},${cell(tag)}`, { value } = columns;
      let lines = "";
      for (let i = 0; i < value.length; i++) {
        const x = NUMBERS.slice(0, -1).map((name) => known(columns[name]?.[i]));
        lines += `${head},${x.join()},${value[i]}\n`;
      }
      yield lines;
    }
  }
}

const known = (number: number | undefined) =>
  number === undefined || Number.isNaN(number) ? "" : String(number);

/** Quoted where it must be; what a spreadsheet would compute is text. */
function cell(text: string): string {
  const safe = /^[=+@\t\r-]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/**
 * The same columns as Parquet: text and doubles; null for what was not written down.
 * @example
 * ```ts
 * const save = (runs: RunCurves[], file: string) => Deno.writeFile(file, runsAsParquet(runs));
 * ```
 */
export function runsAsParquet(runs: readonly RunCurves[]): Uint8Array<ArrayBuffer> {
  const all = runs.flatMap(({ row: { id }, series }) =>
    [...series].map(([tag, columns]) => ({ id, tag, columns, length: columns.value.length }))
  );
  const repeated = (text: (each: typeof all[number]) => string) =>
    all.flatMap((each) => Array<string>(each.length).fill(text(each)));
  const numbers = (name: typeof NUMBERS[number]) =>
    all.flatMap(({ columns, length }) => {
      const column = columns[name] ?? new Float64Array(length).fill(NaN);
      return Array.from(column, (number) => name !== "value" && Number.isNaN(number) ? null : number);
    });
  const buffer = parquetWriteBuffer({
    columnData: [
      { name: "run", data: repeated(({ id }) => id), type: "STRING", nullable: false },
      { name: "metric", data: repeated(({ tag }) => tag), type: "STRING", nullable: false },
      ...NUMBERS.map((name) => ({ name, data: numbers(name), type: "DOUBLE" as const })),
    ],
  });
  return new Uint8Array(buffer);
}

/** JSON: `{ runs: [{ …what the store says of it, series: { tag: { step, value, … } } }] }`, NaN and infinities as text. */
export function runsAsJson(runs: readonly RunCurves[]): string {
  const plain = runs.map(({ row, series }) => ({
    ...row,
    series: Object.fromEntries(
      [...series].map(([tag, columns]) => [
        tag,
        Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, Array.from(column)])),
      ]),
    ),
  }));
  return jsonText({ runs: plain });
}

/** JSON in which NaN and infinities are text. */
export const jsonText = (value: unknown): string =>
  JSON.stringify(
    value,
    (_, each) => typeof each === "number" && !Number.isFinite(each) ? String(each) : each,
  );
