/** Paths that a report names: where its files would be written on the machine of whoever checks it. */

import { printable } from "../printable.ts";

/** Folders of a project that hold what tools made: a file there could stand in for what a run gives. */
const KEPT = new Set([".plateau", ".git", "node_modules"]);

/**
 * Why files of these paths cannot be written into an empty folder and be nowhere else; null when they can. A path has
 * slashes between its parts, none of them ".", ".." or empty, and no two paths are one on any system. One that ends with
 * a slash is a folder.
 *
 * @example
 * ```ts
 * import { pathsFault } from "./source_paths.ts";
 * pathsFault(["notebooks/rates.ts", "data/a.csv"]); // null
 * pathsFault(["../.profile"]); // "it leaves its folder: ../.profile"
 * ```
 */
export function pathsFault(paths: readonly string[]): string | null {
  const files = new Map<string, string>(), folders = new Map<string, string>();
  for (const path of paths) {
    const whole = path.replace(/\/$/, ""), fault = pathFault(whole);
    if (fault !== null) return `${fault}: ${printable(path, 200)}`;
    const parts = whole.split("/");
    for (let n = 1; n <= parts.length; n++) {
      const part = parts.slice(0, n).join("/"), key = onAnySystem(part);
      const isFile = n === parts.length && whole === path;
      const [own, other] = isFile ? [files, folders] : [folders, files];
      const twin = own.get(key) ?? part;
      if (twin !== part) return `some systems take two for one: ${twin}, ${part}`;
      if (other.has(key) || isFile && own.has(key)) return `it is there twice: ${part}`;
      own.set(key, part);
    }
  }
  return null;
}

function pathFault(path: string): string | null {
  // deno-lint-ignore no-control-regex -- what it looks for
  if (/[\x00-\x1f\x7f\\:*?"<>|]/.test(path) || !path.isWellFormed()) {
    return "it has letters that no file may have";
  }
  if (path.startsWith("/") || /^~/.test(path)) return "it is no path from the project";
  const parts = path.split("/");
  if (parts.includes("..")) return "it leaves its folder";
  if (parts.some((part) => part === "" || part === "." || /[. ]$/.test(part) || part.length > 200)) {
    return "it has a part that is no name";
  }
  const kept = parts.find((part) => KEPT.has(onAnySystem(part)));
  return kept === undefined ? null : `it lies in ${kept}`;
}

/** The same for names that differ by case, or by how letters are composed, alone. */
const onAnySystem = (path: string): string => path.normalize("NFKC").toLowerCase().normalize("NFKC");
