import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { migrate, MIGRATIONS, schemaVersion } from "../../lib/store/schema.ts";
import { openStore } from "../../lib/store/open_store.ts";
import { inFolder } from "../in_folder.ts";
import { newRun } from "./fixture.ts";
import { inSqlite } from "./in_sqlite.ts";
import { newStudy, studyLaws } from "./study_laws.ts";

studyLaws(inSqlite);

Deno.test("a late worker cannot write to another study of the same name, whose tokens are the same", () =>
  inFolder(async (folder) => {
    const path = join(folder, "runs.sqlite"), late = await openStore(path), store = await openStore(path);
    await late.studies.add(newStudy());
    const claim = (await late.studies.claim("a"))!, locks = `${path}-writers`;
    for (const { name } of Deno.readDirSync(locks)) Deno.removeSync(join(locks, name)); // it counts as gone, and lives
    await store.studies.remove("a");
    await store.studies.add(newStudy());
    assert.deepEqual(await store.studies.claim("a"), claim);
    const lost = {
      name: "LostClaim",
      message:
        "lost claim: trial 0 of a, claim 1 (its study was removed, and another has its name): claim the next",
    };
    const progress = { step: 9, best: null };
    await assert.rejects(late.studies.tell(claim, progress), lost);
    await assert.rejects(late.studies.finish(claim, { ...progress, state: "done", because: "" }), lost);
    await assert.rejects(late.studies.release(claim), lost);
    await assert.rejects(late.begin(newRun(), undefined, claim), lost);
    await store.studies.tell(claim, progress);
    await late.close();
    await store.close();
  }));

/** A store of the first version with one run. */
function firstVersion(path: string): void {
  const db = new DatabaseSync(path);
  db.exec("PRAGMA journal_mode = WAL");
  migrate(db, MIGRATIONS.slice(0, 1));
  db.exec(
    `INSERT INTO runs (id, name, source, state, because, created, updated, tags, config, kind, rule, counting, batches,
      warnings, version) VALUES ('abc', 'old', 'training', 'stopped', '', 1, 1, '[]', '{}', 'steps', '',
      '{"unit":"updates","fromZero":false}', '{}', '[]', 1)`,
  );
  db.close();
}

Deno.test("a store of the first version moves on, with its runs", () =>
  inFolder(async (folder) => {
    const path = join(folder, "runs.sqlite");
    firstVersion(path);
    const store = await openStore(path);
    assert.deepEqual((await store.runs()).map(({ id, name }) => [id, name]), [["abc", "old"]]);
    await store.studies.add(newStudy());
    assert.equal((await store.studies.claim("a"))?.trial, 0);
    await store.close();
    const db = new DatabaseSync(path);
    assert.equal(schemaVersion(db), MIGRATIONS.length);
    db.close();
  }));

Deno.test("a store of the first version that may only be read has no studies", () =>
  inFolder(async (folder) => {
    const path = join(folder, "runs.sqlite"),
      module = new URL("../../lib/store/open_store.ts", import.meta.url);
    firstVersion(path);
    const script = join(folder, "read.ts");
    Deno.writeTextFileSync(
      script,
      `import { openStore } from ${JSON.stringify(module.href)};
      const store = await openStore(${JSON.stringify(path)});
      const { studies } = store, claim = await studies.claim(null), version = await store.version();
      console.log((await store.runs()).length, await studies.list(), await studies.workers(), claim, version);
      await studies.add({ name: "a", plan: "", metric: "m", mode: "min", trials: [] }).catch(({ name }) => console.log(name));`,
    );
    const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-check", "--no-prompt", "--quiet", "--no-config", "--allow-read", script],
    }).output();
    const said = new TextDecoder().decode(stdout);
    assert.equal(said, "1 [] [] null 0\nReadOnlyStore\n", new TextDecoder().decode(stderr));
  }));
