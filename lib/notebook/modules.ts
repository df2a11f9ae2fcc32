import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";

/** Where module texts come from: files, or a table in a test. */
export interface Modules {
  /** undefined: there is no such file */
  text(url: string): string | undefined;
  /** changes when, and only when, the text does; "" for no file */
  stamp(url: string): string;
}

/** Reads files, each once until its modification time or size changes. */
export function fileModules(): Modules {
  const known = new Map<string, { version: string; text: string; stamp: string }>();
  const entry = (url: string) => {
    const version = versionOf(url);
    if (version === undefined) {
      known.delete(url);
      return undefined;
    }
    const kept = known.get(url);
    if (kept?.version === version) return kept;
    const text = readFileSync(new URL(url), "utf8").replace(/^\uFEFF/, ""); // a byte order mark is no text
    const read = { version, text, stamp: hashOf(text) };
    known.set(url, read);
    return read;
  };
  return { text: (url) => entry(url)?.text, stamp: (url) => entry(url)?.stamp ?? "" };
}

/** Modules from a table of url → text. */
export function memoryModules(texts: Readonly<Record<string, string>>): Modules {
  return {
    text: (url) => texts[url],
    stamp: (url) => url in texts ? hashOf(texts[url]) : "",
  };
}

/** A short name for a text: 16 letters of its SHA-256. */
export const hashOf = (text: string): string =>
  createHash("sha256").update(text).digest("base64url").slice(0, 16);

/** A file that may not be read is no file: permissions end the search for a deno.json, not the server. */
function versionOf(url: string): string | undefined {
  if (!url.startsWith("file:")) return undefined;
  try {
    const stat = statSync(new URL(url), { throwIfNoEntry: false });
    return stat?.isFile() ? `${stat.mtimeMs} ${stat.size}` : undefined;
  } catch {
    return undefined;
  }
}
