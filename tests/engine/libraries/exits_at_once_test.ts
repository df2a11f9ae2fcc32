import assert from "node:assert/strict";
import { runChild } from "../run_child.ts";

/** A process whose libraries would abort while they are destroyed. */
const program = (end: string) =>
  `import { exitsAtOnce } from "lib/engine/libraries/exits_at_once.ts";
  const { on_exit, abort } = Deno.dlopen("libc.so.6", {
    on_exit: { parameters: ["pointer", "pointer"], result: "i32" },
    abort: { type: "pointer" },
  }).symbols;
  on_exit(abort, null);
  console.log("said");
  ${end}`;
const ends: readonly [end: string, code: number][] = [
  ["", 134],
  ["exitsAtOnce();", 0],
  ["exitsAtOnce(); Deno.exit(3);", 3],
  ["exitsAtOnce(); throw new Error('no');", 1],
  ["exitsAtOnce(); on_exit(abort, null); Deno.exit(3);", 3],
];
for (const [end, expected] of ends) {
  Deno.test({
    name: `a process ends with code ${expected}: ${end || "with its libraries"}`,
    ignore: Deno.build.os !== "linux",
    fn: async () => {
      const { code, stdout } = await runChild(["--allow-ffi", "--no-check"], program(end));
      assert.deepEqual([code, stdout], [expected, "said"]);
    },
  });
}
