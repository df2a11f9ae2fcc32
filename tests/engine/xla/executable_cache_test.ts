import assert from "node:assert/strict";
import { join } from "node:path";
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

xlaTest("another plug-in and another processor have folders of their own", () => {
  const { plugin, platform, platformVersion, devices } = clientForTests();
  const of = (version: string) =>
    executablesFolder(
      { plugin: { file: plugin.file, version }, platform, platformVersion, devices } as never,
    );
  assert.equal(of(plugin.version), executablesFolder(clientForTests()));
  assert.notEqual(of("0.999"), of(plugin.version));
});
