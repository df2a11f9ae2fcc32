import assert from "node:assert/strict";
import { checkedLibrary } from "../../../lib/engine/libraries/checked_library.ts";
import { gpuMissing, type GpuSurroundings } from "../../../lib/engine/libraries/gpu_missing.ts";
import { gpuSurroundings } from "../../../lib/engine/libraries/gpu_surroundings.ts";
import { quietly } from "../../../lib/engine/libraries/quietly.ts";
import { libtensorflowForTests, nativeTest } from "../libtensorflow_for_tests.ts";

const library = "/venv/lib/python3.12/site-packages/tensorflow/libtensorflow_cc.so.2";
const nvidia = "/venv/lib/python3.12/site-packages/nvidia";
const cuda = [
  ...["libcudart.so.12", "libcublas.so.12", "libcublasLt.so.12", "libcufft.so.11", "libcusolver.so.11"],
  ...["libcusparse.so.12", "libcudnn.so.9"],
];

interface Case {
  title: string;
  files?: string[];
  /** what the system's loader finds */
  loads?: string[];
  /** libraries of the Python package, by its part */
  beside?: Record<string, string[]>;
  variable?: string;
  hasCuda?: boolean | null;
  version?: string;
  says: string | null;
}
const device = ["/dev/nvidia0"], driver = "libcuda.so.1";
const cases: Case[] = [
  { title: "a machine without a device", loads: [driver], says: null },
  {
    title: "a device without a driver",
    files: device,
    says: "libcuda.so.1 is missing (install NVIDIA's driver)",
  },
  {
    title: "a device that its user hides",
    files: device,
    loads: [driver],
    variable: "-1",
    says: "hidden by CUDA_VISIBLE_DEVICES=-1 (unset it)",
  },
  {
    title: "a library for the CPU alone",
    files: ["/proc/driver/nvidia/version"],
    loads: [driver, ...cuda],
    hasCuda: false,
    says:
      "this libtensorflow is built for the CPU alone (pip install 'tensorflow[and-cuda]==2.21.0', and start " +
      "with its VIRTUAL_ENV, or name its library by LIBTENSORFLOW_PATH)",
  },
  {
    title: "a library with CUDA whose cuDNN is not there",
    files: device,
    loads: [driver, ...cuda.slice(0, -1)],
    says: "missing libcudnn.so.9 (CUDA 12 and cuDNN 9: pip install 'tensorflow[and-cuda]==2.21.0')",
  },
  {
    title: "CUDA half in the system and half in Python's packages",
    files: device,
    loads: [driver, ...cuda.slice(2)],
    beside: { cublas: ["libcublas.so.12"], cuda_cupti: [] },
    says: "missing libcudart.so.12 (CUDA 12 and cuDNN 9: pip install 'tensorflow[and-cuda]==2.21.0')",
  },
  {
    title: "everything, all the same",
    files: device,
    loads: [driver, ...cuda],
    says: "TensorFlow 2.21.0 found none that it can use (TF_CPP_MIN_LOG_LEVEL=0 shows what it says)",
  },
  {
    title: "an older release, which wants other libraries",
    files: device,
    loads: [driver],
    version: "2.14.0",
    says: "TensorFlow 2.14.0 found none that it can use (TF_CPP_MIN_LOG_LEVEL=0 shows what it says)",
  },
];

for (const { title, files = [], loads = [], beside = {}, variable, hasCuda = true, version, says } of cases) {
  Deno.test(`why a GPU is not used: ${title}`, () => {
    const around: GpuSurroundings = {
      exists: (path) => files.includes(path),
      loads: (name) => loads.includes(name),
      variable: (name) => name === "CUDA_VISIBLE_DEVICES" ? variable : undefined,
      hasCuda: () => hasCuda,
      text: () => null,
      cudaVersion: () => null,
      list: (folder) =>
        folder === nvidia
          ? Object.keys(beside)
          : beside[folder.slice(nvidia.length + 1, -"/lib".length)] ?? [],
    };
    assert.equal(gpuMissing(library, version ?? "2.21.0", around), says);
  });
}

nativeTest(
  "libraries that are there and not there are told apart, and libtensorflow says whether it has CUDA",
  () => {
    quietly(() => checkedLibrary(libtensorflowForTests!.file));
    const around = gpuSurroundings();
    assert.equal(around.loads(Deno.build.os === "darwin" ? "/usr/lib/libSystem.dylib" : "libc.so.6"), true);
    assert.equal(around.loads("libnothing.so.77"), false);
    assert.equal(typeof around.hasCuda(libtensorflowForTests!.file), "boolean");
    assert.equal(around.hasCuda("/nowhere.so"), null);
    assert.equal(around.exists("/proc/version"), true);
    assert.match(around.text("/proc/version")!, /^Linux version/);
    assert.equal(around.text("/nowhere"), null);
  },
);
