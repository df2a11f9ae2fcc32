import assert from "node:assert/strict";
import { join } from "node:path";
import { processorOf } from "../../lib/engine/compile_cache.ts";
import { inFolder } from "../in_folder.ts";
import { libtensorflowForTests, nativeTest } from "./libtensorflow_for_tests.ts";
import { runChild } from "./run_child.ts";

const PROCESSORS: [string, string, string][] = [
  [
    "one of two",
    "model name\t: EPYC 7B13\nflags\t\t: avx2 fma\n\nmodel name\t: other\nflags\t\t: sse\n",
    "EPYC 7B13; avx2 fma",
  ],
  ["fields in another order", "flags : a b\nMHz : 3\nmodel name : M", "M; a b"],
  ["one that names no model", "processor : 0\nFeatures : asimd\n", "; "],
  ["nothing", "", "; "],
];
for (const [what, cpuinfo, expected] of PROCESSORS) {
  Deno.test(`of /proc/cpuinfo with ${what}, model and instruction set of the first are told`, () => {
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
