import assert from "node:assert/strict";
import { holdsFor, type Machine } from "../../lib/engine/machine.ts";
import { TensorflowError } from "../../lib/engine/native/native_symbols.ts";
import { missingText } from "../../lib/engine/examine.ts";
import { enginesReport, reportText } from "../../lib/engine/report.ts";
import { setEngineChoice, startEngine } from "../../lib/engine/engine.ts";
import { tf } from "../../lib/engine/tf.ts";

const machine: Machine = {
  cpu: "a cpu",
  cores: 2,
  tfjs: "4.22.0",
  deno: "2.9.6",
  measure: 2,
  ffi: false,
  library: null,
  libraryTime: null,
  choice: null,
};

Deno.test("the report measures what works, keeps the backend, and leaves no tensor", async () => {
  setEngineChoice("cpu");
  await startEngine();
  const before = tf.memory().numTensors;
  const { engines } = await enginesReport({ library: "/nowhere/libtensorflow.so" });
  assert.equal(tf.getBackend(), "cpu");
  assert.equal(tf.memory().numTensors, before);
  assert.deepEqual(engines.map(({ name }) => name).sort(), ["cpu", "tensorflow", "wasm"]);
  for (const { msPerUpdate, missing } of engines) assert.equal(msPerUpdate === null, missing !== null);
  const times = engines.flatMap(({ msPerUpdate }) => msPerUpdate ?? []);
  assert.ok(times.length >= 2 && times[0] > 0);
  assert.deepEqual(times, times.toSorted((a, b) => a - b));
});

Deno.test("the report prints one aligned line an engine, the library, and what a GPU lacks", () => {
  const works = { version: "4.22.0", missing: null };
  const text = reportText({
    machine: { ...machine, library: "/opt/libtensorflow_cc.so.2" },
    gpu: "libcuda.so.1 is missing (install NVIDIA's driver)",
    driver: null,
    engines: [
      { ...works, name: "wasm", device: "CPU, SIMD", msPerUpdate: 1.42 },
      { ...works, name: "cpu", device: "CPU, JavaScript", msPerUpdate: 12.3 },
      {
        name: "tensorflow",
        version: "",
        device: "",
        msPerUpdate: null,
        missing: "not installed (deno task native)",
      },
    ],
  });
  assert.deepEqual(text.split("\n"), [
    "wasm        4.22.0  CPU, SIMD        1.4 ms an update",
    "cpu         4.22.0  CPU, JavaScript  12 ms an update",
    "tensorflow  not installed (deno task native)",
    "libtensorflow: /opt/libtensorflow_cc.so.2",
    "GPU not used by tensorflow: libcuda.so.1 is missing (install NVIDIA's driver)",
    "no GPU",
  ]);
});

Deno.test("the report says of a plug-in where it is, its devices with their memory, and what it lacks", () => {
  const h100 = { kind: "NVIDIA H100 80GB HBM3", used: 5.2e8, limit: 6.0e10 };
  const plugin = {
    file: "/venv/xla_cuda_plugin.so",
    from: "Python environment",
    interface: "0.116",
    devices: [h100, h100, { ...h100, used: 4e10 }],
    lacks: ["libnccl.so.2"],
  };
  const cpu = { kind: "cpu", used: null, limit: null };
  const text = reportText({
    machine,
    gpu: null,
    driver: "580.65.06, CUDA 13.0",
    engines: [
      {
        name: "xla:cuda",
        version: "0.116 float32",
        device: "NVIDIA H100",
        msPerUpdate: 0.05,
        missing: null,
        plugin,
      },
      {
        name: "xla:cpu",
        version: "0.106",
        device: "CPU",
        msPerUpdate: 0.08,
        missing: null,
        plugin: {
          file: "/c/libpjrt_cpu.so",
          from: "cache",
          interface: "0.106",
          devices: [cpu, cpu],
          lacks: [],
        },
      },
    ],
  });
  assert.deepEqual(text.split("\n"), [
    "xla:cuda  0.116 float32  NVIDIA H100  0.05 ms an update",
    "xla:cpu   0.106          CPU          0.08 ms an update",
    "plug-in of xla:cuda: /venv/xla_cuda_plugin.so (Python environment), interface 0.116",
    "  devices 0 to 1: NVIDIA H100 80GB HBM3, 0.5 of 60.0 GB used",
    "  device 2: NVIDIA H100 80GB HBM3, 40.0 of 60.0 GB used",
    "  not found, and needed by some networks: libnccl.so.2",
    "plug-in of xla:cpu: /c/libpjrt_cpu.so (cache), interface 0.106",
    "  devices 0 to 1: cpu",
    "NVIDIA's driver: 580.65.06, CUDA 13.0",
  ]);
});

const others: [change: Partial<Machine>, same: boolean][] = [
  [{}, true],
  [{ cpu: "another" }, false],
  [{ cpu: null }, true],
  [{ cores: 4 }, false],
  [{ tfjs: "5.0.0" }, false],
  [{ deno: "3.0.0" }, false],
  [{ measure: 1 }, false],
  [{ library: "/opt/l.so" }, false],
  [{ libraryTime: 5 }, true],
  [{ ffi: true }, false],
  [{ choice: ["xla:cuda"] }, true], // it could not be looked for then
];
for (const [change, same] of others) {
  Deno.test(`measurements ${same ? "hold" : "do not hold"} after ${JSON.stringify(change)}`, () => {
    assert.equal(holdsFor(machine, { ...machine, ...change }), same);
  });
}

Deno.test("measurements by a process that may do more hold for one that may do less", () => {
  const full = { ...machine, ffi: true, library: "/opt/l.so", libraryTime: 5 };
  assert.equal(holdsFor(full, machine), true);
  assert.equal(holdsFor(full, { ...full, libraryTime: 6 }), false);
  assert.equal(holdsFor(full, { ...full, library: null, libraryTime: null }), false, "it was removed");
  const chosen = { ...full, choice: ["tensorflow", "wasm"] };
  assert.equal(holdsFor(chosen, chosen), true);
  assert.equal(
    holdsFor(chosen, { ...chosen, choice: ["tensorflow", "xla:cuda", "wasm"] }),
    false,
    "a GPU came",
  );
});

const refusals: [code: number, reason: string, missing: string][] = [
  [
    8,
    "OOM when allocating",
    "compiled program: RESOURCE_EXHAUSTED: OOM when allocating (a smaller batch needs less)",
  ],
  [
    8,
    "/c/x.pb; No space left on device",
    "compiled program: RESOURCE_EXHAUSTED: /c/x.pb; No space left on device (free disk space)",
  ],
  [15, "Read less bytes than requested", "compiled program: DATA_LOSS: Read less bytes than requested"],
];
for (const [code, reason, missing] of refusals) {
  Deno.test(`an engine that TensorFlow refuses is missing: ${missing}`, () => {
    const error = new TensorflowError("compiled program", code, reason);
    assert.equal(missingText(error), missing);
    assert.equal(error.message, `tensorflow: ${missing}`);
  });
}

Deno.test("a fault of ours is no missing engine", () => {
  assert.throws(() => missingText(new RangeError("ours")), RangeError);
});
