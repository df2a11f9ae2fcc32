/** Files that are no store, damaged ones, those of other versions, and storage that refuses. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { StorageFault } from "../../lib/checkpoints/storage_fault.ts";
import { migrate, schemaVersion } from "../../lib/store/schema.ts";
import { openStore } from "../../lib/store/open_store.ts";
import { DamagedStore, LaterStore, onDatabase } from "../../lib/store/store_fault.ts";
import { inFolder } from "../in_folder.ts";
import { newRun, points, span } from "./fixture.ts";

/** Bytes that are damaged, one after another. */
const DAMAGES = Number(Deno.env.get("PLATEAU_DAMAGES") ?? 60);

async function filled(path: string): Promise<void> {
  const store = await openStore(path);
  for (let i = 0; i < 5; i++) {
    const writer = await store.begin(newRun({ key: `${i}`, name: `run ${i}` }));
    await writer.append({ "validation.loss": points(span(1, 300)), rate: points(span(1, 300)) });
    await writer.end("stopped", "", null);
  }
  await store.close();
}

Deno.test(`of ${DAMAGES} stores with a damaged byte each is read as far as it can be, or said to be damaged`, () =>
  inFolder(async (folder) => {
    const path = join(folder, "runs.sqlite");
    await filled(path);
    const whole = Deno.readFileSync(path), expected = points(span(1, 300));
    let said = 0;
    for (let i = 0; i < DAMAGES; i++) {
      const bytes = whole.slice(), at = Math.floor(Math.random() * bytes.length);
      bytes[at] ^= 1 + Math.floor(Math.random() * 255);
      for (const old of ["-wal", "-shm"]) await Deno.remove(path + old).catch(() => {});
      Deno.writeFileSync(path, bytes);
      try {
        const store = await openStore(path);
        try {
          if (store.fault !== null) {
            said++;
            assert.match(store.fault, /^damaged store: .*runs\.sqlite \(.*\): move it away/);
            await assert.rejects(store.begin(newRun()), { name: "ReadOnlyStore" });
          }
          for (const { id, metrics } of await store.runs()) {
            for (const metric of metrics) {
              // what is read of curves is what was written
              const series = await store.series(id, metric);
              if (series !== null) assert.deepEqual(series, expected);
            }
            await store.trajectory(id);
          }
        } finally {
          await store.close();
        }
      } catch (error) {
        said++;
        // a damaged number may be a version that is to come
        const known = [DamagedStore, LaterStore].some((kind) => error instanceof kind);
        assert.ok(known, `byte ${at}: ${(error as Error).stack}`);
      }
    }
    assert.ok(said > 0);
  }));

Deno.test("a damaged store is only read, with one line that says so", () =>
  inFolder(async (folder) => {
    const path = join(folder, "runs.sqlite");
    await filled(path);
    const db = new DatabaseSync(path);
    const root = Number(
      db.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'pieces_chunk'").get()!.rootpage,
    );
    const size = Number(db.prepare("PRAGMA page_size").get()!.page_size);
    db.close();
    const bytes = Deno.readFileSync(path).fill(0xff, (root - 1) * size, root * size);
    Deno.writeFileSync(path, bytes);

    const store = await openStore(path), rows = await store.runs();
    assert.match(
      store.fault!,
      /^damaged store: .*runs\.sqlite \(.*\): move it away, and a new one is begun$/,
    );
    assert.equal(rows.length, 5);
    assert.deepEqual(await store.series(rows[0].id, "rate"), points(span(1, 300)));
    for (const refused of [store.begin(newRun()), store.tag(rows[0].id, []), store.remove(rows[0].id)]) {
      await assert.rejects(refused, { name: "ReadOnlyStore", message: store.fault! });
    }
    await store.version();
    await store.close();
    assert.deepEqual(Deno.readFileSync(path), bytes);
  }));

Deno.test("a file that is no store is left as it is, and said to be none", () =>
  inFolder(async (folder) => {
    const text = join(folder, "text"), other = join(folder, "other.sqlite");
    Deno.writeTextFileSync(text, "step,loss\n".repeat(1000));
    const db = new DatabaseSync(other);
    db.exec("CREATE TABLE runs (run_uuid TEXT)");
    db.close();
    const [before, beforeOther] = [text, other].map((path) => Deno.readFileSync(path));
    await assert.rejects(openStore(text), {
      name: "DamagedStore",
      message: `damaged store: ${text} (file is not a database): move it away, and a new one is begun`,
    });
    await assert.rejects(openStore(other), {
      message: `damaged store: ${other} (it is not a store of runs): move it away, and a new one is begun`,
    });
    assert.deepEqual([text, other].map((path) => Deno.readFileSync(path)), [before, beforeOther]);
  }));

Deno.test("a store of a later version is refused, and stays as it is", () =>
  inFolder(async (folder) => {
    const path = join(folder, "runs.sqlite");
    await filled(path);
    const db = new DatabaseSync(path);
    db.exec("PRAGMA user_version = 7");
    db.close();
    await assert.rejects(openStore(path), {
      name: "LaterStore",
      message: `store of a later version: ${path} (version 7, this program reads 2): update Plateau`,
    });
  }));

Deno.test("a migration is done whole or not at all, and goes on from where it stopped", () => {
  const steps = [
    "CREATE TABLE a (x); INSERT INTO a VALUES (1)",
    "ALTER TABLE a ADD COLUMN y; CREATE TABLE b (x); INSERT INTO missing VALUES (1)",
  ];
  const db = new DatabaseSync(":memory:");
  assert.throws(() => migrate(db, steps), /no such table: missing/);
  assert.equal(schemaVersion(db), 1);
  assert.deepEqual(db.prepare("SELECT * FROM a").all().map((row) => ({ ...row })), [{ x: 1 }]);
  migrate(db, [steps[0], "ALTER TABLE a ADD COLUMN y; CREATE TABLE b (x)"]);
  assert.equal(schemaVersion(db), 2);
  assert.deepEqual(db.prepare("SELECT * FROM a").all().map((row) => ({ ...row })), [{ x: 1, y: null }]);
  db.close();
});

Deno.test("what storage refuses is a storage fault, with its name", () => {
  const db = new DatabaseSync(":memory:");
  db.exec("CREATE TABLE a (x); PRAGMA max_page_count = 3");
  const fill = () => db.prepare("INSERT INTO a VALUES (zeroblob(1000000))").run();
  assert.throws(() => onDatabase("runs.sqlite", fill), (error) => {
    assert.ok(error instanceof StorageFault);
    assert.equal(error.message, "storage fault: runs.sqlite (no space left, ENOSPC)");
    return true;
  });
  db.close();
});

Deno.test("a store that may not be written is only read", () =>
  inFolder(async (folder) => {
    const path = join(folder, "runs.sqlite");
    await filled(path);
    const code = `
      import { openStore } from ${
      JSON.stringify(new URL("../../lib/store/open_store.ts", import.meta.url).href)
    };
      const store = await openStore(${JSON.stringify(path)});
      console.log((await store.runs()).length, store.fault);
      await store.tag((await store.runs())[0].id, []).catch((error) => console.log(error.name));
      await store.close();`;
    // without the right to write, where a file's mode would not keep the owner of a container out
    const script = join(folder, "read.ts");
    Deno.writeTextFileSync(script, code);
    const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-check", "--no-prompt", "--quiet", "--no-config", "--allow-read", script],
    }).output();
    const said = new TextDecoder().decode(stdout);
    assert.match(said, /^5 .*write access/s, new TextDecoder().decode(stderr));
    assert.match(said, /ReadOnlyStore\n$/);
  }));

Deno.test("a store that was deleted or moved away is written no more, and who writes hears of it", () =>
  inFolder(async (folder) => {
    const path = join(folder, "a", "runs.sqlite"), store = await openStore(path);
    const writer = await store.begin(newRun());
    await writer.append({ loss: points([1]) });
    Deno.removeSync(join(folder, "a"), { recursive: true });
    const gone = { name: "StorageFault", message: `storage fault: ${path} (it is gone, ENOENT)` };
    await assert.rejects(writer.append({ loss: points([2]) }), gone);
    const another = await openStore(path); // a new one in its place is another one
    await assert.rejects(writer.end("stopped", "", null), gone);
    await assert.rejects(store.begin(newRun({ key: "b" })), gone);
    assert.deepEqual(await another.runs(), []);
    await another.close();
    await store.close();
  }));
