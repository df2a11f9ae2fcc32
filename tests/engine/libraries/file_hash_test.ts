import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { fileHash } from "../../../lib/engine/libraries/file_hash.ts";
import { inFolder } from "../../in_folder.ts";

const onLinux = Deno.build.os === "linux";
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

Deno.test({
  name: "the hash of a file is that of its content, also the second time and after each change",
  ignore: !onLinux,
  fn: () =>
    inFolder((folder) => {
      const file = join(folder, "large"), bytes = new Uint8Array(3_000_000).map((_, i) => i % 251);
      for (const changed of [0, 1, 1, 2]) {
        bytes[1_500_000] = changed;
        Deno.writeFileSync(file, bytes);
        Deno.utimeSync(file, 7, 7); // a change that says it is none
        for (let time = 0; time < 2; time++) assert.equal(fileHash(file), sha256(bytes));
      }
      assert.equal(fileHash(join(folder, "gone")), null);
    }),
});

Deno.test({
  name: "a hash that is known is not made again",
  ignore: !onLinux,
  fn: () =>
    inFolder((folder) => {
      const file = join(folder, "large");
      Deno.writeFileSync(file, new Uint8Array(60_000_000));
      const took = () => {
        const began = performance.now();
        fileHash(file);
        return performance.now() - began;
      };
      const first = took();
      assert.ok(Math.min(took(), took(), took()) < first / 2, `${first} ms the first time`);
    }),
});
