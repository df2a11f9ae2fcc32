import assert from "node:assert/strict";
import { fileAt } from "../../lib/store/file_at.ts";
import { openStore } from "../../lib/store/open_store.ts";
import { createRunStore } from "../../server/run_store.ts";
import { newRun } from "./runs_fixture.ts";

Deno.test("a store that was deleted under an open server is opened anew, and once", async () => {
  const folder = await Deno.makeTempDir(), path = `${folder}/runs.sqlite`;
  let opened = 0;
  const runs = createRunStore(() => (opened++, openStore(path)), () => fileAt(path));
  try {
    const first = await runs.store();
    await (await first.begin(newRun("a"))).release();
    assert.equal((await (await runs.store()).runs()).length, 1);
    for (const ending of ["", "-wal", "-shm"]) await Deno.remove(`${path}${ending}`).catch(() => {});
    const both = await Promise.all([runs.store(), runs.store()]);
    assert.equal(both[0], both[1]);
    assert.deepEqual(await both[0].runs(), []);
    await (await both[0].begin(newRun("a"))).release();
    assert.deepEqual([(await (await runs.store()).runs()).length, opened], [1, 2]);
  } finally {
    await runs.close();
    await Deno.remove(folder, { recursive: true });
  }
});
