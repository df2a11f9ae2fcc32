import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { databaseLogs } from "../../../lib/curves/readers/database_reader.ts";
import { trackio } from "../../../lib/curves/readers/trackio.ts";

/** A database with a table of metrics of these columns, and rows. */
function database(columns: string, rows: readonly (readonly (string | number | Uint8Array | null)[])[]) {
  const made = new DatabaseSync(":memory:");
  made.exec(`CREATE TABLE metrics (${columns})`);
  for (const row of rows) {
    made.prepare(`INSERT INTO metrics VALUES (${row.map(() => "?").join()})`).run(...row);
  }
  return (made as unknown as { serialize(): Uint8Array }).serialize();
}
const read = (bytes: Uint8Array) => databaseLogs(bytes, null, [trackio]);
const NEW = "id INTEGER PRIMARY KEY, run_id TEXT, timestamp TEXT, run_name TEXT, step INTEGER, metrics TEXT";
const OLD = "id INTEGER PRIMARY KEY, timestamp TEXT, run_name TEXT, step INTEGER, metrics TEXT";
const at = (second: number) => new Date(1e12 + second * 1000).toISOString();

Deno.test("runs are told apart by their id, and numbers that JSON lacks are text", () => {
  const { format, logs } = read(database(NEW, [
    [1, "x", at(0), "one", 0, '{"loss":1,"bad":"NaN","note":"NaN?"}'],
    [2, "y", at(0), "one", 0, new TextEncoder().encode('{"loss":2}')],
    [3, "x", at(5), "one", 1, '{"loss":0.5,"bad":"-Infinity","image":{"_type":"trackio.image"}}'],
  ]));
  assert.equal(format, "trackio");
  assert.deepEqual(logs.map(({ name }) => name), ["one", "one"]);
  const { loss, bad, ...others } = logs[0].segments[0].series;
  assert.deepEqual([[...loss.value], [...loss.seconds!]], [[1, 0.5], [0, 5]]);
  assert.deepEqual([...bad.value], [NaN, -Infinity]);
  assert.deepEqual(others, {});
  assert.deepEqual(logs[0].counting, { unit: "records", fromZero: true });
});

Deno.test("a schema without ids is read by names; steps that were given count updates", () => {
  const { logs: [{ name, counting, segments }] } = read(database(OLD, [
    [1, at(0), "a", 100, '{"loss":1}'],
    [2, at(1), "a", 200, '{"loss":0.5}'],
  ]));
  assert.equal(name, "a");
  assert.deepEqual(counting, { unit: "updates", fromZero: false });
  assert.deepEqual([...segments[0].series.loss.step], [100, 200]);
});

Deno.test("a record that is no JSON is skipped and counted", () => {
  const { logs: [{ warnings, segments }] } = read(database(OLD, [
    [1, at(0), "a", 0, '{"loss":1}'],
    [2, at(1), "a", 1, '{"loss":'],
    [3, at(2), "a", 2, "[1]"],
    [4, "no time", "a", 3, '{"loss":0.25}'],
  ]));
  assert.deepEqual(warnings, [{ offset: null, message: "damaged records skipped: 2" }]);
  assert.deepEqual([...segments[0].series.loss.value], [1, 0.25]);
  assert.deepEqual([...segments[0].series.loss.seconds!], [0, NaN]);
});
