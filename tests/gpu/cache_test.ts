import assert from "node:assert/strict";
import { join } from "node:path";
import { inFolder } from "../in_folder.ts";
import { runChild } from "../engine/run_child.ts";
import { gpuEngine, gpuTest } from "./gpu_for_tests.ts";

/** Trains M, with a cache of its own once the engine, which is found in the user's, has started. */
const child = (cache: string) => `
import { startEngine } from "lib/engine/engine.ts";
import { trained } from "${new URL("trained.ts", import.meta.url)}";
await startEngine(${JSON.stringify(gpuEngine)});
Deno.env.set("XDG_CACHE_HOME", ${JSON.stringify(cache)});
const { losses, values } = await trained("M");
console.log(JSON.stringify([losses, values.map((tensor) => [...tensor])]));
Deno.exit(0);
`;

/** Programs that are kept, with the time of their writing. */
function kept(folder: string): string[] {
  return Array.from(Deno.readDirSync(folder)).flatMap(({ name, isDirectory }) => {
    const path = join(folder, name);
    if (isDirectory) return kept(path);
    return name.startsWith("xla_") ? [`${name} ${Deno.statSync(path).mtime!.getTime()}`] : [];
  }).sort();
}

gpuTest(
  "a second process takes what the first compiled, and trains to the same bits",
  () =>
    inFolder(async (cache) => {
      const trains = async () => {
        const { code, stdout, stderr } = await runChild(["--allow-all"], child(cache));
        assert.equal(code, 0, stderr);
        return stdout.split("\n").at(-1)!;
      };
      const first = await trains(), compiled = kept(cache);
      assert.ok(compiled.length > 0, "nothing was kept");
      const second = await trains();
      assert.deepEqual(kept(cache), compiled, "compiled again");
      assert.equal(second, first);
    }),
);
