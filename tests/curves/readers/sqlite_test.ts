import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { databaseBytes } from "../../../lib/curves/readers/database_bytes.ts";
import { sqliteTables } from "../../../lib/curves/readers/sqlite_tables.ts";
import { sqliteWithWal } from "../../../lib/curves/readers/sqlite_wal.ts";
import { inFolder } from "../../in_folder.ts";
import { quickest } from "../../quickest.ts";

const numbers = (bytes: Uint8Array): number[] => {
  const tables = sqliteTables(bytes);
  try {
    return [...tables.rows("t", ["a"])].map(([a]) => Number(a));
  } finally {
    tables.close();
  }
};
const files = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
const count = (n: number, from = 0) => Array.from({ length: n }, (_, i) => from + i);

Deno.test("a database that is being written is read as of its last transaction, and its folder stays as it is", () =>
  inFolder(async (folder) => {
    const path = `${folder}/live.db`, writer = new DatabaseSync(path);
    writer.exec(
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA cache_size = 1; CREATE TABLE t (a)",
    );
    const insert = writer.prepare("INSERT INTO t VALUES (?)");
    const now = async () => {
      const before = files(folder), { database, wal, steady } = await databaseBytes(path);
      assert.ok(steady);
      assert.deepEqual(files(folder), before);
      return numbers(sqliteWithWal(database, wal));
    };
    for (const a of count(5000)) insert.run(a); // more pages than the log holds before it is moved
    assert.deepEqual(await now(), count(5000));
    writer.exec("BEGIN");
    for (const a of count(500, 5000)) insert.run(a);
    assert.deepEqual(await now(), count(5000), "what is not committed is not there yet");
    writer.exec("COMMIT");
    assert.deepEqual(await now(), count(5500));
    writer.exec("PRAGMA wal_checkpoint(RESTART)");
    insert.run(5500);
    assert.deepEqual(await now(), count(5501), "of a log that began again the older frames are void");
    writer.close();
    assert.deepEqual(await now(), count(5501));
    assert.deepEqual(files(folder), ["live.db"]);
  }));

Deno.test("a database that a transaction is changing in its place is read, and that is said", () =>
  inFolder(async (folder) => {
    const path = `${folder}/live.db`, writer = new DatabaseSync(path);
    writer.exec("PRAGMA journal_mode = DELETE; PRAGMA synchronous = OFF; PRAGMA cache_size = 1");
    writer.exec("CREATE TABLE t (a); INSERT INTO t VALUES (1)");
    assert.ok((await databaseBytes(path)).steady);
    writer.exec("BEGIN");
    for (const a of count(3000, 2)) writer.exec(`INSERT INTO t VALUES (${a})`);
    assert.deepEqual(files(folder), ["live.db", "live.db-journal"]);
    assert.ok(!(await databaseBytes(path)).steady);
    writer.exec("ROLLBACK");
    const { database, wal, steady } = await databaseBytes(path);
    assert.deepEqual([wal, steady, numbers(sqliteWithWal(database, wal))], [null, true, [1]]);
    writer.close();
  }));

Deno.test("a write-ahead log that is cut or damaged is followed up to its last whole transaction", () =>
  inFolder(async (folder) => {
    const path = `${folder}/live.db`, writer = new DatabaseSync(path);
    writer.exec(
      "PRAGMA page_size = 1024; PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; CREATE TABLE t (a)",
    );
    for (const a of count(20)) writer.exec(`INSERT INTO t VALUES (${a})`);
    const { database, wal } = await databaseBytes(path);
    let least = 20;
    for (let end = wal!.length; end >= 0; end -= 1000) {
      let rows: number[] = [];
      try {
        rows = numbers(sqliteWithWal(database, wal!.subarray(0, end)));
      } catch {
        assert.ok(end < 8192, "only before the first transaction there is no database");
      }
      assert.deepEqual(rows, count(rows.length));
      assert.ok(rows.length <= least);
      least = rows.length;
    }
    assert.equal(least, 0);
    const flipped = wal!.slice();
    flipped[flipped.length - 1] ^= 1;
    assert.deepEqual(numbers(sqliteWithWal(database, flipped)), count(19), "its checksum is wrong");
    writer.close();
  }));

Deno.test("a damaged table gives the rows before the damage, and says where it ends", () => {
  const made = new DatabaseSync(":memory:");
  made.exec("PRAGMA page_size = 512; CREATE TABLE t (a, b)");
  for (const a of count(400)) made.exec(`INSERT INTO t VALUES (${a}, 'some text to fill the page')`);
  const bytes = (made as unknown as { serialize(): Uint8Array }).serialize();
  bytes.fill(0xff, bytes.length / 2, bytes.length / 2 + 512);
  const tables = sqliteTables(bytes), rows: number[] = [];
  for (const [a] of tables.rows("t", ["a", "none"])) rows.push(Number(a));
  assert.ok(rows.length > 20 && rows.length < 400);
  assert.deepEqual(rows, count(rows.length));
  assert.match(tables.faults[0], /^damaged table t: read up to row \d+ \(.+\)$/);
  tables.close();
});

Deno.test("a table whose pages point at each other ends", async () => {
  const made = new DatabaseSync(":memory:");
  made.exec("PRAGMA page_size = 512; CREATE TABLE t (a)");
  for (const a of count(6000)) made.exec(`INSERT INTO t VALUES ('${a} is some text')`);
  const bytes = (made as unknown as { serialize(): Uint8Array }).serialize();
  const view = new DataView(bytes.buffer);
  // each cell of an inner page points at the page's first child
  for (let page = 512; page < bytes.length; page += 512) {
    if (bytes[page] !== 5) continue;
    const cells = view.getUint16(page + 3), first = view.getUint32(page + view.getUint16(page + 12));
    for (let i = 1; i < cells; i++) view.setUint32(page + view.getUint16(page + 12 + 2 * i), first);
  }
  const took = await quickest(1000, () => {
    const tables = sqliteTables(bytes);
    let rows = 0;
    for (const _ of tables.rows("t", ["a"])) rows++;
    assert.ok(rows <= bytes.length / 4);
    tables.close();
  });
  assert.ok(took < 1000, `${took} ms`);
});
