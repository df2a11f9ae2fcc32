import assert from "node:assert/strict";
import type { PjrtClient } from "../../lib/engine/xla/pjrt_client.ts";
import { PjrtError } from "../../lib/engine/xla/pjrt_error.ts";
import { gpuMemoryTest, gpuTest, startGpu } from "./gpu_for_tests.ts";
import { trained } from "./trained.ts";

const program = (text: string) => new TextEncoder().encode(text);

/** Numbers of a tensor of 64 TiB, more than any device has. */
const HUGE = 2 ** 44;
const huge = program(`module @huge { func.func @main(%x: tensor<f32>) -> tensor<${HUGE}xf32> {
  %y = stablehlo.broadcast_in_dim %x, dims = [] : (tensor<f32>) -> tensor<${HUGE}xf32>
  return %y : tensor<${HUGE}xf32> } }`);

gpuTest("memory that is not there is told in one line, and the process trains on", async () => {
  const client = await startGpu(), one = client.buffer(Float32Array.of(1), [], "float32");
  const asked = async () => {
    const asks = await client.compile(huge);
    await asks.run([one], [{ shape: [HUGE], type: "float32" }]);
  };
  await assert.rejects(asked(), (error) => {
    assert.ok(error instanceof PjrtError);
    assert.equal(error.code, 8, error.message); // RESOURCE_EXHAUSTED
    assert.match(error.message, /^xla: [^\n]+$/);
    return true;
  });
  one.free();
  await trained("S");
});

/** `x + 1`, which may take the memory of `x`. */
const SIZE = 1 << 26;
const raised = program(`module @raised { func.func @main(
  %x: tensor<${SIZE}xf32> {tf.aliasing_output = 0 : i32}) -> tensor<${SIZE}xf32> {
  %one = stablehlo.constant dense<1.0> : tensor<${SIZE}xf32>
  %y = stablehlo.add %x, %one : tensor<${SIZE}xf32>
  return %y : tensor<${SIZE}xf32> } }`);

const zeros = new Float32Array(SIZE);

/** Bytes in use: of a device that counts none, those of the process. */
const usedOf = (client: PjrtClient): number => client.memory()?.used ?? Deno.memoryUsage().rss;

/** Bytes that a program and its input have taken, while the input is still held. */
async function takenBy(client: PjrtClient, donated: readonly number[]): Promise<number> {
  const raises = await client.compile(raised), before = usedOf(client);
  const x = client.buffer(zeros, [SIZE], "float32");
  const [y] = await raises.run([x], [{ shape: [SIZE], type: "float32" }], donated);
  const used = usedOf(client) - before;
  if (donated.length === 0) x.free();
  y.free();
  raises.close();
  return used;
}

gpuTest("what is donated is used again: one tensor's memory in place of two", async () => {
  const client = await startGpu(), bytes = 4 * SIZE;
  assert.ok(await takenBy(client, []) > 1.9 * bytes);
  assert.ok(await takenBy(client, [0]) < 1.5 * bytes);
});

gpuMemoryTest("training leaves no memory in use behind", async () => {
  const client = await startGpu();
  await trained("M");
  const { used } = client.memory()!;
  for (let i = 0; i < 3; i++) await trained("M");
  assert.ok(client.memory()!.used <= used + 1e6, `${client.memory()!.used} after ${used}`);
});
