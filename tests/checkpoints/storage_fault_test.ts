import assert from "node:assert/strict";
import { join } from "node:path";
import { atomicWrite } from "../../lib/checkpoints/atomic_write.ts";
import { readState } from "../../lib/checkpoints/read_state.ts";
import { onStorage } from "../../lib/checkpoints/storage_fault.ts";
import { stateAt } from "./states.ts";
import { inFolder } from "../in_folder.ts";

const WRITER = new URL("./write_run.ts", import.meta.url).href;

/** Writes steps 5, 10, … with files of at most `blocks` × 512 bytes: the kernel refuses more, as a full disk does. */
function writeWithin(folder: string, blocks: number) {
  const deno = `"${Deno.execPath()}" run --quiet --no-check --allow-all "${WRITER}" "${folder}" 1000`;
  const { stdout, stderr } = new Deno.Command("sh", {
    args: ["-c", `trap '' XFSZ; ulimit -f ${blocks}; exec ${deno}`],
  })
    .outputSync();
  return { out: new TextDecoder().decode(stdout), err: new TextDecoder().decode(stderr) };
}

for (const blocks of [4, 16, 40]) {
  Deno.test(`files of ${blocks / 2} KiB at most: one line says so, and the checkpoint before stays whole`, () =>
    inFolder((folder) => {
      const { out, err } = writeWithin(folder, blocks);
      assert.match(err, /^StorageFault: storage fault: \S+ \(file too large, EFBIG\)\n$/);
      const saved = out.trim().split("\n").filter(Boolean).map(Number);
      const newest = saved.at(-1);
      if (newest === undefined) assert.throws(() => readState(folder), /a folder without checkpoints/);
      else assert.deepEqual(readState(folder), stateAt(newest));
      assert.ok(blocks === 4 ? saved.length === 0 : saved.length >= 1, `saved ${saved}`);
      const left = [...Deno.readDirSync(join(folder, "checkpoints"))].filter(({ name }) =>
        name.endsWith(".tmp")
      );
      assert.deepEqual(left, []);
    }));
}

Deno.test("a refused write leaves the old file and nothing beside it", () =>
  inFolder((folder) => {
    const file = join(folder, "s".repeat(250)); // the name of what is to be written first is too long
    Deno.writeFileSync(file, Uint8Array.of(1));
    assert.throws(() => atomicWrite(file, Uint8Array.of(2)), { name: "StorageFault", path: file });
    assert.deepEqual(Deno.readFileSync(file), Uint8Array.of(1));
    assert.equal([...Deno.readDirSync(folder)].length, 1);
  }));

Deno.test("only the file system's errors are storage faults", () => {
  const failing = (error: Error) => () =>
    onStorage("x", () => {
      throw error;
    });
  assert.throws(failing(new RangeError("no")), { name: "RangeError" });
  assert.throws(failing(Object.assign(new TypeError("no"), { code: "ERR_INVALID_ARG_TYPE" })), {
    name: "TypeError",
  });
  assert.throws(failing(Object.assign(new Error("no"), { code: "ENOSPC" })), {
    name: "StorageFault",
    message: "storage fault: x (no space left, ENOSPC)",
  });
});
