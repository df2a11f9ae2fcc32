import assert from "node:assert/strict";
import { withExecutable } from "../../../lib/engine/xla/open_executables.ts";
import { PjrtClient } from "../../../lib/engine/xla/pjrt_client.ts";
import type { PjrtExecutable } from "../../../lib/engine/xla/pjrt_executable.ts";
import { clientForTests, xlaTest } from "./plugin_for_tests.ts";

const program = (factor: number) =>
  `module @open { func.func @main(%a: tensor<2xf32>) -> tensor<2xf32> {
  %f = stablehlo.constant dense<${factor}.0> : tensor<2xf32>
  %b = stablehlo.multiply %a, %f : tensor<2xf32>
  return %b : tensor<2xf32> } }`;

/** A client of its own, which has nothing open, and how often each of its executables was closed. */
function opening() {
  const client = new PjrtClient(clientForTests().plugin), closed = new Map<PjrtExecutable, number>();
  const use = (factor: number, during: () => Promise<void> = () => Promise.resolve()) =>
    withExecutable(client, program(factor), async (executable) => {
      if (!closed.has(executable)) {
        const { close } = executable;
        closed.set(executable, 0);
        executable.close = () => {
          closed.set(executable, closed.get(executable)! + 1);
          close.call(executable);
        };
      }
      const input = client.buffer(Float32Array.of(1, 2), [2], "float32");
      const [output] = await executable.run([input], [{ shape: [2], type: "float32" }]);
      assert.deepEqual([...output.readNow()], [factor, 2 * factor]);
      for (const buffer of [input, output]) buffer.free();
      await during();
      assert.equal(closed.get(executable), 0, "it was closed while it was used");
    }, 1);
  return { use, counts: () => [...closed.values()] };
}

xlaTest(
  "an executable stays open for the next use; of those that nobody uses the oldest are closed",
  async () => {
    const { use, counts } = opening();
    await use(3);
    await use(3);
    assert.deepEqual(counts(), [0]);
    await use(4);
    assert.deepEqual(counts(), [1, 0]);
    await use(3);
    assert.deepEqual(counts(), [1, 1, 0]);
  },
);

xlaTest("one that is used stays open however many come, and none is closed twice", async () => {
  const { use, counts } = opening();
  await use(3, async () => {
    await Promise.all([4, 5, 6, 4, 5, 6].map((factor) => use(factor)));
    await use(3);
  });
  await Promise.all([3, 4, 5, 6].map((factor) => use(factor)));
  assert.ok(counts().every((count) => count <= 1), `${counts()}`);
  assert.equal(counts().filter((count) => count === 0).length, 1);
});

xlaTest(
  "the use of one that is open begins at once, before whatever else the event loop has to do",
  async () => {
    const client = new PjrtClient(clientForTests().plugin);
    let begun = 0;
    const use = () => withExecutable(client, program(5), () => Promise.resolve(++begun));
    await use();
    const again = use();
    assert.equal(begun, 2);
    await again;
  },
);
