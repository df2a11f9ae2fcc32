import assert from "node:assert/strict";
import type { GpuPass } from "./compare_gpu.ts";
import { gpuGoals, passText } from "./gpu_text.ts";

const pass: GpuPass = {
  setting: "TF32 off",
  device: "some card",
  libraries: ["Plateau on xla:cuda 0.116", "JAX 0.10.2"],
  rows: [
    { workload: "M", system: "jax scan", msPerUpdate: 0.02 },
    { workload: "M", system: "plateau xla", msPerUpdate: 0.025 },
    { workload: "T", system: "plateau xla", msPerUpdate: 2 },
  ],
  memory: [{ workload: "T", system: "plateau xla", peakBytes: 123.4e6 }],
  failures: [{ workload: "T", system: "jax scan", fails: "out of memory" }],
  missing: ["pytorch"],
  doubts: ["M: is it the same work?"],
};

Deno.test("a pass says its device, its setting, rates and their ratios, memory, goals and doubts", () => {
  assert.equal(
    passText(pass, gpuGoals),
    `some card, TF32 off; Plateau on xla:cuda 0.116, JAX 0.10.2

| updates a second | M | T |
|---|---|---|
| plateau xla | 40000 | 500 |
| jax scan | 50000 (1.25×) | fails |

| peak memory, MB | M | T |
|---|---|---|
| plateau xla | – | 123 |
| jax scan | – | – |

M: plateau xla ÷ jax scan 1.25× (at most 1.1): NOT reached
T: jax scan fails: out of memory
M: is it the same work?
not installed: pytorch (deno task bench peers, on a GPU with --device=cuda13)`,
  );
});
