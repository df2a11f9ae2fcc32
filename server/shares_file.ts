/**
 * The file of a project's share links. Processes change it one after the other, each the file as it is then; what is
 * kept of a secret is a hash, so that who reads the file, as a notebook's cells can, is let in nowhere.
 */
import {
  closeSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { platform } from "node:os";
import { dirname } from "node:path";
import { z } from "zod";
import { syncFolder, writeAll } from "../lib/checkpoints/atomic_write.ts";

/** What a link shows: one notebook by its file's name, or one recorded run by its id. */
export type Scope = { readonly notebook: string } | { readonly run: string };

/** A link as it is kept. Times in milliseconds since 1970. */
export interface KeptShare {
  /** eight letters and digits, by which people name it */
  readonly id: string;
  /** of what opens it, in hex */
  readonly hash: string;
  readonly scope: Scope;
  readonly created: number;
  /** it opens nothing from then on */
  readonly until: number;
}

/** Links that there may be at once. */
export const MOST_SHARES = 1000;
const LARGEST_FILE = 1_000_000;
/** Bits of a file's mode that let others in. */
const OTHERS = 0o077;

const Name = z.string().min(1).max(1000);
const Kept = z.strictObject({
  version: z.literal(1),
  shares: z.array(z.strictObject({
    id: z.string().regex(/^[a-z0-9]{8}$/),
    hash: z.string().regex(/^[0-9a-f]{64}$/),
    scope: z.union([z.strictObject({ notebook: Name }), z.strictObject({ run: Name })]),
    created: z.number(),
    until: z.number(),
  })).max(MOST_SHARES),
});

/** A file of links that cannot be used: nobody is let in by it, and it is left as it is. */
export class BadShares extends Error {
  override readonly name = "BadShares";
  constructor(readonly path: string, readonly reason: string) {
    super(`cannot use ${path}: ${reason}`);
  }
}

export interface SharesFile {
  /** tells the project's folder from every copy of it; part of each hash */
  readonly folder: number;
  /** @throws BadShares */
  read(): readonly KeptShare[];
  /**
   * Puts other links in place of those that are there.
   * @throws BadShares, or what a disk throws that takes nothing; then the file is as it was
   */
  change(edit: (shares: readonly KeptShare[]) => readonly KeptShare[]): void;
}

/**
 * The file at a path. It is made when the first link is; its folder at once.
 * @example
 * ```ts ignore
 * import { sharesFile } from "./shares_file.ts";
 * const links = sharesFile(".plateau/shares.json").read();
 * ```
 */
export function sharesFile(path: string): SharesFile {
  mkdirSync(dirname(path), { recursive: true });
  /** what was read last, and of which state of the file */
  let last: { readonly state: string; readonly shares: readonly KeptShare[] } | undefined;
  const read = () => {
    const state = stateOf(path);
    if (state === null) return [];
    if (last?.state !== state) last = { state, shares: readAll(path) };
    return last.shares;
  };
  return {
    folder: statSync(dirname(path)).ino,
    read,
    change(edit) {
      const turn = Deno.openSync(`${path}.lock`, { create: true, write: true, mode: 0o600 });
      try {
        turn.lockSync(true); // the system lets go of it when this process ends, however it ends
        write(path, edit(read()));
      } finally {
        turn.close();
      }
    },
  };
}

/** Differs whenever the file was written anew; null where there is none. */
function stateOf(path: string): string | null {
  const found = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  return found === undefined ? null : `${found.ino} ${found.size} ${found.mtimeNs} ${found.mode}`;
}

function readAll(path: string): readonly KeptShare[] {
  const found = lstatSync(path);
  if (!found.isFile()) throw new BadShares(path, "it is no file");
  if (found.mode & OTHERS && platform() !== "win32") {
    throw new BadShares(path, "others can read or change it (chmod 600 makes it yours)");
  }
  if (found.size > LARGEST_FILE) throw new BadShares(path, `it has more than ${LARGEST_FILE} bytes`);
  let kept: unknown;
  try {
    kept = JSON.parse(readFileSync(path, "utf8"));
  } catch {
    throw new BadShares(path, "it is no JSON (move it away: its links then open nothing)");
  }
  const parsed = Kept.safeParse(kept);
  if (parsed.success) return parsed.data.shares;
  const [{ path: place, message }] = parsed.error.issues;
  throw new BadShares(path, [place.join("."), message].filter(Boolean).join(": "));
}

function write(path: string, shares: readonly KeptShare[]): void {
  const temporary = `${path}.${crypto.randomUUID()}.tmp`;
  try {
    const handle = openSync(temporary, "wx", 0o600);
    try {
      writeAll(handle, new TextEncoder().encode(JSON.stringify({ version: 1, shares }, null, 2)));
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(temporary, path);
    syncFolder(dirname(path));
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
