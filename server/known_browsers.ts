/**
 * The browsers that were let in, also by a server that ran here before: an open page comes back by itself. What is kept
 * are hashes, so that who reads the file, as a notebook's cells can, is let in nowhere.
 */
import { createHash, timingSafeEqual } from "node:crypto";
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { z } from "zod";
import { folderId, readPrivateFile, writePrivateFile } from "../lib/checkpoints/private_file.ts";
import { StorageFault } from "../lib/checkpoints/storage_fault.ts";

export interface KnownBrowsers {
  knows(cookie: string): boolean;
  /** takes a browser in; where it cannot be kept, it is known as long as this server lives */
  add(cookie: string): void;
}

/** How long a browser is known, in seconds. */
export const KNOWN_SECONDS = 30 * 24 * 3600;
/** At once; the ones that came first are forgotten first. */
const MOST = 100;
const LARGEST_FILE = 100_000;

const Kept = z.strictObject({
  version: z.literal(1),
  /** `hash` in hex; `until` in milliseconds since 1970 */
  browsers: z.array(z.strictObject({ hash: z.string().regex(/^[0-9a-f]{64}$/), until: z.number() })).max(
    MOST,
  ),
});
type Browser = z.infer<typeof Kept>["browsers"][number];

/**
 * The browsers that a server on this port knows. A file that others can read or write, that is damaged, or that came with
 * a copy of its folder knows nobody.
 * @param path of the file, in a folder of the project; without it nothing is kept
 * @param now clock in milliseconds
 * @example
 * ```ts
 * import { knownBrowsers } from "./known_browsers.ts";
 * const browsers = knownBrowsers(8000);
 * browsers.add("a secret");
 * browsers.knows("a secret"); // true
 * ```
 */
export function knownBrowsers(port: number, path?: string, now: () => number = Date.now): KnownBrowsers {
  const file = path === undefined ? undefined : keptFile(path);
  let browsers = file?.read() ?? [];
  const hash = (cookie: string) =>
    createHash("sha256").update(`${file?.folder} ${port} ${cookie}`).digest("hex");
  const current = () => browsers.filter(({ until }) => until > now());
  return {
    knows(cookie) {
      const sent = Buffer.from(hash(cookie));
      return current().some((each) => timingSafeEqual(Buffer.from(each.hash), sent));
    },
    add(cookie) {
      const known = { hash: hash(cookie), until: now() + KNOWN_SECONDS * 1000 };
      // another server of the project may have let one in since
      const all = new Map([...file?.read() ?? [], ...current(), known].map((each) => [each.hash, each]));
      browsers = [...all.values()].filter(({ until }) => until > now()).slice(-MOST);
      file?.write(browsers);
    },
  };
}

/** The file, and what tells its folder from every other one; undefined where there can be none. */
function keptFile(path: string) {
  try {
    mkdirSync(dirname(path), { recursive: true });
    const folder = folderId(path);
    return { folder, read: () => read(path), write: (browsers: readonly Browser[]) => write(path, browsers) };
  } catch {
    return undefined; // a folder that cannot be made is said by all that need it
  }
}

function read(path: string): readonly Browser[] {
  try {
    const text = readPrivateFile(path, LARGEST_FILE);
    return text === null ? [] : Kept.parse(JSON.parse(text)).browsers;
  } catch {
    return []; // not to be trusted, or damaged: each browser comes in by an address
  }
}

/**
 * In place of what is there. A disk that takes nothing keeps nobody out: a browser is known until the server ends. It is
 * not waited for either, as the first page waits for this; what a power cut takes is one coming in by an address.
 */
function write(path: string, browsers: readonly Browser[]): void {
  try {
    writePrivateFile(path, JSON.stringify({ version: 1, browsers }), false);
  } catch (error) {
    if (!(error instanceof StorageFault)) throw error;
  }
}
