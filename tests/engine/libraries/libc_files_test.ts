import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { join } from "node:path";
import { entriesOf, partsOf, readFile, writeFile } from "../../../lib/engine/libraries/libc_files.ts";
import { inFolder } from "../../in_folder.ts";
import { runChild } from "../run_child.ts";

const onLinux = (name: string, fn: () => Promise<void>) =>
  Deno.test({ name, ignore: Deno.build.os !== "linux", fn });

onLinux(
  "while two processes write a file again and again, a third reads a whole one each time",
  () =>
    inFolder(async (folder) => {
      const file = join(folder, "file"), SIZE = 300_000, WRITES = 300;
      const writing = (number: number) =>
        runChild(
          ["--allow-ffi"],
          `import { writeFile } from "lib/engine/libraries/libc_files.ts";
         for (let i = 0; i < ${WRITES}; i++) writeFile(${
            JSON.stringify(file)
          }, new Uint8Array(${SIZE}).fill(${number}));`,
        );
      let reading = true, whole = 0;
      const written = Promise.all([writing(1), writing(2)]).finally(() => reading = false);
      while (reading) {
        const bytes = readFile(file);
        await new Promise((resolve) => setTimeout(resolve));
        if (bytes === null) continue; // not there yet, or replaced while it was measured
        assert.equal(bytes.length, SIZE);
        assert.ok(bytes.every((byte) => byte === bytes[0]), "a part of each");
        whole++;
      }
      assert.deepEqual((await written).map(({ code, stderr }) => [code, stderr]), [[0, ""], [0, ""]]);
      assert.ok(whole > 0);
      assert.deepEqual(entriesOf(folder), ["file"]);
    }),
);

onLinux(
  "of a file that the disk has no room for nothing is left, and the one before stays",
  () =>
    inFolder(async (folder) => {
      const file = join(folder, "file");
      assert.equal(writeFile(file, new Uint8Array(1000).fill(7)), true);
      // a limit on the size of files fails a write where a full disk does: after a part of it
      const program = `import { writeFile } from "lib/engine/libraries/libc_files.ts";
      console.log(writeFile(${JSON.stringify(file)}, new Uint8Array(3_000_000)));`;
      const { stdout } = await runChild(
        ["--allow-ffi"],
        program,
        {},
        undefined,
        "ulimit -f 1024; trap '' XFSZ",
      );
      assert.equal(stdout, "false");
      assert.deepEqual(entriesOf(folder), ["file"]);
      assert.deepEqual(readFile(file), new Uint8Array(1000).fill(7));
    }),
);

onLinux("the parts of a file are the file", () =>
  inFolder(async (folder) => {
    const file = join(folder, "file"), bytes = new Uint8Array(2_500_000).map((_, i) => i % 253);
    await Deno.writeFile(file, bytes);
    const parts = Array.from(partsOf(file), (part) => part.slice());
    assert.ok(parts.length > 1);
    assert.ok(Buffer.concat(parts).equals(bytes));
    assert.deepEqual([...partsOf(join(folder, "gone"))], []);
  }));

onLinux(
  "what is no file, and what is longer than anything that is kept, is not read",
  () =>
    inFolder(async (folder) => {
      const [pipe, huge, link] = ["pipe", "huge", "link"].map((name) => join(folder, name));
      await new Deno.Command("mkfifo", { args: [pipe] }).output();
      Deno.writeFileSync(huge, new Uint8Array(0));
      Deno.truncateSync(huge, 20e9);
      Deno.symlinkSync("/dev/zero", link);
      const program = `import { readFile } from "lib/engine/libraries/libc_files.ts";
      console.log(${JSON.stringify([pipe, huge, link, folder])}.map(readFile).join());`;
      const atMost10s = 'exec timeout 10 "$0" "$@"'; // reading a pipe that nobody writes never ends
      const { code, stdout } = await runChild(["--allow-ffi"], program, {}, undefined, atMost10s);
      assert.deepEqual([code, stdout], [0, ",,,"]);
    }),
);
