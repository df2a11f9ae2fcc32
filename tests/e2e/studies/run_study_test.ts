/** A study on this machine, as processes: a worker dies, its command dies, and the study ends as if nothing had. */
import assert from "node:assert/strict";
import { killed, left, life } from "../../crash/cut_study.ts";
import { inFolder } from "../../in_folder.ts";

const UPDATES = 1500;

Deno.test("a study whose worker, then whose command is killed ends in the same bytes, on another number of workers", () =>
  inFolder(async (folder) => {
    assert.ok(await life(`${folder}/uncut`, 2, UPDATES));
    const cut = `${folder}/cut`, workers = new Set<number>();
    let hasKilled = false;
    const isOver = await life(cut, 2, UPDATES, (told) => {
      told.workers.forEach((pid) => workers.add(pid));
      if (!hasKilled && told.steps > UPDATES) {
        hasKilled = true;
        // everybody may list arguments: the store's address, which may hold a password, is none of them
        assert.ok(!Deno.readTextFileSync(`/proc/${told.workers[0]}/cmdline`).includes(cut));
        killed(told.workers[0]);
      }
      return told.steps > 3.5 * UPDATES;
    });
    assert.equal(isOver, false);
    // whose parent is gone ends, and lets go of its trial
    const deadline = performance.now() + 15_000;
    while ([...workers].some(isAlive) && performance.now() < deadline) {
      await new Promise((next) => setTimeout(next, 100));
    }
    assert.deepEqual([...workers].filter(isAlive), []);
    assert.ok(workers.size >= 3, `${workers.size} workers`);
    assert.ok(await life(cut, 1, UPDATES));
    assert.deepEqual(await left(cut), await left(`${folder}/uncut`));
  }));

function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(Deno.readTextFileSync(`/proc/${pid}/status`));
  } catch {
    return false;
  }
}
