import assert from "node:assert/strict";
import { tf } from "../../../lib/engine/tf.ts";
import { keptExecutable } from "../../../lib/engine/xla/executable_cache.ts";
import { PjrtClient } from "../../../lib/engine/xla/pjrt_client.ts";
import { PjrtPlugin } from "../../../lib/engine/xla/pjrt_plugin.ts";
import { trace } from "../../../lib/engine/xla/trace.ts";
import { xlaProgram } from "../../../lib/engine/xla/xla_program.ts";
import { inFolder } from "../../in_folder.ts";
import { type Fault, faultyTest } from "./faulty_plugin.ts";
import { clientForTests, xlaTest } from "./plugin_for_tests.ts";

const program = (text: string) => new TextEncoder().encode(text);
const addition = program(`module @sum { func.func @main(%a: tensor<4xf32>) -> tensor<4xf32> {
  %c = stablehlo.add %a, %a : tensor<4xf32>
  return %c : tensor<4xf32> } }`);
const made = [{ shape: [4], type: "float32" as const }];

/** What one run of a program comes to on a plug-in; its error where it fails. */
async function ran(file: string): Promise<Error | null> {
  const client = new PjrtClient(new PjrtPlugin(file)), sum = await client.compile(addition);
  const input = client.buffer(Float32Array.of(1, 2, 3, 4), [4], "float32");
  try {
    for (const buffer of await sum.run([input], made)) buffer.free();
    return null;
  } catch (error) {
    return error as Error;
  } finally {
    input.free();
    sum.close();
  }
}
const run = "PJRT_LoadedExecutable_Execute" as const;

faultyTest("what a plug-in answers is one line with its code", { in: run }, async (file) => {
  assert.equal((await ran(file))?.message, `xla: ${run}: INTERNAL: it does not want to`);
});

faultyTest(
  "a message is shown without what a terminal would obey",
  { in: run, message: "\x1b[31mred\x1b]0;title\x07 \0 and\x85 over\ra second line" },
  async (file) => {
    const { message } = (await ran(file))!;
    assert.match(message, /red.*title.* and.* over/);
    assert.doesNotMatch(message, /\p{Cc}/u);
  },
);

faultyTest("a message of 50 MB is a line of it", { in: run, huge: 50e6 }, async (file) => {
  const { message } = (await ran(file))!;
  assert.ok(message.length < 500 && message.endsWith("x…"), message.slice(0, 600));
});

faultyTest("memory that lacks is told with what helps", {
  in: run,
  code: 8,
  message: "Out of memory allocating 80000000000 bytes.",
}, async (file) => {
  assert.equal(
    (await ran(file))?.message,
    `xla: ${run}: RESOURCE_EXHAUSTED: Out of memory allocating 80000000000 bytes. (a smaller batch needs less; of a GPU --device-memory takes more)`,
  );
});

const lacking = (name: string) => ({
  name: "PjrtError",
  message: `xla: ${name}: UNIMPLEMENTED: interface 0.106 lacks it`,
});
faultyTest("a plug-in without a function that trainings need is refused at once", {
  in: run,
  how: "LACKS",
}, (file) => {
  assert.throws(() => new PjrtPlugin(file), lacking(run));
  return Promise.resolve();
});
faultyTest("so is one whose table ends before it", { in: run, size: 40 + 8 * 50 }, (file) => {
  assert.throws(() => new PjrtPlugin(file), lacking("PJRT_LoadedExecutable_Destroy"));
  return Promise.resolve();
});
faultyTest("and one of another interface", { in: run, major: 1 }, (file) => {
  const message = "xla: GetPjrtApi: UNIMPLEMENTED: interface 1.106 (0.x is known)";
  assert.throws(() => new PjrtPlugin(file), { name: "PjrtError", message });
  return Promise.resolve();
});
faultyTest(
  "what is not told of memory is not known",
  { in: "PJRT_Device_MemoryStats", how: "LACKS" },
  async (file) => {
    assert.equal(new PjrtClient(new PjrtPlugin(file)).memory(), null);
    assert.equal(await ran(file), null);
  },
);

for (const [what, how] of [["will not", {}], ["cannot", { how: "LACKS" }]] as const) {
  faultyTest(
    `a program runs that its plug-in ${what} hand out, and is not kept`,
    { in: "PJRT_Executable_Serialize", ...how },
    (file) =>
      inFolder(async (folder) => {
        const client = new PjrtClient(new PjrtPlugin(file));
        const sum = await keptExecutable(client, new TextDecoder().decode(addition), folder);
        const input = client.buffer(Float32Array.of(1, 2, 3, 4), [4], "float32");
        const [output] = await sum.run([input], made);
        assert.deepEqual([...output.readNow()], [2, 4, 6, 8]);
        assert.deepEqual([...Deno.readDirSync(folder)], []);
      }),
  );
}
for (const name of ["PJRT_Executable_DeserializeAndLoad", "PJRT_Buffer_UnsafePointer"] as const) {
  faultyTest(`a plug-in without ${name} trains all the same`, { in: name, how: "LACKS" }, async (file) => {
    assert.equal(await ran(file), null);
  });
}

/** Counts what is made on a device and not freed. */
function buffersOf({ plugin }: PjrtClient): () => number {
  const { call, callAside } = plugin;
  let count = 0;
  plugin.call = (name, fields) => {
    const answer = call.call(plugin, name, fields);
    if (name === "PJRT_Client_BufferFromHostBuffer") count++;
    if (name === "PJRT_Buffer_Destroy") count--;
    return answer;
  };
  plugin.callAside = async (name, fields, held) => {
    const answer = await callAside.call(plugin, name, fields, held);
    if (name === run) count += OUTPUTS;
    return answer;
  };
  return () => count;
}
/** log, check, report, state */
const OUTPUTS = 4;

for (
  const fault of [
    { in: "PJRT_Client_BufferFromHostBuffer" },
    { in: "PJRT_Client_BufferFromHostBuffer", nth: 2 },
    { in: "PJRT_Client_BufferFromHostBuffer", nth: 3 },
    { in: "PJRT_Event_Await", nth: 2 },
    { in: run },
    { in: "PJRT_Buffer_ToHostBuffer" },
    { in: "PJRT_Buffer_ToHostBuffer", nth: 2 },
  ] satisfies Fault[]
) {
  const { in: name, nth = 1 } = { nth: 1, ...fault };
  faultyTest(`call ${nth} of ${name} fails for want of memory: nothing is left on the device`, {
    ...fault,
    code: 8,
  }, async (file) => {
    await tf.setBackend("cpu");
    const client = new PjrtClient(new PjrtPlugin(file)), left = buffersOf(client);
    const turn = trace({ x: tf.ones([2]) }, ({ x }) => [tf.reshape(tf.sum(x), [1]), tf.mul(x, 2)]);
    const report = trace({ x: tf.ones([2]) }, ({ x }) => [tf.add(x, 1)]);
    const program = xlaProgram(client, { turn, rows: [], state: ["x"], report, capacity: 2 });
    const state = [tf.tensor1d([1, 2])];
    const request = { count: 2, report: true, rows: {}, tables: {}, state };
    await assert.rejects(program.run(request), { name: "PjrtError", call: name, code: 8 });
    tf.dispose(state);
    assert.equal(left(), 0);
  });
}

xlaTest("memory that the machine does not have is refused, and the next program runs", async () => {
  const client = clientForTests(), size = "100000000x1000000"; // more than addresses there are
  const large = await client.compile(program(`module @large {
    func.func @main(%a: tensor<1000000xf32>) -> tensor<${size}xf32> {
      %b = "stablehlo.broadcast_in_dim"(%a) {broadcast_dimensions = array<i64: 1>} :
        (tensor<1000000xf32>) -> tensor<${size}xf32>
      return %b : tensor<${size}xf32> } }`));
  const input = client.buffer(new Float32Array(1e6), [1e6], "float32");
  await assert.rejects(large.run([input], [{ shape: [1e8, 1e6], type: "float32" }]), {
    code: 8,
    message: /RESOURCE_EXHAUSTED: Out of memory allocating 400000000000000 bytes\. \(a smaller batch/,
  });
  const sum = await client.compile(addition),
    four = client.buffer(Float32Array.of(1, 2, 3, 4), [4], "float32");
  const [twice] = await sum.run([four], made);
  assert.deepEqual(twice.readNow(), Float32Array.of(2, 4, 6, 8));
  for (const buffer of [input, four, twice]) buffer.free();
});
