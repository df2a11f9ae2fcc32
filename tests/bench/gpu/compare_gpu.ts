/** `deno task bench gpu`: the ladder of workloads on one device, here and with PyTorch and JAX, in one run. */
import type { EngineName } from "../../../lib/engine/engine.ts";
import { compare, type Comparison } from "../engine/compare.ts";
import { strangers } from "../engine/same_work.ts";
import type { System, SystemName } from "../engine/systems.ts";
import { type Told, unequal } from "../engine/told.ts";
import type { WorkloadName } from "../engine/workload.ts";
import {
  isInstalled,
  type PeerName,
  peersFolder,
  peersFor,
  pythonIn,
  readRecord,
} from "../peers/environment.ts";
import { deviceOf, flaggedSystems, gpuSystems, peerDeviceOf } from "./gpu_systems.ts";

export interface GpuOptions {
  /** of XLA's, as `xla:cuda` */
  readonly engine: EngineName;
  readonly workloads: readonly WorkloadName[];
  /** turns of each system */
  readonly rounds: number;
  /** runs PyTorch and JAX that are built for the device; default: the environment of `deno task bench peers` */
  readonly python?: string;
}

/** All workloads with one setting. */
export interface GpuPass extends Pick<Comparison, "rows" | "failures"> {
  /** as `TF32 off` */
  readonly setting: string;
  readonly memory: readonly Memory[];
  /** libraries with their versions, and the device that all name */
  readonly libraries: readonly string[];
  readonly device: string;
  /** peers that are not installed */
  readonly missing: readonly PeerName[];
  /** what makes the comparison doubtful, one line each */
  readonly doubts: readonly string[];
}
export interface Memory {
  readonly workload: WorkloadName;
  readonly system: SystemName;
  readonly peakBytes: number;
}

/** The engine does not train here, so nothing is compared; one line. */
export class EngineFails extends Error {
  override readonly name = "EngineFails";
}

/**
 * One pass without TF32; on a GPU another one with it, and one of XLA's flags.
 *
 * @throws EngineFails `xla:cuda not installed (deno task native --device cuda13)` and its like
 */
export async function compareGpu(options: GpuOptions): Promise<GpuPass[]> {
  const ours = gpuSystems(options.engine, false).filter(({ peer }) => peer === null);
  const { failures: [failure] } = await compare("S", ours, 1, "");
  if (failure) throw new EngineFails(failure.fails);
  const { engine } = options,
    off = gpuSystems(engine, false),
    passes = [await pass(options, off, "TF32 off")];
  if (deviceOf(engine) === "cpu") return passes;
  passes.push(await pass(options, gpuSystems(engine, true), "TF32 allowed"));
  passes.push(await pass(options, flaggedSystems(engine), "flags of XLA, TF32 off"));
  return passes;
}

/** Python for the peers of an engine's device, and which of them are not there. */
async function peersOf({ engine, python }: GpuOptions): Promise<{ python: string; missing: PeerName[] }> {
  if (python !== undefined) return { python, missing: [] };
  const device = peerDeviceOf(engine), folder = peersFolder(device), record = await readRecord(folder);
  const missing = peersFor(device).filter((peer) => !isInstalled(record, peer)).map(({ name }) => name);
  return { python: pythonIn(folder ?? ""), missing: missing.filter((name) => name !== "keras") };
}

async function pass(options: GpuOptions, systems: readonly System[], setting: string): Promise<GpuPass> {
  const { workloads, rounds } = options, { python, missing } = await peersOf(options);
  const present = systems.filter(({ peer }) => peer === null || !missing.includes(peer));
  const rows: Comparison["rows"][number][] = [], failures: Comparison["failures"][number][] = [];
  const memory: Memory[] = [], doubts: string[] = [], all: Told[] = [];
  for (const workload of workloads) {
    const comparison = await compare(workload, present, rounds, python),
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
  return {
    setting,
    rows,
    failures,
    memory,
    libraries,
    device: all[0]?.device ?? "no device",
    missing,
    doubts,
  };
}
