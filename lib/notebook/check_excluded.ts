import { existsSync, readFileSync } from "node:fs";
import { dirname, join, matchesGlob, resolve } from "node:path";

/**
 * Whether a deno.json above a file may exclude it from what Deno checks. Whatever is excluded from anything counts: only
 * Deno itself can tell for sure.
 *
 * @param path absolute
 */
export function mayBeExcluded(path: string): boolean {
  for (let folder = dirname(path);; folder = dirname(folder)) {
    for (const config of ["deno.json", "deno.jsonc"].map((name) => join(folder, name)).filter(existsSync)) {
      if (excludesIn(readFileSync(config, "utf8")).some((entry) => matches(path, resolve(folder, entry)))) {
        return true;
      }
    }
    if (folder === dirname(folder)) return false;
  }
}

/** The words of all lists of that name, comments or not. */
const excludesIn = (text: string): string[] =>
  [...text.matchAll(/"exclude"\s*:\s*\[([^\]]*)\]/g)].flatMap(([, list]) =>
    [...list.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([quoted]) => JSON.parse(quoted) as string)
  );

const matches = (path: string, entry: string): boolean =>
  path === entry || path.startsWith(`${entry}/`) || matchesGlob(path, entry) ||
  matchesGlob(path, `${entry}/**`);
