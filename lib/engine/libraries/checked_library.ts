/** Looks at a libtensorflow before it is used, so that a bad one is one line and not the end of the process. */
import { basename, dirname, join } from "node:path";
import { ELF_HEAD } from "./elf.ts";
import { headFault, type Platform, versionFault } from "./library_fault.ts";
import { textAt } from "./c_text.ts";
import { pin } from "./pinned.ts";

/** What libtensorflow_cc loads from its own folder. */
const companions = ["libtensorflow_framework.so.2", "libtensorflow_framework.2.dylib"];

/**
 * The same path, once the library and its companion are whole, of this machine's kind, and new enough. A file
 * that this process may not read was looked at by the one that chose the engine. Needs `--allow-ffi`.
 *
 * @throws Error with what is wrong: `is cut off: 120 of 583 MB`, `is TensorFlow 2.9.1, too old`
 * @example
 * ```ts ignore
 * import { checkedLibrary } from "./checked_library.ts";
 * const file = checkedLibrary("/opt/libtensorflow_cc.so.2");
 * ```
 */
export function checkedLibrary(file: string): string {
  const beside = companions.map((name) => join(dirname(file), name));
  for (const each of [file, ...beside]) {
    const fault = fileFault(each);
    if (fault !== null) throw new Error(each === file ? fault : `${basename(each)} beside it ${fault}`);
  }
  const fault = versionFault(versionOf(file));
  if (fault !== null) throw new Error(fault);
  return file;
}

/** What is wrong with one library file by its head and length; null also for one that is absent or not readable. */
export function fileFault(file: string, platform: Platform = Deno.build): string | null {
  if (Deno.permissions.querySync({ name: "read", path: file }).state !== "granted") return null;
  let opened: Deno.FsFile;
  try {
    opened = Deno.openSync(file);
  } catch {
    return null; // absent: the loader says which file it misses
  }
  try {
    const { size, isFile } = opened.statSync();
    if (!isFile) return "is no file";
    const head = new Uint8Array(ELF_HEAD);
    return headFault(head.subarray(0, opened.readSync(head) ?? 0), size, platform);
  } finally {
    opened.close();
  }
}

/** Asked by itself: an old library lacks other calls, and naming one of those would say less. */
function versionOf(file: string): string {
  pin(file);
  const { symbols } = Deno.dlopen(file, { TF_Version: { parameters: [], result: "pointer" } });
  return textAt(symbols.TF_Version());
}
