import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { compiledFolder, keepNewest, processorOf } from "../../lib/engine/compile_cache.ts";
import { inFolder } from "../in_folder.ts";
import { libtensorflowForTests, nativeTest } from "./libtensorflow_for_tests.ts";
import { project, runChild } from "./run_child.ts";

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

/** A child that measures the engine: it compiles one program, and prints what XLA was told. */
const MEASURE = `
  import { setEngineChoice, startEngine } from "lib/engine/engine.ts";
  import { measureUpdate } from "lib/engine/measure.ts";
  setEngineChoice("tensorflow", { library: ${JSON.stringify(libtensorflowForTests?.file)} });
  await startEngine();
  console.log((await measureUpdate()) > 0);`;
const measured = (env: Record<string, string>) =>
  // a child inherits what this process was told, if it has started the engine
  runChild(["--allow-read", "--allow-ffi"], MEASURE, { TF_XLA_FLAGS: "", DENO_DIR, ...env });
/** Deno's own cache, which would follow XDG_CACHE_HOME too. */
const DENO_DIR = Deno.env.get("DENO_DIR") ??
  join(Deno.env.get("XDG_CACHE_HOME") ?? join(Deno.env.get("HOME") ?? "/tmp", ".cache"), "deno");

/** Files below a folder, by name. */
function filesIn(folder: string): string[] {
  try {
    return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) =>
      isDirectory ? filesIn(join(folder, name)).map((file) => join(name, file)) : [name]
    ).sort();
  } catch {
    return [];
  }
}

for (const place of ["cache", `cache of a "user\\", with spaces`]) {
  nativeTest(
    `what is compiled is kept in the ${place}, and found by the next process`,
    () =>
      inFolder(async (folder) => {
        const home = join(folder, place), env = { XDG_CACHE_HOME: home };
        const first = await measured(env);
        assert.deepEqual([first.stdout, first.stderr], ["true", ""]);
        const kept = filesIn(join(home, "plateau"));
        assert.ok(kept.length > 0, "nothing was kept");
        for (const file of kept) assert.match(file, /^compiled\/[0-9a-f]{16}\/plateau_/);
        const all = compiledFolder(join(home, "plateau"));
        for (const made of [all, join(all, kept[0].split("/")[1])]) {
          assert.equal(Deno.statSync(made).mode! & 0o777, 0o700, made);
        }
        const second = await measured(env);
        assert.deepEqual([second.stdout, second.stderr], ["true", ""]);
        assert.deepEqual(filesIn(join(home, "plateau")), kept);
      }),
  );
}

nativeTest(
  "without a cache to keep it in, or with flags of the user's own, nothing is kept",
  () =>
    inFolder(async (folder) => {
      const own = await measured({
        XDG_CACHE_HOME: folder,
        TF_XLA_FLAGS: "--tf_xla_clustering_debug=false",
      });
      assert.deepEqual([own.stdout, filesIn(join(folder, "plateau"))], ["true", []]);
      const nowhere = await measured({
        XDG_CACHE_HOME: folder,
        TF_XLA_FLAGS: "--tf_xla_persistent_cache_directory=/proc/nowhere",
      });
      assert.deepEqual([nowhere.stdout, nowhere.stderr], ["true", ""], "a graph serves where XLA refuses");
      const relative = await measured({ XDG_CACHE_HOME: "relative_cache", HOME: "" });
      assert.deepEqual([relative.stdout, relative.stderr], ["true", ""]);
      assert.deepEqual(filesIn(join(project, "relative_cache")), []);
      const homeless = await measured({ XDG_CACHE_HOME: "", HOME: "" });
      assert.deepEqual([homeless.stdout, homeless.stderr], ["true", ""]);
    }),
);

nativeTest(
  "a cache that cannot be written costs nothing but the time to compile",
  () =>
    inFolder(async (folder) => {
      const file = join(folder, "file");
      await Deno.writeTextFile(file, "");
      const { stdout, stderr } = await measured({ XDG_CACHE_HOME: file });
      assert.deepEqual([stdout, stderr], ["true", ""]);
    }),
);

nativeTest(
  "a torn file is deleted, and what it held is compiled anew and kept",
  () =>
    inFolder(async (folder) => {
      const env = { XDG_CACHE_HOME: folder }, cache = join(folder, "plateau");
      await measured(env);
      for (const file of filesIn(cache)) await Deno.truncate(join(cache, file), 1000);
      const { stdout, stderr } = await measured(env);
      assert.deepEqual([stdout, stderr], ["true", ""]);
      const kept = filesIn(cache);
      assert.ok(kept.length > 0, "nothing was compiled anew");
      for (const file of kept) assert.ok(Deno.statSync(join(cache, file)).size > 1000, file);
    }),
);

const superuser = Deno.uid() === 0;
const OTHERS: [what: string, change: (folder: string) => Promise<void>, ignore: boolean][] = [
  ["that its group may write", (folder) => Deno.chmod(folder, 0o770), false],
  ["that everybody may write", (folder) => Deno.chmod(folder, 0o702), false],
  ["of another user", (folder) => Deno.chown(folder, 1, 1), !superuser],
];
for (const [what, change, ignore] of OTHERS) {
  if (ignore) continue; // only the superuser can give a folder away
  for (const which of ["compiled", "its folder for this processor"]) {
    nativeTest(`a folder ${what} is not used: ${which}`, () =>
      inFolder(async (folder) => {
        const env = { XDG_CACHE_HOME: folder }, all = compiledFolder(join(folder, "plateau"));
        await measured(env);
        const [file] = filesIn(all);
        await Deno.remove(join(all, file));
        await change(which === "compiled" ? all : join(all, file, ".."));
        const { stdout, stderr } = await measured(env);
        assert.deepEqual([stdout, stderr, filesIn(all)], ["true", "", []]);
      }));
  }
}

nativeTest(
  "a process finds the cache too when its parent was told of it and hands the variable on",
  () =>
    inFolder(async (folder) => {
      const told = `
      import { libc } from "lib/engine/libc.ts";
      import { cName, textAt } from "lib/engine/native_symbols.ts";
      import { forgetCompiled } from "lib/engine/compile_cache.ts";
      console.log(forgetCompiled());
      console.log(textAt(libc().getenv(cName("TF_XLA_FLAGS"))));`;
      const flags = ["--allow-read", "--allow-ffi"], env = { XDG_CACHE_HOME: folder, DENO_DIR };
      const parent = await runChild(flags, MEASURE + told, { ...env, TF_XLA_FLAGS: "" });
      const [worked, forgot, variable] = parent.stdout.split("\n");
      assert.deepEqual([worked, forgot, filesIn(folder)], ["true", "true", []]);
      const child = await runChild(flags, MEASURE + told, { ...env, TF_XLA_FLAGS: variable });
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
