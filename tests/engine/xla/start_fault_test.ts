import assert from "node:assert/strict";
import type { GpuSurroundings } from "../../../lib/engine/libraries/gpu_missing.ts";
import { asDeviceMemory, clientOptions } from "../../../lib/engine/xla/gpu_options.ts";
import { NoDevice } from "../../../lib/engine/xla/pjrt_client.ts";
import { PjrtError } from "../../../lib/engine/xla/pjrt_error.ts";
import { startFault } from "../../../lib/engine/xla/start_fault.ts";
import { runChild } from "../run_child.ts";
import { faultyTest } from "./faulty_plugin.ts";

const withGpu: GpuSurroundings = {
  exists: () => true,
  list: () => [],
  variable: () => undefined,
  loads: () => true,
  hasCuda: () => null,
  text: () => null,
  cudaVersion: () => 13000,
};
const cuda = { platform: "cuda", number: 0 } as const, file = "/venv/xla_cuda_plugin.so";
const create = (code: number, said: string) => new PjrtError("PJRT_Client_Create", code, said);
const installs = "deno task native --device cuda13 installs one";

const faults: [string, unknown, string][] = [
  ["no such device", new NoDevice(9, [0, 1]), "is no device of this machine (has xla:cuda, xla:cuda:1)"],
  [
    "no GPU though there is a driver",
    create(9, "No visible GPU devices."),
    "found no GPU (install NVIDIA's driver, and unset CUDA_VISIBLE_DEVICES)",
  ],
  [
    "memory that others have taken",
    create(13, "failed call to cuDevicePrimaryCtxRetain: CUDA_ERROR_OUT_OF_MEMORY: out of memory"),
    "found the GPU's memory taken: PJRT_Client_Create: INTERNAL: failed call to cuDevicePrimaryCtxRetain: " +
    "CUDA_ERROR_OUT_OF_MEMORY: out of memory (end what uses it, take another device, or less of it by --device-memory)",
  ],
  [
    "an option that it does not know",
    create(3, "Unexpected option name passed to PJRT_Client_Create: preallocate"),
    `cannot tell ${file} what it may use: PJRT_Client_Create: INVALID_ARGUMENT: Unexpected option name passed to ` +
    `PJRT_Client_Create: preallocate (${installs})`,
  ],
  [
    "anything else, with what was not found",
    create(13, "cuDNN is missing"),
    `cannot use the GPU: PJRT_Client_Create: INTERNAL: cuDNN is missing; not found: libcudnn.so.9 (${installs})`,
  ],
  [
    "a library that it is linked to",
    new Error("libamdhip64.so.7: cannot open shared object file: No such file or directory"),
    `cannot load ${file}: libamdhip64.so.7: cannot open shared object file: No such file or directory (install NVIDIA's driver)`,
  ],
  ["a file that is none", new Error("is empty"), `cannot load ${file}: is empty (${installs})`],
];
for (const [title, error, says] of faults) {
  Deno.test(`why a plug-in does not start: ${title}`, () => {
    const { reason, action } = startFault(error, cuda, file, withGpu, ["libcudnn.so.9"]);
    assert.equal(`${reason} (${action})`, says);
  });
}

for (
  const [variable, value, action] of [
    ["PJRT_PLUGIN_PATH", "/venv", "name another by PJRT_PLUGIN_PATH, or unset it"],
    ["VIRTUAL_ENV", "/venv", "name another by PJRT_PLUGIN_PATH, or unset VIRTUAL_ENV"],
    ["VIRTUAL_ENV", "/ven", installs],
  ]
) {
  Deno.test(`a bad plug-in where ${variable} is ${value}: ${action}`, () => {
    const around = { ...withGpu, variable: (name: string) => name === variable ? value : undefined };
    assert.equal(startFault(new Error("is empty"), cuda, file, around).action, action);
  });
}

/** What an engine says that is started with a plug-in in a process of its own. */
const started = async (engine: string, plugin: string) =>
  (await runChild(
    ["--allow-all"],
    `import { startNamed } from "lib/engine/start_named.ts";
await startNamed(${JSON.stringify(engine)}, { library: ${JSON.stringify(plugin)} })
  .then(({ name }) => console.log(name), ({ name, message }) => console.log(name, message));
Deno.exit(0);`,
  )).stdout;

faultyTest(
  "a plug-in that finds no GPU is one line with what to do",
  { in: "PJRT_Client_Create", code: 9, message: "No visible GPU devices." },
  async (plugin) => {
    assert.match(
      await started("xla:cuda", plugin),
      /^EngineMissing xla:cuda found no GPU \(install NVIDIA's driver/,
    );
  },
);
faultyTest(
  "what a plug-in for CPUs has against starting names its file",
  { in: "PJRT_Client_Create", code: 3, message: "Unexpected option" },
  async (plugin) => {
    const why = "xla: PJRT_Client_Create: INVALID_ARGUMENT: Unexpected option";
    const action = "deno task native --device cpu installs one";
    assert.equal(
      await started("xla:cpu", plugin),
      `EngineMissing xla:cpu cannot load ${plugin}: ${why} (${action})`,
    );
  },
);

Deno.test("a library that is no plug-in is one line", { ignore: Deno.build.os !== "linux" }, async () => {
  const maps = await Deno.readTextFile("/proc/self/maps");
  const libc = /\s(\/\S*\/libc\.so\.6)\n/.exec(maps)![1];
  const line = await started("xla:cpu", libc);
  assert.match(
    line,
    /^EngineMissing xla:cpu cannot load \S+: is no plug-in, it lacks GetPjrtApi \(deno task native --device cpu installs one\)$/,
  );
});

Deno.test("a GPU's memory is taken as it is needed, up to a share; a CPU is one device", () => {
  assert.deepEqual(clientOptions("cuda", {}), { preallocate: false, memory_fraction: { float: 0.75 } });
  assert.deepEqual(clientOptions("rocm", { deviceMemory: 1 }), {
    preallocate: false,
    memory_fraction: { float: 1 },
  });
  assert.deepEqual(clientOptions("cpu", { deviceMemory: 0.5 }), { cpu_device_count: 1 });
});

for (const [text, share] of [["0.5", 0.5], ["1", 1], [" .25 ", 0.25]] as const) {
  Deno.test(`as a share of memory ${JSON.stringify(text)} is ${share}`, () => {
    assert.equal(asDeviceMemory(text), share);
  });
}
for (const text of ["", "0", "-1", "1.01", "80%", "NaN", "all"]) {
  Deno.test(`${JSON.stringify(text)} is no share of memory`, () => {
    const message = `invalid device memory: ${text} (a share above 0 and up to 1)`;
    assert.throws(() => asDeviceMemory(text), { name: "RangeError", message });
  });
}
