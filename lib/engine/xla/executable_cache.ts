/** Compiled programs that are kept for the next process that runs the same. */
import type { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { basename, join } from "node:path";
import { boundKept, ownFolder } from "../libraries/compile_cache.ts";
import { fileHash } from "../libraries/file_hash.ts";
import { libc } from "../libraries/libc.ts";
import { readFile, removeFile, writeFile } from "../libraries/libc_files.ts";
import { cName, textAt } from "../libraries/c_text.ts";
import type { XlaFlags } from "./compile_options.ts";
import { cpuThreads } from "./cpu_threads.ts";
import { PjrtError } from "./pjrt_error.ts";
import type { PjrtClient } from "./pjrt_client.ts";
import type { PjrtExecutable } from "./pjrt_executable.ts";
import { bytesOf } from "./pjrt_memory.ts";

const HASH = 32;
const sha256 = (...parts: readonly (Uint8Array | string)[]) => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
};

/**
 * The folder for what a plug-in compiles on this processor: a plug-in loads what another one compiled, and runs it
 * wrongly. Its name stands for the plug-in's content, its interface and platform, the devices, the processor, its
 * threads and XLA_FLAGS. null where none can be kept.
 */
export function executablesFolder(
  { plugin, platform, platformVersion, devices, device }: PjrtClient,
): string | null {
  const hash = fileHash(plugin.file), flags = textAt(libc().getenv(cName("XLA_FLAGS")));
  if (hash === null) return null;
  const kinds = devices.map(({ kind }) => kind);
  const facts = [
    "xla",
    hash,
    plugin.version,
    platform,
    platformVersion,
    kinds,
    device.id,
    cpuThreads(),
    flags,
  ];
  return ownFolder(JSON.stringify(facts));
}

/**
 * Compiles a program, or takes it as it was compiled before. What is kept is a hash and the machine code: a file that is
 * damaged, that came from another folder or program, or that the plug-in refuses, is removed, and the program is
 * compiled anew.
 *
 * @param program text of StableHLO
 * @param folder of `executablesFolder`; null compiles each time
 * @throws PjrtError
 */
export async function keptExecutable(
  client: PjrtClient,
  program: string,
  folder: string | null,
  flags: XlaFlags = {},
): Promise<PjrtExecutable> {
  if (folder === null) return await client.compile(bytesOf(program), flags);
  const name = `xla_${sha256(JSON.stringify(flags), program).toString("hex")}`, path = join(folder, name);
  const hashOf = (code: Uint8Array) => sha256(basename(folder), name, code);
  const found = await loaded(client, path, hashOf);
  if (found !== null) return found;
  const executable = await client.compile(bytesOf(program), flags), code = codeOf(executable);
  if (code === null) return executable;
  const content = new Uint8Array(HASH + code.length);
  content.set(hashOf(code));
  content.set(code, HASH);
  if (writeFile(path, content)) boundKept(folder); // without space it is compiled again the next time
  return executable;
}

/** null where the plug-in does not hand it out: it runs all the same. */
function codeOf(executable: PjrtExecutable): Uint8Array | null {
  try {
    return executable.bytes();
  } catch (error) {
    if (error instanceof PjrtError) return null;
    throw error;
  }
}

async function loaded(
  client: PjrtClient,
  path: string,
  hashOf: (code: Uint8Array) => Buffer,
): Promise<PjrtExecutable | null> {
  const content = readFile(path);
  if (content === null) return null;
  const code = content.subarray(HASH);
  try {
    if (hashOf(code).equals(content.subarray(0, HASH))) return await client.load(code);
  } catch (error) {
    if (!(error instanceof PjrtError)) throw error;
  }
  removeFile(path);
  return null;
}
