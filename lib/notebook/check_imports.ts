import { fileModuleGraph } from "./load.ts";

/**
 * Whether a file may import one of some others, directly or not, types included. Whatever its text quotes as an import
 * counts, in a comment too: only the compiler can tell for sure.
 *
 * @param url of the file, as those of the others
 */
export function mayImport(url: string, others: ReadonlySet<string>): boolean {
  const { modules } = fileModuleGraph(), seen = new Set([url]);
  for (const file of seen) {
    for (const specifier of quotedIn(modules.text(file) ?? "")) {
      const found = fileModuleGraph().resolve(specifier, file);
      if (found.kind !== "file") continue;
      if (others.has(found.url)) return true;
      seen.add(found.url);
    }
  }
  return false;
}

const quotedIn = (text: string): string[] =>
  [...text.matchAll(/\b(?:from|import|require|path=|types=)\s*\(?\s*["']([^"'\n]+)["']/g)].map(([, word]) =>
    word
  );
