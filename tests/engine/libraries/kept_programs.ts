/** What XLA keeps and finds, in processes with caches of their own: some rows in every run of the tests, the others in e2e. */
import assert from "node:assert/strict";
import { cpSync } from "node:fs";
import { dirname, join } from "node:path";
import { compiledFolder } from "../../../lib/engine/libraries/compile_cache.ts";
import { inFolder } from "../../in_folder.ts";
import { libtensorflowForTests, nativeTest } from "../libtensorflow_for_tests.ts";
import { project, runChild } from "../run_child.ts";

/** A child that compiles one small program, and says whether that doubles a number three times. */
export const DOUBLE = `
  import { setEngineChoice, startEngine } from "lib/engine/engine.ts";
  import { loopProgram } from "lib/engine/programs/loop_program.ts";
  import { record } from "lib/engine/programs/record.ts";
  import { nativeBinding } from "lib/engine/native/tensorflow.ts";
  import { tf } from "lib/engine/tf.ts";
  import { unrefused } from "lib/engine/programs/unrefused.ts";
  setEngineChoice("tensorflow", { library: ${JSON.stringify(libtensorflowForTests?.file)} });
  await startEngine();
  const turn = record(nativeBinding(), { x: tf.scalar(1) }, ({ x }) => [tf.reshape(x, [1]), tf.mul(x, 2)]);
  const parts = { turn, rows: [], state: ["x"], report: null, capacity: 8 };
  const request = { count: 3, report: false, rows: {}, tables: {}, state: [tf.scalar(1)] };
  const { result } = await unrefused("xla", (mode) => loopProgram(nativeBinding(), parts, mode).run(request));
  console.log(result.state[0].dataSync()[0] === 8);`;
export const doubled = (env: Record<string, string>) =>
  // a child inherits what this process was told, if it has started the engine
  runChild(["--allow-read", "--allow-ffi"], DOUBLE, { TF_XLA_FLAGS: "", DENO_DIR, ...env });
/** Deno's own cache, which would follow XDG_CACHE_HOME too. */
export const DENO_DIR = Deno.env.get("DENO_DIR") ??
  join(Deno.env.get("XDG_CACHE_HOME") ?? join(Deno.env.get("HOME") ?? "/tmp", ".cache"), "deno");

/** Files below a folder, by name. */
export function filesIn(folder: string): string[] {
  try {
    return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) =>
      isDirectory ? filesIn(join(folder, name)).map((file) => join(name, file)) : [name]
    ).sort();
  } catch {
    return [];
  }
}

/** @param place name of the cache's folder */
export function keptTest(place: string): void {
  nativeTest(
    `what is compiled is kept in the ${place}, and found by the next process`,
    () =>
      inFolder(async (folder) => {
        const home = join(folder, place), env = { XDG_CACHE_HOME: home };
        const first = await doubled(env);
        assert.deepEqual([first.stdout, first.stderr], ["true", ""]);
        const kept = filesIn(join(home, "plateau"));
        assert.ok(kept.length > 0, "nothing was kept");
        for (const file of kept) assert.match(file, /^compiled\/[0-9a-f]{16}\/plateau_/);
        const all = compiledFolder(join(home, "plateau"));
        for (const made of [all, join(all, kept[0].split("/")[1])]) {
          assert.equal(Deno.statSync(made).mode! & 0o777, 0o700, made);
        }
        const second = await doubled(env);
        assert.deepEqual([second.stdout, second.stderr], ["true", ""]);
        assert.deepEqual(filesIn(join(home, "plateau")), kept);
      }),
  );
}

interface Unkept {
  readonly what: string;
  readonly env: (folder: string) => Record<string, string>;
  /** where nothing may be kept */
  readonly place: (folder: string) => string;
}
const relative = "relative_cache";
export const unkept: readonly Unkept[] = [
  {
    what: "with flags of the user's own",
    env: (folder) => ({ XDG_CACHE_HOME: folder, TF_XLA_FLAGS: "--tf_xla_clustering_debug=false" }),
    place: (folder) => join(folder, "plateau"),
  },
  {
    what: "in a folder that is told relative to another",
    env: () => ({ XDG_CACHE_HOME: relative, HOME: "" }),
    place: () => join(project, relative),
  },
];
export const moreUnkept: readonly Unkept[] = [
  {
    // a graph serves where XLA refuses
    what: "where the user's own flags name a folder that cannot be",
    env: (folder) => ({
      XDG_CACHE_HOME: folder,
      TF_XLA_FLAGS: "--tf_xla_persistent_cache_directory=/proc/nowhere",
    }),
    place: (folder) => join(folder, "plateau"),
  },
  {
    what: "without a home",
    env: () => ({ XDG_CACHE_HOME: "", HOME: "" }),
    place: (folder) => folder,
  },
];
export function unkeptTest({ what, env, place }: Unkept): void {
  nativeTest(
    `nothing is kept ${what}, and programs are compiled all the same`,
    () =>
      inFolder(async (folder) => {
        const { stdout, stderr } = await doubled(env(folder));
        assert.deepEqual([stdout, stderr, filesIn(place(folder))], ["true", "", []]);
      }),
  );
}

/** The cache of one process, of which every test that asks is given a copy. */
let earlier: Promise<string> | null = null;
Deno.test.afterAll(async () => {
  if (earlier !== null) await Deno.remove(await earlier, { recursive: true });
});
/** Gives a folder a cache with what an earlier process compiled and kept. */
export async function withKept(folder: string): Promise<Record<string, string>> {
  earlier ??= (async () => {
    const kept = await Deno.makeTempDir();
    await doubled({ XDG_CACHE_HOME: kept });
    return kept;
  })();
  cpSync(await earlier, folder, { recursive: true });
  return { XDG_CACHE_HOME: folder };
}

type Other = readonly [what: string, change: (folder: string) => Promise<void>];
/** Ways in which a folder is not the user's alone. */
export const groupMay: Other = ["that its group may write", (folder) => Deno.chmod(folder, 0o770)];
export const allMay: Other = ["that everybody may write", (folder) => Deno.chmod(folder, 0o702)];
/** None but for the superuser, who alone can give a folder away. */
export const anothers: readonly Other[] = Deno.uid() === 0
  ? [["of another user", (folder) => Deno.chown(folder, 1, 1)]]
  : [];
type Place = "compiled" | "its folder for this processor";
export function unusedTest([what, change]: Other, which: Place): void {
  nativeTest(`a folder ${what} is not used: ${which}`, () =>
    inFolder(async (folder) => {
      const env = await withKept(folder), all = compiledFolder(join(folder, "plateau"));
      const [file] = filesIn(all);
      await Deno.remove(join(all, file));
      await change(which === "compiled" ? all : join(all, dirname(file)));
      const { stdout, stderr } = await doubled(env);
      assert.deepEqual([stdout, stderr, filesIn(all)], ["true", "", []]);
    }));
}
