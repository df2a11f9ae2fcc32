import assert from "node:assert/strict";
import { basename, join } from "node:path";
import { executablesFolder, keptExecutable } from "../../../lib/engine/xla/executable_cache.ts";
import { inFolder } from "../../in_folder.ts";
import { clientForTests, xlaTest } from "./plugin_for_tests.ts";

const program = (factor: string) =>
  `module @m { func.func @main(%a: tensor<2xf32>) -> tensor<2xf32> {
  %f = stablehlo.constant dense<${factor}> : tensor<2xf32>
  %b = stablehlo.multiply %a, %f : tensor<2xf32>
  return %b : tensor<2xf32> } }`;

/** What a program makes of 1 and 2, compiled or found. */
async function made(factor: string, folder: string | null): Promise<number[]> {
  const client = clientForTests(), executable = await keptExecutable(client, program(factor), folder);
  const input = client.buffer(Float32Array.of(1, 2), [2], "float32");
  const [output] = await executable.run([input], [{ shape: [2], type: "float32" }]);
  const values = [...output.readNow()];
  executable.close();
  return values;
}
const filesIn = (folder: string) =>
  Array.from(Deno.readDirSync(folder), ({ name }) => join(folder, name)).sort();

xlaTest("a program is compiled once and found again, by what is in it", () =>
  inFolder(async (folder) => {
    assert.deepEqual(await made("3.0", folder), [3, 6]);
    const [file] = filesIn(folder), { mtime } = Deno.statSync(file);
    assert.deepEqual(await made("3.0", folder), [3, 6]);
    assert.deepEqual(Deno.statSync(file).mtime, mtime, "it was found");
    assert.deepEqual(await made("4.0", folder), [4, 8]);
    assert.equal(filesIn(folder).length, 2);
    assert.deepEqual(await made("5.0", null), [5, 10]);
  }));

const damages: Record<string, (content: Uint8Array) => Uint8Array> = {
  "a byte is another": (content) => content.with(content.length >> 1, content[content.length >> 1] ^ 1),
  "it is cut off": (content) => content.slice(0, content.length >> 1),
  "it is empty": () => new Uint8Array(0),
};
for (const [what, damage] of Object.entries(damages)) {
  xlaTest(`a kept program is refused and made again: ${what}`, () =>
    inFolder(async (folder) => {
      await made("3.0", folder);
      const [file] = filesIn(folder), whole = Deno.readFileSync(file);
      Deno.writeFileSync(file, damage(whole));
      assert.deepEqual(await made("3.0", folder), [3, 6]);
      assert.deepEqual(filesIn(folder), [file]);
      assert.equal(Deno.statSync(file).size, whole.length);
    }));
}

xlaTest(
  "what another plug-in or machine kept, or what was kept of another program, is refused",
  () =>
    inFolder(async (root) => {
      const [here, there] = ["here", "there"].map((name) => join(root, name));
      for (const folder of [here, there]) Deno.mkdirSync(folder);
      await made("3.0", there);
      await made("4.0", here);
      const [foreign] = filesIn(there), [own] = filesIn(here);
      Deno.copyFileSync(foreign, join(here, basename(foreign)));
      const copied = Deno.readFileSync(foreign);
      assert.deepEqual(await made("3.0", here), [3, 6]);
      assert.notDeepEqual(Deno.readFileSync(join(here, basename(foreign))), copied, "it was made here");
      Deno.copyFileSync(own, join(here, basename(foreign)));
      assert.deepEqual(await made("3.0", here), [3, 6]);
    }),
);

xlaTest("a program runs where it cannot be kept, and nothing is left of it", () =>
  inFolder(async (root) => {
    assert.deepEqual(await made("3.0", join(root, "gone")), [3, 6]);
    assert.deepEqual(filesIn(root), []);
  }));

xlaTest("flags of the compiler make another program", () =>
  inFolder(async (folder) => {
    const flags = { xla_cpu_enable_fast_math: true };
    await made("3.0", folder);
    (await keptExecutable(clientForTests(), program("3.0"), folder, flags)).close();
    assert.equal(filesIn(folder).length, 2);
  }));

xlaTest(
  "another plug-in, other devices and another processor have folders of their own",
  () =>
    inFolder((root) => {
      const { plugin, platform, platformVersion, devices } = clientForTests();
      const own = { file: plugin.file, version: plugin.version };
      const of = (changed: Partial<typeof own>, all = devices, device = all[0]) =>
        executablesFolder(
          { plugin: { ...own, ...changed }, platform, platformVersion, devices: all, device } as never,
        );
      const folder = of({});
      assert.equal(folder, executablesFolder(clientForTests()));
      assert.notEqual(of({ version: "0.999" }), folder);
      assert.notEqual(of({}, [...devices, ...devices]), folder);
      assert.notEqual(of({}, devices, devices[1]), folder);
      const file = join(root, "plugin.so");
      Deno.writeTextFileSync(file, "a");
      const first = of({ file });
      assert.notEqual(first, folder);
      Deno.renameSync(file, `${file}.moved`);
      assert.equal(of({ file: `${file}.moved` }), first, "what is in it counts, not where it is");
      Deno.writeTextFileSync(file, "b");
      assert.notEqual(of({ file }), first);
      assert.equal(of({ file: join(root, "gone.so") }), null);
    }),
);
