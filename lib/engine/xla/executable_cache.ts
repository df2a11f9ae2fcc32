/** Compiled programs that are kept for the next process that runs the same. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { ownFolder } from "../compile_cache.ts";
import { factsOf, readFile, removeFile, writeFile } from "../libc_files.ts";
import { PjrtError } from "./pjrt_error.ts";
import type { PjrtClient } from "./pjrt_client.ts";
import type { PjrtExecutable } from "./pjrt_executable.ts";
import { bytesOf } from "./pjrt_memory.ts";

const HASH = 32;
const sha256 = (content: Uint8Array | string) => createHash("sha256").update(content).digest();

/**
 * The folder for what a plug-in compiles on this processor: a plug-in loads what another one compiled, and runs it
 * wrongly. null where none can be kept.
 */
export function executablesFolder({ plugin, platform, platformVersion, devices }: PjrtClient): string | null {
  const facts = factsOf(plugin.file);
  if (facts === null) return null;
  const file = `${plugin.file} ${facts.size} ${facts.changed}`;
  return ownFolder(`xla ${file} ${plugin.version} ${platform} ${platformVersion} ${devices[0].kind}`);
}

/**
 * Compiles a program, or takes it as it was compiled before. What is kept is its own hash and its machine code: a file
 * that is damaged, or that the plug-in refuses, is removed, and the program is compiled anew.
 *
 * @param program text of StableHLO
 * @param folder of `executablesFolder`; null compiles each time
 * @throws PjrtError
 */
export async function keptExecutable(
  client: PjrtClient,
  program: string,
  folder: string | null,
): Promise<PjrtExecutable> {
  if (folder === null) return await client.compile(bytesOf(program));
  const path = join(folder, `xla_${sha256(program).toString("hex")}`);
  const found = loaded(client, path);
  if (found !== null) return found;
  const executable = await client.compile(bytesOf(program)), code = executable.bytes();
  const content = new Uint8Array(HASH + code.length);
  content.set(sha256(code));
  content.set(code, HASH);
  writeFile(path, content); // without space it is compiled again the next time
  return executable;
}

function loaded(client: PjrtClient, path: string): PjrtExecutable | null {
  const content = readFile(path);
  if (content === null) return null;
  const code = content.subarray(HASH);
  try {
    if (sha256(code).equals(content.subarray(0, HASH))) return client.load(code);
  } catch (error) {
    if (!(error instanceof PjrtError)) throw error;
  }
  removeFile(path);
  return null;
}
