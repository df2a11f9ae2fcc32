import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { databaseLogs } from "../../../lib/curves/readers/database_reader.ts";
import { mlflowFiles, mlflowFolders } from "../../../lib/curves/readers/mlflow_files.ts";
import { mlflowSqlite } from "../../../lib/curves/readers/mlflow_sqlite.ts";

const file = (path: string, text: string) => ({ path, bytes: new TextEncoder().encode(text) });
const points = ({ step, value }: { step: Float64Array; value: Float64Array }) =>
  Array.from(step, (each, i) => [each, value[i]]);

Deno.test("a metric's lines are time, value and step; names and settings lie beside", () => {
  const { log, warnings } = mlflowFiles([
    file("meta.yaml", "run_id: abc\nrun_name: 'it''s: one'\r\n"),
    file("params/batch_size", "32"),
    file("params/note", "two\nlines"),
    file("metrics/val/loss", "1000 nan 5\n2000 inf 10\n3000 -inf 15\n4000 1e+308 20\n"),
    file("tags/mlflow.runName", "other"),
    file("artifacts/metrics/none", "1 2 3\n"),
  ]);
  assert.equal(log.name, "it's: one");
  assert.deepEqual(log.config, { batch_size: "32", note: "two\nlines" });
  assert.equal(log.batches.batch, 32);
  assert.equal(log.began, 1);
  const { "val/loss": loss, ...others } = log.segments[0].series;
  assert.deepEqual(others, {});
  assert.deepEqual(points(loss), [[5, NaN], [10, Infinity], [15, -Infinity], [20, 1e308]]);
  assert.deepEqual([...loss.seconds!], [0, 1, 2, 3]);
  assert.deepEqual([log.warnings, warnings], [[], []]);
});

Deno.test("lines are put in the order of their time, in which a resumed run logged again", () => {
  const { log } = mlflowFiles([file("metrics/a", "1000 1 1\n4000 9 1\n2000 2 2\n3000 3 3\n")]);
  assert.deepEqual(points(log.segments[0].series.a), [[1, 1], [2, 2], [3, 3], [1, 9]]);
});

Deno.test("metrics without steps are counted, and that is said", () => {
  const old = mlflowFiles([file("metrics/a", "1000 3\n2000 2\n"), file("metrics/b", "1000 1 0\n")]).log;
  assert.deepEqual(points(old.segments[0].series.a), [[0, 3], [1, 2]]);
  assert.deepEqual(points(old.segments[0].series.b), [[0, 1]]);
  assert.deepEqual(old.warnings, [
    { offset: null, message: "logged without steps, so records are counted: a" },
  ]);
  const all = mlflowFiles([file("metrics/a", "1000 3\n2000 2\n")]).log;
  assert.deepEqual(all.counting, { unit: "records", fromZero: true });
});

Deno.test("damaged lines are skipped and told, and one that is not whole waits", () => {
  const { log, warnings } = mlflowFiles([
    file("metrics/a", "1000 1 1\nx y z\n\n2000 0x10 2\n3000 3 3\n4000 4"),
  ]);
  assert.deepEqual(points(log.segments[0].series.a), [[1, 1], [3, 3]]);
  assert.deepEqual(warnings.map(({ file, offset }) => [file, offset]), [
    ["metrics/a", 9],
    ["metrics/a", 16],
    ["metrics/a", 37],
  ]);
});

Deno.test("a run that is marked as deleted is passed over", () => {
  const { log, warnings } = mlflowFiles([
    file("meta.yaml", "lifecycle_stage: deleted\n"),
    file("metrics/a", "1000 1 1\n"),
  ]);
  assert.deepEqual(log.segments, []);
  assert.deepEqual(warnings.map(({ message }) => message), [
    "passed over, because the run is marked as deleted",
  ]);
});

const folders: { name: string; paths: string[]; path: string; folder: string | null }[] = [
  {
    name: "of a store",
    paths: ["m/0/a/meta.yaml", "m/0/a/metrics/x/y"],
    path: "m/0/a/params/b",
    folder: "m/0/a",
  },
  { name: "opened itself", paths: ["meta.yaml", "metrics/x"], path: "tags/a", folder: "" },
  {
    name: "an experiment is no run",
    paths: ["0/meta.yaml", "0/a/metrics/x"],
    path: "0/meta.yaml",
    folder: null,
  },
  {
    name: "a folder beside is no run",
    paths: ["a/meta.yaml", "a/metrics/x"],
    path: "ab/metrics/x",
    folder: null,
  },
];
for (const { name, paths, path, folder } of folders) {
  Deno.test(`the folder of an MLflow run: ${name}`, () => assert.equal(mlflowFolders(paths)(path), folder));
}

/** A database as these statements make it. */
function database(...statements: string[]): Uint8Array {
  const made = new DatabaseSync(":memory:");
  for (const statement of statements) made.exec(statement);
  return (made as unknown as { serialize(): Uint8Array }).serialize();
}
const read = (bytes: Uint8Array) => databaseLogs(bytes, null, [mlflowSqlite]);

Deno.test("the database marks NaN, and writes infinities as the largest number", () => {
  const { format, logs } = read(database(
    "CREATE TABLE runs (run_uuid TEXT, name TEXT, lifecycle_stage TEXT)",
    "CREATE TABLE params (key TEXT, value TEXT, run_uuid TEXT)",
    "CREATE TABLE metrics (key TEXT, value REAL, timestamp INT, run_uuid TEXT, step INT, is_nan INT)",
    "INSERT INTO runs VALUES ('a', 'first', 'active'), ('b', 'gone', 'deleted'), ('c', NULL, 'active')",
    "INSERT INTO params VALUES ('lr', '0.1', 'a')",
    `INSERT INTO metrics VALUES ('l', 0, 1, 'a', 1, 1), ('l', 1.7976931348623157e308, 2, 'a', 2, 0),
      ('l', -1.7976931348623157e308, 3, 'a', 3, 0), ('l', 0, 4, 'a', 4, 0), ('m', 1, 1, 'b', 1, 0)`,
  ));
  assert.equal(format, "mlflow-sqlite");
  assert.deepEqual(logs.map(({ name }) => name), ["first", "c"]);
  assert.deepEqual(points(logs[0].segments[0].series.l), [[1, NaN], [2, Infinity], [3, -Infinity], [4, 0]]);
  assert.deepEqual(logs[0].config, { lr: "0.1" });
  assert.deepEqual(logs[0].warnings.map(({ message }) => message), [
    "passed over, because they are marked as deleted: 1 run",
  ]);
});

Deno.test("a schema from before steps and NaN is read", () => {
  const { logs } = read(database(
    "CREATE TABLE runs (run_uuid TEXT)",
    "CREATE TABLE metrics (key TEXT, value REAL, timestamp INT, run_uuid TEXT)",
    "INSERT INTO runs VALUES ('a')",
    "INSERT INTO metrics VALUES ('l', 3, 1, 'a'), ('l', 2, 2, 'a')",
  ));
  assert.deepEqual(points(logs[0].segments[0].series.l), [[0, 3], [1, 2]]);
});

Deno.test("other databases are not MLflow's, and a view computes nothing", () => {
  assert.equal(read(database("CREATE TABLE runs (id TEXT)")).format, null);
  const { format } = read(database(
    "CREATE TABLE runs (run_uuid TEXT)",
    `CREATE VIEW metrics AS WITH RECURSIVE endless(key) AS (SELECT 1 UNION ALL SELECT key + 1 FROM endless)
      SELECT key, 1 AS value, 1 AS timestamp, 'a' AS run_uuid FROM endless`,
  ));
  assert.equal(format, null);
});
