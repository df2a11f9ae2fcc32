/** The files that a command is to write, judged before anything runs that takes long. */
import { accessSync, constants, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { Misuse } from "../../lib/command_line.ts";

/** What is at a path, links followed; undefined for nothing. */
function found(path: string) {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if ((error as { code?: string }).code === "ENOTDIR") return undefined; // a file stands in the way
    throw error;
  }
}

/**
 * Checks that each can be written. Folders that are not there yet are made when it is.
 *
 * @param outputs path by the option that gives it, as `-o`
 * @param sources files that must not be replaced
 * @throws Misuse in one line: a folder, a device, a folder above it that cannot be written, the same file twice
 * @example
 * ```ts
 * import { checkOutputs } from "./output_files.ts";
 * checkOutputs({ "-o": "study.html", "--pdf": "study.pdf" }, ["notebooks/study.ts"]);
 * ```
 */
export function checkOutputs(
  outputs: Readonly<Record<string, string | undefined>>,
  sources: readonly string[] = [],
): void {
  const taken = new Map(sources.map((path) => [resolve(path), "what it is made from"]));
  for (const [option, path] of Object.entries(outputs)) {
    if (path === undefined) continue;
    const fault = faultOf(path) ?? taken.get(resolve(path));
    if (fault !== undefined) throw new Misuse(`invalid ${option}: ${path} (${fault})`);
    taken.set(resolve(path), `the same file as ${option}`);
  }
}

function faultOf(path: string): string | undefined {
  let folder = dirname(resolve(path));
  try {
    const there = found(path);
    if (there?.isDirectory()) return "a folder: name a file in it";
    if (there !== undefined && !there.isFile()) return "not a file";
    while (found(folder) === undefined) folder = dirname(folder);
    if (!found(folder)!.isDirectory()) return `${folder} is not a folder`;
    accessSync(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === "EACCES" || code === "EPERM" || code === "EROFS") return `${folder} cannot be written`;
    throw error;
  }
}
