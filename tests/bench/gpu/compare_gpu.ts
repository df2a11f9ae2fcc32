/** `deno task bench gpu`: the ladder of workloads on one device, here and with PyTorch and JAX, in one run. */
import { compare, type Comparison } from "../engine/compare.ts";
import { strangers } from "../engine/same_work.ts";
import type { SystemName } from "../engine/systems.ts";
import { type Told, unequal } from "../engine/told.ts";
import type { WorkloadName } from "../engine/workload.ts";
import { deviceOf, gpuSystems } from "./gpu_systems.ts";

export interface GpuOptions {
  /** of XLA's, as `xla:cuda` */
  readonly engine: string;
  readonly workloads: readonly WorkloadName[];
  /** turns of each system */
  readonly rounds: number;
  /** runs PyTorch and JAX, as they are built for the device */
  readonly python: string;
}

/** All workloads with one setting of TF32. */
export interface GpuPass extends Pick<Comparison, "rows" | "failures"> {
  readonly tf32: boolean;
  readonly memory: readonly Memory[];
  /** libraries with their versions, and the device that all name */
  readonly libraries: readonly string[];
  readonly device: string;
  /** what makes the comparison doubtful, one line each */
  readonly doubts: readonly string[];
}
export interface Memory {
  readonly workload: WorkloadName;
  readonly system: SystemName;
  readonly peakBytes: number;
}

/** One pass without TF32; on a GPU another one with it. */
export async function compareGpu(options: GpuOptions): Promise<GpuPass[]> {
  const passes = [await pass(options, false)];
  if (deviceOf(options.engine) !== "cpu") passes.push(await pass(options, true));
  return passes;
}

async function pass({ engine, workloads, rounds, python }: GpuOptions, tf32: boolean): Promise<GpuPass> {
  const rows: Comparison["rows"][number][] = [], failures: Comparison["failures"][number][] = [];
  const memory: Memory[] = [], doubts: string[] = [], all: Told[] = [];
  for (const workload of workloads) {
    const comparison = await compare(workload, gpuSystems(engine, tf32), rounds, python),
      { told } = comparison;
    rows.push(...comparison.rows);
    failures.push(...comparison.failures);
    doubts.push(...strangers(workload, comparison.losses), ...unequal(workload, told));
    all.push(...Object.values(told));
    for (const { system } of comparison.rows) {
      memory.push({ workload, system, peakBytes: told[system].peakBytes });
    }
  }
  const libraries = [...new Set(all.map(({ library }) => library!))];
  return { tf32, rows, failures, memory, libraries, device: all[0]?.device ?? "no device", doubts };
}
