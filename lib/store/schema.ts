/**
 * The tables of a store, by version. What lies in a store is moved on by these steps alone, each of them whole or not at
 * all; none of them is ever changed.
 */
import type { DatabaseSync } from "node:sqlite";

/** Tells a store from any other SQLite file. */
export const APPLICATION = 0x504c5455;

/**
 * - runs: one row a run; `ended` is the end that stands, also while the run is gone on with
 * - chunks: columns of rows (`columnBlob`) that several series share
 * - pieces: a stretch of one series: the first `points` rows of a chunk, and their values
 * - series: sums of the pieces, so that nothing is read to list runs
 */
const FIRST = `
CREATE TABLE facts (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO facts VALUES ('changes', 0), ('salt', abs(random() % 1073741824));
CREATE TABLE runs (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  key TEXT UNIQUE,
  name TEXT NOT NULL,
  source TEXT NOT NULL,
  origin TEXT,
  state TEXT NOT NULL,
  because TEXT NOT NULL,
  ended TEXT,
  created INTEGER NOT NULL,
  updated INTEGER NOT NULL,
  tags TEXT NOT NULL,
  config TEXT NOT NULL,
  seed REAL,
  kind TEXT NOT NULL,
  rule TEXT NOT NULL,
  counting TEXT NOT NULL,
  batches TEXT NOT NULL,
  plan TEXT,
  warnings TEXT NOT NULL,
  writer TEXT,
  version INTEGER NOT NULL
);
CREATE INDEX runs_writer ON runs (writer) WHERE writer IS NOT NULL;
CREATE TABLE series (
  number INTEGER PRIMARY KEY,
  run INTEGER NOT NULL REFERENCES runs (number) ON DELETE CASCADE,
  tag TEXT NOT NULL,
  points INTEGER NOT NULL,
  last REAL,
  lowest REAL,
  lowest_step REAL,
  highest REAL,
  highest_step REAL,
  UNIQUE (run, tag)
);
CREATE TABLE chunks (
  number INTEGER PRIMARY KEY,
  run INTEGER NOT NULL REFERENCES runs (number) ON DELETE CASCADE,
  step BLOB NOT NULL,
  epoch BLOB,
  examples BLOB,
  seconds BLOB
);
CREATE INDEX chunks_run ON chunks (run);
CREATE TABLE pieces (
  number INTEGER PRIMARY KEY,
  series INTEGER NOT NULL REFERENCES series (number) ON DELETE CASCADE,
  place INTEGER NOT NULL,
  level INTEGER NOT NULL,
  chunk INTEGER NOT NULL REFERENCES chunks (number) ON DELETE CASCADE,
  points INTEGER NOT NULL,
  value BLOB NOT NULL,
  UNIQUE (series, place)
);
CREATE INDEX pieces_chunk ON pieces (chunk);
CREATE TABLE checkpoints (
  run INTEGER NOT NULL REFERENCES runs (number) ON DELETE CASCADE,
  step INTEGER NOT NULL,
  path TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  PRIMARY KEY (run, step)
) WITHOUT ROWID;
CREATE TABLE verdicts (
  run INTEGER NOT NULL REFERENCES runs (number) ON DELETE CASCADE,
  policy TEXT NOT NULL,
  judgement TEXT NOT NULL,
  PRIMARY KEY (run, policy)
);
PRAGMA application_id = ${APPLICATION};
`;

/**
 * - studies, trials: one row each; `lost`: workers lost since the last step that was told; `run` is the trial's, if begun
 * - workers: processes that said that they train trials, by the names of their writers
 */
const STUDIES = `
CREATE TABLE studies (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL UNIQUE,
  plan TEXT NOT NULL,
  metric TEXT NOT NULL,
  mode TEXT NOT NULL,
  created INTEGER NOT NULL,
  updated INTEGER NOT NULL,
  paused INTEGER NOT NULL
);
CREATE TABLE trials (
  study INTEGER NOT NULL REFERENCES studies (number) ON DELETE CASCADE,
  number INTEGER NOT NULL,
  name TEXT NOT NULL,
  parameters TEXT NOT NULL,
  seed REAL NOT NULL,
  max_steps INTEGER NOT NULL,
  state TEXT NOT NULL,
  because TEXT NOT NULL,
  run INTEGER REFERENCES runs (number) ON DELETE SET NULL,
  worker TEXT,
  token INTEGER NOT NULL,
  lost INTEGER NOT NULL,
  step INTEGER NOT NULL,
  best_value REAL,
  best_step INTEGER,
  began INTEGER,
  ended INTEGER,
  updated INTEGER NOT NULL,
  PRIMARY KEY (study, number)
) WITHOUT ROWID;
CREATE INDEX trials_waiting ON trials ((token = 0), study, number) WHERE state = 'waiting';
CREATE INDEX trials_running ON trials (worker) WHERE state = 'running';
CREATE INDEX trials_run ON trials (run) WHERE run IS NOT NULL;
CREATE TABLE workers (
  name TEXT PRIMARY KEY,
  host TEXT NOT NULL,
  pid INTEGER NOT NULL,
  engine TEXT NOT NULL,
  since INTEGER NOT NULL,
  seen INTEGER NOT NULL,
  ended INTEGER NOT NULL,
  failed INTEGER NOT NULL
) WITHOUT ROWID;
`;

/** The step at index i brings a store of version i to version i + 1. */
export const MIGRATIONS: readonly string[] = [FIRST, STUDIES];

/** Version of the schema in a file; 0 when it is empty. */
export const schemaVersion = (db: DatabaseSync): number =>
  Number(db.prepare("PRAGMA user_version").get()!.user_version);

/** Tables that a store of an earlier version lacks, as empty ones beside it for whoever may only read. */
export const tablesSince = (version: number): readonly string[] =>
  version === 0
    ? []
    : MIGRATIONS.slice(version).flatMap((step) =>
      [...step.matchAll(/CREATE TABLE [^;]*;/g)].map(([table]) => table.replace("CREATE", "CREATE TEMP"))
    );

/**
 * Brings a store to the last version, each step in a transaction of its own that also counts it.
 * @param migrations default those of this program
 * @example
 * ```ts
 * import { DatabaseSync } from "node:sqlite";
 * migrate(new DatabaseSync(":memory:"));
 * ```
 */
export function migrate(db: DatabaseSync, migrations: readonly string[] = MIGRATIONS): void {
  while (schemaVersion(db) < migrations.length) {
    db.exec("BEGIN IMMEDIATE");
    try {
      // another process may have taken the step while this one waited for its turn
      const version = schemaVersion(db);
      if (version < migrations.length) {
        db.exec(`${migrations[version]}; PRAGMA user_version = ${version + 1};`);
      }
      db.exec("COMMIT");
    } catch (error) {
      if (db.isTransaction) db.exec("ROLLBACK");
      throw error;
    }
  }
}
