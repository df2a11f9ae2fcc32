import assert from "node:assert/strict";
import { deviceOf, flaggedSystems, gpuSystems } from "./gpu_systems.ts";

Deno.test("peers are told the engine's own device", () => {
  const engines = ["xla:cpu", "xla:cuda", "xla:cuda:1", "xla:rocm"];
  assert.deepEqual(engines.map(deviceOf), ["cpu", "cuda:0", "cuda:1", "rocm:0"]);
});

Deno.test("all of them are told alike whether products may be rounded", () => {
  for (const tf32 of [false, true]) {
    for (const { system, program } of gpuSystems("xla:cuda", tf32)) {
      assert.equal(program.includes("--tf32"), tf32, system);
    }
  }
});

Deno.test("CUDA graphs are for a GPU", () => {
  const names = (engine: string) => gpuSystems(engine, false).map(({ system }) => system);
  assert.ok(names("xla:cuda").includes("pytorch graph"));
  assert.ok(!names("xla:cpu").includes("pytorch graph"));
});

Deno.test("flags of XLA are compared on the project's engine alone, each in a process of its own", () => {
  const [plain, ...flagged] = flaggedSystems("xla:cuda");
  assert.equal(plain.env, undefined);
  assert.ok(flagged.length > 0);
  for (const { program, env } of flagged) {
    assert.deepEqual(program, plain.program);
    assert.match(env!.XLA_FLAGS, /^--xla_gpu_/);
  }
});
