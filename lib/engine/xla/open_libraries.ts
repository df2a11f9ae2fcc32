/** What a plug-in for GPUs opens by name, opened before it, so that it is found where Python's packages have it. */
import { join } from "node:path";
import { type GpuSurroundings, librariesBeside } from "../libraries/gpu_missing.ts";
import { libc } from "../libraries/libc.ts";
import { quoted } from "../libraries/compile_cache.ts";
import { cName, textAt } from "../libraries/c_text.ts";
import { pin } from "../libraries/pinned.ts";
import { packagesOf, packOf } from "./gpu_driver.ts";
import type { PlatformName } from "../platforms.ts";

/**
 * Opens NVIDIA's libraries and tells XLA where its compiler's tools are; nothing for a plug-in that needs neither. To be
 * called before the plug-in is loaded, which reads XLA_FLAGS then. Needs `--allow-ffi`.
 *
 * @returns names of libraries that are neither beside it nor the system's
 */
export function openLibraries(
  platform: PlatformName,
  file: string,
  { list, exists }: GpuSurroundings,
): string[] {
  const pack = packOf(platform, file);
  if (pack === null) return [];
  const packages = packagesOf(file), tools = pack.tools === null ? null : join(packages, pack.tools);
  if (tools !== null && exists(tools)) tellTools(tools);
  const beside = pack.libraries.length === 0 ? new Map<string, string>() : librariesBeside(packages, list);
  return pack.libraries.filter((name) => !pin(beside.get(name) ?? name));
}

const FLAG = "xla_gpu_cuda_data_dir";

/** A user who has set the flag keeps it. */
function tellTools(folder: string): void {
  const { getenv, setenv } = libc(), before = textAt(getenv(cName("XLA_FLAGS")));
  if (before.includes(FLAG)) return;
  setenv(cName("XLA_FLAGS"), cName(`${before} --${FLAG}=${quoted(folder)}`.trim()), 1);
}
