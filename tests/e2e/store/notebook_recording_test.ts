import assert from "node:assert/strict";
import { openSession } from "../../../lib/notebook/session.ts";
import type { Store } from "../../../lib/store/store.ts";
import { inProject, run, withStore } from "../../store/recorded_notebook.ts";

Deno.test("plateau run records what a notebook trains, once however often it is run; a page as well", () =>
  inProject(async (project, file) => {
    for (let i = 0; i < 2; i++) {
      const { code, out, err } = await run(project, file);
      assert.deepEqual([code, out], [0, "step 20\n"]);
      assert.doesNotMatch(err, /not recorded/);
    }
    const check = (store: Store) =>
      store.runs().then(async (rows) => {
        assert.deepEqual(rows.map(({ name, from, state, step }) => [name, from, state, step]), [
          ["blobs", "notebooks/a.ts", "stopped", 20],
        ]);
        const { updates, evaluations } = (await store.trajectory(rows[0].id))!;
        assert.equal(updates.loss.length, 20);
        assert.deepEqual([...evaluations.step], [5, 10, 15, 20]);
      });
    await withStore(project, check);

    const session = await openSession({ file, project, engine: "wasm" });
    try {
      await withStore(project, async (store) => {
        const before = (await store.runs())[0].updated;
        for (let waited = 0; waited < 60_000; waited += 100) {
          const [{ updated, state }] = await store.runs();
          if (updated > before && state === "stopped") break;
          await new Promise((done) => setTimeout(done, 100));
        }
        assert.ok((await store.runs())[0].updated > before);
        await check(store);
      });
    } finally {
      await session.close();
    }
  }));
