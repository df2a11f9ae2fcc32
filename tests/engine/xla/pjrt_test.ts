import assert from "node:assert/strict";
import { flagsFor } from "../../../lib/engine/xla/compile_options.ts";
import { clientForTests, pluginForTests, xlaTest } from "./plugin_for_tests.ts";
import { runChild } from "../run_child.ts";

const program = (text: string) => new TextEncoder().encode(text);

const addition = program(`module @sum { func.func @main(
  %a: tensor<4xf32> {tf.aliasing_output = 0 : i32}, %b: tensor<4xf32>) -> tensor<4xf32> {
  %c = stablehlo.add %a, %b : tensor<4xf32>
  return %c : tensor<4xf32> } }`);
const made = [{ shape: [4], type: "float32" as const }];
const four = (...values: number[]) => clientForTests().buffer(Float32Array.from(values), [4], "float32");

xlaTest("a program runs on buffers that stay on the device, and its inputs stay as they are", async () => {
  const adds = await clientForTests().compile(addition), a = four(1, 2, 3, 4), one = four(1, 1, 1, 1);
  const [once] = await adds.run([a, one], made), [twice] = await adds.run([once, one], made);
  assert.deepEqual(await twice.read(), Float32Array.of(3, 4, 5, 6));
  assert.deepEqual(a.readNow(), Float32Array.of(1, 2, 3, 4));
  for (const buffer of [a, one, once, twice]) buffer.free();
  adds.close();
});

xlaTest("what programs are compiled with is known to XLA by its name", async () => {
  for (const platform of ["cpu", "cuda"]) {
    const flags = flagsFor(platform), unknown = Object.keys(flags).map((name) => [`${name}_not`, true]);
    (await clientForTests().compile(addition, flags)).close();
    const refused = clientForTests().compile(addition, Object.fromEntries(unknown));
    await assert.rejects(refused, { name: "PjrtError" }, platform);
  }
});

xlaTest("a donated input is of no use afterwards, and says so", async () => {
  const adds = await clientForTests().compile(addition), a = four(1, 2, 3, 4), one = four(1, 1, 1, 1);
  const [sum] = await adds.run([a, one], made, [0]);
  assert.deepEqual(sum.readNow(), Float32Array.of(2, 3, 4, 5));
  assert.throws(() => a.readNow(), { name: "PjrtError", reason: "it was freed or donated" });
  adds.close();
});

xlaTest("values of each type come back as they went", () => {
  const client = clientForTests();
  for (
    const [values, type] of [
      [Float32Array.of(1.5, -0, NaN, Infinity), "float32"],
      [Int32Array.of(1, -2, 2 ** 31 - 1, -(2 ** 31)), "int32"],
      [Uint8Array.of(0, 1, 1, 0), "bool"],
    ] as const
  ) {
    const buffer = client.buffer(values, [2, 2], type);
    assert.deepEqual(buffer.readNow(), values);
    buffer.free();
  }
  const part = new Float32Array([9, 1, 2, 9]).subarray(1, 3);
  assert.deepEqual(client.buffer(part, [2], "float32").readNow(), Float32Array.of(1, 2));
  assert.deepEqual(client.buffer(new Float32Array(0), [0, 3], "float32").readNow(), new Float32Array(0));
});

xlaTest("an executable is kept as bytes and found again; bytes that are none are refused", async () => {
  const client = clientForTests(), adds = await client.compile(addition);
  const again = await client.load(adds.bytes()), a = four(1, 2, 3, 4);
  assert.deepEqual((await again.run([a, a], made))[0].readNow(), Float32Array.of(2, 4, 6, 8));
  await assert.rejects(client.load(new Uint8Array(100)), { name: "PjrtError" });
});

xlaTest("what a plug-in has against a program is one line with its code", async () => {
  const fault = clientForTests().compile(program("module @m { func.func @main() -> tensor<4xf32> { } }"));
  await assert.rejects(fault, (error: Error) => {
    assert.match(error.message, /^xla: PJRT_Client_Compile: [^\n]+$/);
    return true;
  });
  const adds = await clientForTests().compile(addition), a = four(1, 2, 3, 4);
  await assert.rejects(adds.run([a], made), { name: "PjrtError", code: 3 });
});

xlaTest(
  "the event loop lives while a program runs, and calls at once give what they give alone",
  async () => {
    const client = clientForTests();
    const sums = await client.compile(
      program(`module @many { func.func @main(%n: tensor<i32>) -> tensor<i32> {
    %zero = stablehlo.constant dense<0> : tensor<i32>
    %one = stablehlo.constant dense<1> : tensor<i32>
    %w:2 = stablehlo.while(%i = %zero, %s = %zero) : tensor<i32>, tensor<i32> cond {
      %c = stablehlo.compare LT, %i, %n : (tensor<i32>, tensor<i32>) -> tensor<i1>
      stablehlo.return %c : tensor<i1>
    } do {
      %j = stablehlo.add %i, %one : tensor<i32>
      %t = stablehlo.add %s, %i : tensor<i32>
      stablehlo.return %j, %t : tensor<i32>, tensor<i32>
    }
    return %w#1 : tensor<i32> } }`),
    );
    let ticks = 0;
    const timer = setInterval(() => ticks++, 1);
    const ran = await Promise.all([3e6, 2e6, 10].map(async (n) => {
      const count = client.buffer(Int32Array.of(n), [], "int32");
      return (await sums.run([count], [{ shape: [], type: "int32" }]))[0].readNow()[0];
    }));
    clearInterval(timer);
    assert.deepEqual(
      ran,
      [3e6, 2e6, 10].map((n) => Number(BigInt.asIntN(32, BigInt(n) * BigInt(n - 1) / 2n))),
    );
    assert.ok(ticks > 0);
  },
);

xlaTest("a process that loaded a plug-in ends as if it had not", async () => {
  const { code, stderr } = await runChild(
    ["--allow-all"],
    `import { PjrtPlugin } from "${new URL("../../../lib/engine/xla/pjrt_plugin.ts", import.meta.url)}";
     import { PjrtClient } from "${new URL("../../../lib/engine/xla/pjrt_client.ts", import.meta.url)}";
     new PjrtClient(new PjrtPlugin(${JSON.stringify(pluginForTests!.file)}));`,
  );
  assert.deepEqual([code, stderr], [0, ""]);
});
