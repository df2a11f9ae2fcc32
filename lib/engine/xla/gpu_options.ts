/** What a GPU's memory and products are used for: what its user may choose, and what its plug-in is told. */
import { type PlatformName, platforms } from "../platforms.ts";
import type { ClientOptions } from "./named_values.ts";

/** All optional; of no meaning on a CPU. */
export interface GpuSettings {
  /** share of the GPU's memory that is used at most, above 0 and up to 1. Nothing is taken before it is needed. Default 0.75 */
  readonly deviceMemory?: number;
  /** whether numbers that are multiplied may be rounded to 10 bits (TF32), where it is faster so. Default false */
  readonly tf32?: boolean;
}

/** What products are made in, as it is said. */
export const FLOAT32 = "float32", TF32 = "TF32";
/** Whether an engine's version says TF32. */
export const saysTf32 = (version: string): boolean => version.endsWith(` ${TF32}`);

/** XLA's own. */
export const DEVICE_MEMORY = 0.75;

/** @throws RangeError `invalid device memory: 2 (a share above 0 and up to 1)` */
export function asDeviceMemory(text: string): number {
  const share = text.trim() === "" ? NaN : Number(text);
  if (share > 0 && share <= 1) return share;
  throw new RangeError(`invalid device memory: ${text} (a share above 0 and up to 1)`);
}

/**
 * Options of the client. A plug-in for CPUs would make four devices, and threads for all of them: on two cores they were
 * measured to take 12 % longer for a large network, waiting for each other.
 */
export function clientOptions(
  platform: PlatformName,
  { deviceMemory = DEVICE_MEMORY }: GpuSettings,
): ClientOptions {
  if (platforms[platform].gpu === null) return { cpu_device_count: 1 };
  return { preallocate: false, memory_fraction: { float: deviceMemory } };
}
