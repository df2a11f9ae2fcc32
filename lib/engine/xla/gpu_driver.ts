/** What a GPU's driver and libraries are like, and what of them a plug-in misses. */
import { join } from "node:path";
import { gpuHidden, type GpuSurroundings } from "../libraries/gpu_missing.ts";
import { type GpuSystem, type PlatformName, platforms, type PluginPack } from "../platforms.ts";
import type { Missing } from "./missing.ts";

/** The folder of all Python's packages, or its like in the cache, that a plug-in is in. */
export const packagesOf = (file: string): string => join(file, "..", "..", "..");

/** Which of the plug-ins that are known a file is, by where it is; null of one that was named and lies elsewhere. */
export function packOf(platform: PlatformName, file: string): PluginPack | null {
  const packs: readonly PluginPack[] = platforms[platform].packs;
  return packs.find(({ pack, file: name }) => file.endsWith(join("/", pack, name))) ?? null;
}

/** Whether the system shows a GPU, or a driver that may: in a container or a virtual machine there may be no such file. */
export const hasGpu = ({ signs, driver }: GpuSystem, around: GpuSurroundings): boolean =>
  signs.some(around.exists) || around.loads(driver);

/** The plug-in to install: that of CUDA's version which the driver serves, or the newest. */
export function packToInstall(
  platform: PlatformName,
  around: Pick<GpuSurroundings, "cudaVersion">,
): PluginPack {
  const packs: readonly PluginPack[] = platforms[platform].packs, serves = around.cudaVersion();
  const major = serves === null ? null : Math.floor(serves / 1000);
  return packs.find(({ device }) => device === `${platform}${major}`) ?? packs[0];
}

/** As `12.4` of 12040. */
const cudaText = (version: number) => `${Math.floor(version / 1000)}.${Math.floor(version % 1000 / 10)}`;

/** The version of NVIDIA's driver, as `580.65.06, CUDA 13.0`; null where there is none. */
export function driverText(around: GpuSurroundings): string | null {
  const told = around.text("/proc/driver/nvidia/version") ?? "", cuda = around.cudaVersion();
  const version = /Kernel Module.*?\s(\d+\.\d[\d.]*)\s/.exec(told)?.[1] ?? null;
  const parts = [version, cuda === null ? null : `CUDA ${cudaText(cuda)}`].filter((part) => part !== null);
  return parts.length === 0 ? null : parts.join(", ");
}

/**
 * What keeps a kind of GPU from training, before a plug-in is looked for; null where nothing is known to.
 *
 * @example
 * ```ts
 * import { gpuSurroundings } from "../libraries/gpu_surroundings.ts";
 * import { gpuFault } from "./gpu_driver.ts";
 * gpuFault("cpu", gpuSurroundings()); // null: no GPU is needed
 * ```
 */
export function gpuFault(platform: PlatformName, around: GpuSurroundings): Missing | null {
  const { gpu } = platforms[platform];
  if (gpu === null) return null;
  if (!hasGpu(gpu, around)) return { reason: "found no GPU", action: gpu.install };
  const hidden = /^(.*) \((.*)\)$/.exec(gpuHidden(gpu, around) ?? "");
  return hidden === null ? null : { reason: `cannot use the GPU: ${hidden[1]}`, action: hidden[2] };
}

/**
 * Whether the driver is too old for a plug-in.
 *
 * @param needs CUDA's version that the plug-in was made for, as 13000; undefined where it does not say
 */
export function driverFault(needs: number | string | undefined, around: GpuSurroundings): Missing | null {
  const serves = around.cudaVersion();
  if (typeof needs !== "number" || serves === null) return null;
  const major = Math.floor(serves / 1000);
  if (major >= Math.floor(needs / 1000)) return null;
  const older = platforms.cuda.packs.find(({ device }) => device === `cuda${major}`);
  return {
    reason: `needs CUDA ${cudaText(needs)}, and the driver is for ${cudaText(serves)}`,
    action: `update the driver${older === undefined ? "" : `, or deno task native --device ${older.device}`}`,
  };
}
