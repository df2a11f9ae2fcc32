/** MLflow's database, as its SQLite store has it. */
import type { DatabaseReader } from "./database_reader.ts";
import { mlflowLog, type MlflowRecord } from "./mlflow_log.ts";
import { numberOf, type Tables, textOf } from "./sqlite_tables.ts";

/** The store writes infinities as the largest number, and NaN as 0 with a mark. */
const LARGEST = Number.MAX_VALUE;

/**
 * Reads the runs of MLflow's SQLite store that are not deleted. Schemas before steps and marks of NaN are read as well.
 *
 * @example
 * ```ts
 * import { mlflowSqlite } from "./mlflow_sqlite.ts";
 * import { sqliteTables } from "./sqlite_tables.ts";
 *
 * const names = (database: Uint8Array) => mlflowSqlite.logs(sqliteTables(database)).map(({ name }) => name);
 * ```
 */
export const mlflowSqlite: DatabaseReader = {
  format: "mlflow-sqlite",
  recognises: (tables) =>
    tables.columns("runs").has("run_uuid") &&
    ["key", "value", "timestamp", "run_uuid"].every((column) => tables.columns("metrics").has(column)),
  logs(tables) {
    const names = texts(tables, "tags"), params = texts(tables, "params"), records = recordsOf(tables);
    const runs = [...tables.rows("runs", ["run_uuid", "name", "lifecycle_stage"])];
    const shown = runs.filter(([, , stage]) => textOf(stage) !== "deleted");
    const hidden = runs.length - shown.length;
    const notes = hidden > 0
      ? [`passed over, because they are marked as deleted: ${hidden} run${hidden > 1 ? "s" : ""}`]
      : [];
    return shown.map(([id, name], i) => {
      const run = textOf(id) ?? "";
      return mlflowLog(
        textOf(name) || names.get(run)?.["mlflow.runName"] || run || null,
        params.get(run) ?? {},
        records.get(run) ?? [],
        i > 0 ? [] : notes.map((message) => ({ offset: null, message })), // said once
      );
    });
  },
};

/** Text by its key, of each run. */
function texts(tables: Tables, table: string): Map<string, Record<string, string>> {
  const runs = new Map<string, [string, string][]>();
  for (const [run, key, value] of tables.rows(table, ["run_uuid", "key", "value"])) {
    push(runs, textOf(run) ?? "", [textOf(key) ?? "", textOf(value) ?? ""]);
  }
  return new Map([...runs].map(([run, entries]) => [run, Object.fromEntries(entries)]));
}

function recordsOf(tables: Tables): Map<string, MlflowRecord[]> {
  const runs = new Map<string, MlflowRecord[]>();
  const rows = tables.rows("metrics", ["run_uuid", "key", "value", "timestamp", "step", "is_nan"]);
  for (const [run, key, value, timestamp, step, isNaN] of rows) {
    push(runs, textOf(run) ?? "", {
      key: textOf(key) ?? "",
      value: numberOf(isNaN) === 1 ? NaN : asLogged(numberOf(value)),
      timestamp: numberOf(timestamp),
      step: numberOf(step) || 0,
    });
  }
  return runs;
}

const asLogged = (value: number): number => Math.abs(value) === LARGEST ? Math.sign(value) * Infinity : value;

function push<T>(lists: Map<string, T[]>, key: string, item: T): void {
  const list = lists.get(key);
  if (list) list.push(item);
  else lists.set(key, [item]);
}
