import assert from "node:assert/strict";
import {
  asEngineChoice,
  engineNamed,
  isNative,
  isXlaGpu,
  xlaDevice,
} from "../../lib/engine/engine_choice.ts";

const names: [text: string, name: string | null, native: boolean, gpu: boolean][] = [
  ["tensorflow", "tensorflow", true, false],
  ["xla:cpu", "xla:cpu", true, false],
  ["xla:cpu:2", "xla:cpu:2", true, false],
  ["xla:cuda", "xla:cuda", true, true],
  ["xla:cuda:0", "xla:cuda", true, true],
  ["xla:cuda:13", "xla:cuda:13", true, true],
  ["xla:rocm:1", "xla:rocm:1", true, true],
  ["wasm", "wasm", false, false],
  ["cpu", "cpu", false, false],
  ["auto", null, false, false],
  ["xla", null, false, false],
  ["xla:", null, false, false],
  ["xla:tpu", null, false, false],
  ["xla:cuda:", null, false, false],
  ["xla:cuda:-1", null, false, false],
  ["xla:cuda:01", null, false, false],
  ["xla:cuda:1:1", null, false, false],
  ["xla:cuda:1 ", null, false, false],
  ["xla:toString", null, false, false],
];
for (const [text, name, native, gpu] of names) {
  Deno.test(`as an engine ${JSON.stringify(text)} is ${name}`, () => {
    assert.deepEqual([engineNamed(text), isNative(text), isXlaGpu(text)], [name, native, gpu]);
  });
}

Deno.test("the first device of a platform needs no number", () => {
  assert.deepEqual(xlaDevice("xla:cuda"), { platform: "cuda", number: 0 });
  assert.deepEqual(xlaDevice("xla:cuda:3"), { platform: "cuda", number: 3 });
  assert.equal(asEngineChoice("xla:cuda:0"), "xla:cuda");
  assert.equal(asEngineChoice("auto"), "auto");
});

Deno.test("a name that is none is told without what a terminal would obey", () => {
  const names = "auto, tensorflow, xla:cpu, xla:cuda, xla:rocm, wasm, cpu";
  assert.throws(() => asEngineChoice("xla:cpu\n\x1b[31m"), {
    name: "UnknownEngine",
    message: `unknown engine: xla:cpu\uFFFD\uFFFD[31m (${names})`,
  });
});
