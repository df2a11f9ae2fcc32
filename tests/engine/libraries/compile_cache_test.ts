import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { keepNewest, processorOf } from "../../../lib/engine/libraries/compile_cache.ts";
import { inFolder } from "../../in_folder.ts";
import { nativeTest } from "../libtensorflow_for_tests.ts";
import { runChild } from "../run_child.ts";
import {
  allMay,
  DENO_DIR,
  DOUBLE,
  doubled,
  filesIn,
  groupMay,
  keptTest,
  unkept,
  unkeptTest,
  unusedTest,
  withKept,
} from "./kept_programs.ts";

const PROCESSORS: [string, string, string | null][] = [
  [
    "one of two",
    "model name\t: EPYC 7B13\nflags\t\t: avx2 fma\n\nmodel name\t: other\nflags\t\t: sse\n",
    "EPYC 7B13; avx2 fma",
  ],
  ["fields in another order", "flags : a b\nMHz : 3\nmodel name : M", "M; a b"],
  ["one that names no model, as on ARM", "processor : 0\nFeatures : asimd\n", null],
  ["a model and no flags", "model name : M\n", null],
  ["nothing", "", null],
];
for (const [what, cpuinfo, expected] of PROCESSORS) {
  Deno.test(`of /proc/cpuinfo with ${what}, model and instruction set of the first are ${expected === null ? "unknown" : "told"}`, () => {
    assert.equal(processorOf(cpuinfo), expected);
  });
}

keptTest(`cache of a "user\\", with spaces`);
unkept.forEach(unkeptTest);

nativeTest(
  "a cache that cannot be written costs nothing but the time to compile",
  () =>
    inFolder(async (folder) => {
      const file = join(folder, "file");
      await Deno.writeTextFile(file, "");
      const { stdout, stderr } = await doubled({ XDG_CACHE_HOME: file });
      assert.deepEqual([stdout, stderr], ["true", ""]);
    }),
);

nativeTest(
  "a torn file is deleted, and what it held is compiled anew and kept",
  () =>
    inFolder(async (folder) => {
      const env = await withKept(folder), cache = join(folder, "plateau");
      for (const file of filesIn(cache)) await Deno.truncate(join(cache, file), 1000);
      const { stdout, stderr } = await doubled(env);
      assert.deepEqual([stdout, stderr], ["true", ""]);
      const kept = filesIn(cache);
      assert.ok(kept.length > 0, "nothing was compiled anew");
      for (const file of kept) assert.ok(Deno.statSync(join(cache, file)).size > 1000, file);
    }),
);

unusedTest(groupMay, "its folder for this processor");
unusedTest(allMay, "compiled");

nativeTest(
  "a process finds the cache too when its parent was told of it and hands the variable on",
  () =>
    inFolder(async (folder) => {
      const told = `
      import { libc } from "lib/engine/libraries/libc.ts";
      import { cName, textAt } from "lib/engine/libraries/c_text.ts";
      import { forgetCompiled } from "lib/engine/libraries/compile_cache.ts";
      console.log(forgetCompiled());
      console.log(textAt(libc().getenv(cName("TF_XLA_FLAGS"))));`;
      const flags = ["--allow-read", "--allow-ffi"], env = { XDG_CACHE_HOME: folder, DENO_DIR };
      const parent = await runChild(flags, DOUBLE + told, { ...env, TF_XLA_FLAGS: "" });
      const [worked, forgot, variable] = parent.stdout.split("\n");
      assert.deepEqual([worked, forgot, filesIn(folder)], ["true", "true", []]);
      const child = await runChild(flags, DOUBLE + told, { ...env, TF_XLA_FLAGS: variable });
      assert.deepEqual(child.stdout.split("\n"), ["true", "true", variable]);
    }),
);

nativeTest("of what was compiled the newest files are kept", () =>
  inFolder(async (folder) => {
    const files: [string, number][] = [["old/a", 1], ["new/b", 40], ["old/c", 30], ["new/d", 20]];
    for (const [name, seconds] of files) {
      await Deno.mkdir(join(folder, dirname(name)), { recursive: true });
      await Deno.writeFile(join(folder, name), new Uint8Array(100));
      await Deno.utime(join(folder, name), seconds, seconds);
    }
    keepNewest(folder, 400);
    assert.equal(filesIn(folder).length, 4);
    keepNewest(folder, 250);
    assert.deepEqual(filesIn(folder), ["new/b", "old/c"]);
    keepNewest(join(folder, "gone"), 0);
  }));

Deno.test({
  name: "who keeps something bounds what is kept in the user's cache, and no other folder",
  ignore: Deno.build.os !== "linux",
  fn: () =>
    inFolder(async (folder) => {
      const program = `
        import { boundKept, ownFolder } from "lib/engine/libraries/compile_cache.ts";
        const own = ownFolder("a compiler"), other = Deno.args[0] + "/other/folder";
        Deno.mkdirSync(other, { recursive: true });
        for (const place of [own, other]) {
          for (const [name, seconds] of [["old", 1], ["new", 2]]) {
            Deno.writeTextFileSync(place + "/" + name, "");
            Deno.truncateSync(place + "/" + name, 200e6); // a hole, which takes no space
            Deno.utimeSync(place + "/" + name, seconds, seconds);
          }
          boundKept(place);
          console.log(Array.from(Deno.readDirSync(place), ({ name }) => name).sort().join());
        }`.replaceAll("Deno.args[0]", JSON.stringify(folder));
      const { stdout, stderr } = await runChild(["--allow-all"], program, {
        XDG_CACHE_HOME: folder,
        DENO_DIR,
      });
      assert.deepEqual([stdout, stderr], ["new\nnew,old", ""]);
    }),
});
