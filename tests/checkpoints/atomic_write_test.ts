import assert from "node:assert/strict";
import { join } from "node:path";
import { atomicWrite, removeUnfinished } from "../../lib/checkpoints/atomic_write.ts";
import { inFolder } from "../in_folder.ts";

const HOUR = 3_600_000;
const names = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();

Deno.test("a link in the place of a file, or of what is written first, is not followed", () =>
  inFolder((folder) => {
    const victim = join(folder, "victim");
    Deno.writeTextFileSync(victim, "mine");
    // whatever name is drawn, there is a link
    const drawn = crypto.randomUUID, file = join(folder, "state");
    crypto.randomUUID = () => "0a0a0a0a-0000-4000-8000-000000000000";
    try {
      Deno.symlinkSync(victim, `${file}.0a0a0a0a.tmp`);
      assert.throws(() => atomicWrite(file, Uint8Array.of(1)), { name: "StorageFault", code: "EEXIST" });
    } finally {
      crypto.randomUUID = drawn;
    }
    Deno.symlinkSync(victim, `${file}.tmp`);
    Deno.symlinkSync(victim, file);
    atomicWrite(file, Uint8Array.of(1));
    assert.equal(Deno.readTextFileSync(victim), "mine");
    assert.ok(Deno.lstatSync(file).isFile);
  }));

Deno.test("what crashes left of a file's writes goes an hour later, and nothing else does", () =>
  inFolder((folder) => {
    const file = join(folder, "state"), old = (Date.now() - 2 * HOUR) / 1000;
    const left = [
      "state.0123abcd.tmp",
      "state.tmp",
      "state.notes.tmp",
      "other.0123abcd.tmp",
      "mystate.0123abcd.tmp",
    ];
    for (const name of left) {
      Deno.writeTextFileSync(join(folder, name), "half");
      Deno.utimeSync(join(folder, name), old, old);
    }
    Deno.writeTextFileSync(join(folder, "state.89abcdef.tmp"), "another process writes it now");
    atomicWrite(file, Uint8Array.of(1));
    assert.deepEqual(names(folder), [...left.slice(1), "state", "state.89abcdef.tmp"].sort());
    removeUnfinished(file);
    assert.deepEqual(names(folder), [...left.slice(1), "state"].sort());
    removeUnfinished(join(folder, "nowhere", "state")); // a folder that is not there has nothing left
  }));

Deno.test("a file has the mode that was asked for from the first byte on", () =>
  inFolder((folder) => {
    const file = join(folder, "secret");
    atomicWrite(file, Uint8Array.of(1), { mode: 0o600, durable: false });
    assert.equal(Deno.statSync(file).mode! & 0o777, 0o600);
  }));
