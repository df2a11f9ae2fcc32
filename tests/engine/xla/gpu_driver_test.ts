import assert from "node:assert/strict";
import { type GpuSurroundings, librariesBeside } from "../../../lib/engine/libraries/gpu_missing.ts";
import { platforms } from "../../../lib/engine/platforms.ts";
import { driverFault, driverText, gpuFault, packOf } from "../../../lib/engine/xla/gpu_driver.ts";

interface Machine {
  files?: readonly string[];
  loads?: readonly string[];
  variables?: Readonly<Record<string, string>>;
  cuda?: number;
  told?: string;
}
const around = ({ files = [], loads = [], variables = {}, cuda, told }: Machine): GpuSurroundings => ({
  exists: (path) => files.includes(path),
  list: () => [],
  variable: (name) => variables[name],
  loads: (name) => loads.includes(name),
  hasCuda: () => null,
  text: (path) => path === "/proc/driver/nvidia/version" ? told ?? null : null,
  cudaVersion: () => cuda ?? null,
});

const nvidia = { files: ["/dev/nvidia0"], loads: ["libcuda.so.1"] };
const faults: [string, "cpu" | "cuda" | "rocm", Machine, string | null][] = [
  ["a CPU needs none", "cpu", {}, null],
  ["no GPU", "cuda", {}, "found no GPU (install NVIDIA's driver)"],
  ["a GPU of the other maker", "rocm", nvidia, "found no GPU (install AMD's driver and ROCm 7)"],
  [
    "a GPU without its driver",
    "cuda",
    { files: ["/dev/nvidia0"] },
    "cannot use the GPU: libcuda.so.1 is missing (install NVIDIA's driver)",
  ],
  ["a GPU", "cuda", nvidia, null],
  ["a driver in a virtual machine, where no file shows the GPU", "cuda", { loads: ["libcuda.so.1"] }, null],
  [
    "a GPU that its user hides",
    "cuda",
    { ...nvidia, variables: { CUDA_VISIBLE_DEVICES: "" } },
    "cannot use the GPU: hidden by CUDA_VISIBLE_DEVICES= (unset it)",
  ],
  [
    "a GPU of AMD's that its user hides",
    "rocm",
    { files: ["/dev/kfd"], loads: ["libamdhip64.so.7"], variables: { ROCR_VISIBLE_DEVICES: "-1" } },
    "cannot use the GPU: hidden by ROCR_VISIBLE_DEVICES=-1 (unset it)",
  ],
];
for (const [title, platform, machine, says] of faults) {
  Deno.test(`what keeps a GPU from training: ${title}`, () => {
    const found = gpuFault(platform, around(machine));
    assert.equal(found && `${found.reason} (${found.action})`, says);
  });
}

const drivers: [needs: number | undefined, serves: number | undefined, says: string | null][] = [
  [13000, 13000, null],
  [13000, 13010, null],
  [13020, 13000, null], // within a major version older drivers serve
  [12090, 13000, null],
  [undefined, 12000, null],
  [13000, undefined, null],
  [
    13000,
    12040,
    "needs CUDA 13.0, and the driver is for 12.4 (update the driver, or deno task native --device cuda12)",
  ],
  [12090, 11080, "needs CUDA 12.9, and the driver is for 11.8 (update the driver)"],
];
for (const [needs, serves, says] of drivers) {
  Deno.test(`a plug-in for CUDA ${needs} on a driver for ${serves}: ${says ?? "serves"}`, () => {
    const found = driverFault(needs, around({ cuda: serves }));
    assert.equal(found && `${found.reason} (${found.action})`, says);
  });
}

const closed =
  "NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.104.05  Sat Aug 19 01:15:15 UTC 2023\nGCC version: …\n";
const open =
  "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.65.06  Release Build  (dvs-builder@U22)\n";
for (
  const [machine, text] of [
    [{}, null],
    [{ told: closed }, "535.104.05"],
    [{ told: closed, cuda: 12020 }, "535.104.05, CUDA 12.2"],
    [{ told: open, cuda: 13000 }, "580.65.06, CUDA 13.0"],
    [{ told: "another text", cuda: 12040 }, "CUDA 12.4"],
  ] as const
) {
  Deno.test(`the driver is said as ${text}`, () => assert.equal(driverText(around(machine)), text));
}

Deno.test("NVIDIA's libraries are found in its parts of Python's packages", () => {
  const folders: Record<string, string[]> = {
    "/venv/nvidia": ["cu13", "cudnn"],
    "/venv/nvidia/cu13/lib": ["libcudart.so.13"],
    "/venv/nvidia/cudnn/lib": ["libcudnn.so.9"],
  };
  assert.deepEqual([...librariesBeside("/venv", (folder) => folders[folder] ?? [])], [
    ["libcudart.so.13", "/venv/nvidia/cu13/lib/libcudart.so.13"],
    ["libcudnn.so.9", "/venv/nvidia/cudnn/lib/libcudnn.so.9"],
  ]);
});

Deno.test("which plug-in a file is follows from where it lies", () => {
  const [cuda13, cuda12] = platforms.cuda.packs;
  assert.equal(packOf("cuda", "/venv/jax_plugins/xla_cuda12/xla_cuda_plugin.so"), cuda12);
  assert.equal(packOf("cuda", "/cache/x/jax_plugins/xla_cuda13/xla_cuda_plugin.so"), cuda13);
  assert.equal(packOf("cuda", "/opt/xla_cuda_plugin.so"), null);
  assert.equal(packOf("cpu", "/venv/jax_plugins/xla_cuda13/xla_cuda_plugin.so"), null);
});
