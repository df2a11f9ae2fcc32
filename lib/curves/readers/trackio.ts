/** A project of trackio: one SQLite database, its records as JSON. */
import type { ParsedLog } from "../logged.ts";
import { batchesFromConfig } from "./batches_from_config.ts";
import type { DatabaseReader } from "./database_reader.ts";
import { LoggedRows } from "./logged_rows.ts";
import { numberOf, type Tables, textOf } from "./sqlite_tables.ts";

/**
 * Reads the runs of a trackio database. The schema has moved, so the tables are asked what they hold: runs are told
 * apart by `run_id` where there is one, else by their name. What is no number is no metric.
 *
 * @example
 * ```ts
 * import { trackio } from "./trackio.ts";
 * import { sqliteTables } from "./sqlite_tables.ts";
 *
 * const names = (database: Uint8Array) => trackio.logs(sqliteTables(database)).map(({ name }) => name);
 * ```
 */
export const trackio: DatabaseReader = {
  format: "trackio",
  recognises: (tables) =>
    ["run_name", "timestamp", "step", "metrics"].every((column) => tables.columns("metrics").has(column)),
  logs(tables) {
    const configs = configsOf(tables), runs = new Map<string, Run>();
    let unread = 0;
    for (const row of tables.rows("metrics", ["run_id", "run_name", "timestamp", "step", "metrics"])) {
      const [id, name, timestamp, step, json] = row, key = textOf(id) ?? textOf(name) ?? "";
      const record = objectIn(textOf(json)), at = numberOf(step);
      if (record === null || !Number.isFinite(at)) {
        unread++;
        continue;
      }
      let run = runs.get(key);
      if (!run) runs.set(key, run = begun(textOf(name)));
      add(run, at, Date.parse(textOf(timestamp) ?? "") / 1000, record);
    }
    const faults = unread > 0 ? [`damaged records skipped: ${unread}`] : [];
    return [...runs].map(([key, run], i) =>
      logOf(run, configs.get(key) ?? configs.get(run.name ?? "") ?? {}, i > 0 ? [] : faults)
    );
  },
};

interface Run {
  readonly name: string | null;
  /** in seconds since 1970; NaN until a record says */
  began: number;
  /** whether steps only count the records, as they do where nobody gave any */
  counted: boolean;
  fromZero: boolean;
  readonly rows: LoggedRows;
}

const begun = (name: string | null): Run => ({
  name,
  began: NaN,
  counted: true,
  fromZero: false,
  rows: new LoggedRows(["seconds"]),
});

function add(run: Run, step: number, at: number, record: Record<string, unknown>): void {
  if (Number.isNaN(run.began)) run.began = at;
  run.counted &&= step === run.rows.rows;
  run.fromZero ||= step === 0;
  run.rows.row(step, [at - run.began]);
  for (const [tag, value] of Object.entries(record)) {
    const number = logged(value);
    if (number !== null) run.rows.value(run.rows.tag(tag), number);
  }
}

const logOf = (
  { name, began, counted, fromZero, rows }: Run,
  config: Record<string, unknown>,
  faults: readonly string[],
): ParsedLog => ({
  name,
  segments: [{ from: null, series: rows.series() }],
  config,
  counting: { unit: counted ? "records" : "updates", fromZero },
  batches: batchesFromConfig(config),
  began: Number.isNaN(began) ? null : began,
  warnings: faults.map((message) => ({ offset: null, message })),
});

/** Settings of each run, by its id and by its name, without what trackio notes for itself, which begins with an underscore. */
function configsOf(tables: Tables): Map<string, Record<string, unknown>> {
  const configs = new Map<string, Record<string, unknown>>();
  for (const [id, name, json] of tables.rows("configs", ["run_id", "run_name", "config"])) {
    const own = Object.entries(objectIn(textOf(json)) ?? {}).filter(([key]) => !key.startsWith("_"));
    for (const key of [textOf(id), textOf(name)]) if (key !== null) configs.set(key, Object.fromEntries(own));
  }
  return configs;
}

function objectIn(json: string | null): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(json ?? "");
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? value as Record<string, unknown>
      : null;
  } catch {
    return null;
  }
}

const STRANGE: ReadonlyMap<unknown, number> = new Map([
  ["NaN", NaN],
  ["Infinity", Infinity],
  ["-Infinity", -Infinity],
]);

/** A number as trackio writes it; null for what is none. */
const logged = (value: unknown): number | null =>
  typeof value === "number" ? value : STRANGE.get(value) ?? null;
