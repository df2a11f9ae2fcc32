/**
 * The file of a project's share links. Processes change it one after the other, each the file as it is then; what is
 * kept of a key is a hash, so that who reads the file, as a notebook's cells can, is let in nowhere.
 */
import { Buffer } from "node:buffer";
import { closeSync, lstatSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { z } from "zod";
import { folderId, NotPrivate, readPrivateFile, writePrivateFile } from "../lib/checkpoints/private_file.ts";

/** What a link shows: one notebook by its file's name, or one recorded run by its id. */
export type Scope = { readonly notebook: string } | { readonly run: string };

/** A link as it is kept. Times in milliseconds since 1970. */
export interface KeptShare {
  /** eight letters and digits, by which people name it */
  readonly id: string;
  /** of what opens it and the file's secret, in hex */
  readonly hash: string;
  readonly scope: Scope;
  readonly created: number;
  /** it opens nothing from then on */
  readonly until: number;
}

/** Links that there may be at once. */
export const MOST_SHARES = 1000;
/** Letters and digits of a link's id. */
export const SHARE_ID = /^[a-z0-9]{8}$/;
const LARGEST_FILE = 1_000_000;
/** How long another process may change the file, and how often it is asked whether it still does. */
const TURN_MILLISECONDS = 5000;
const ASK_MILLISECONDS = 10;

const Name = z.string().min(1).max(1000);
const Kept = z.strictObject({
  version: z.literal(2),
  secret: z.string().regex(/^[0-9a-f]{64}$/),
  /** where the links were made: a copy of the file elsewhere lets nobody in */
  folder: z.string().regex(/^\d{1,20}$/),
  shares: z.array(z.strictObject({
    id: z.string().regex(SHARE_ID),
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

/** What the file says. */
export interface Links {
  /** part of each hash; in hex */
  readonly secret: string;
  /** by id */
  readonly shares: ReadonlyMap<string, KeptShare>;
  /** those of another folder, which open nothing here; the next change of the file forgets them */
  readonly strange: readonly KeptShare[];
}

export interface SharesFile {
  /** the file as it is now; read anew only where it was written since. @throws BadShares */
  read(): Links;
  /**
   * Puts other links in place of those that are there.
   * @throws BadShares, also where another process keeps its turn for too long; StorageFault. Then the file is as it was
   */
  change(edit: (links: Links) => readonly KeptShare[]): Promise<void>;
}

/**
 * The file at a path. It is made when the first link is; its folder at once.
 * @param turnMilliseconds how long to wait while another process changes the file. Default 5000
 * @example
 * ```ts ignore
 * import { sharesFile } from "./shares_file.ts";
 * const { shares } = sharesFile(".plateau/shares.json").read();
 * ```
 */
export function sharesFile(path: string, turnMilliseconds = TURN_MILLISECONDS): SharesFile {
  mkdirSync(dirname(path), { recursive: true });
  const folder = folderId(path);
  /** what was read last, and of which state of the file */
  let last: { readonly state: string; readonly links: Links } | undefined;
  const read = () => {
    const state = stateOf(path);
    if (last?.state !== state) last = { state, links: readAll(path, folder) };
    return last.links;
  };
  return {
    read,
    async change(edit) {
      const turn = await turnAt(path, turnMilliseconds);
      try {
        const links = read(), shares = edit(links);
        const kept: z.infer<typeof Kept> = { version: 2, secret: links.secret, folder, shares: [...shares] };
        writePrivateFile(path, JSON.stringify(kept, null, 2));
      } finally {
        turn.close();
      }
    },
  };
}

/** Differs whenever the file was written anew. */
function stateOf(path: string): string {
  const found = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  return found === undefined ? "none" : `${found.ino} ${found.size} ${found.mtimeNs} ${found.mode}`;
}

function readAll(path: string, here: string): Links {
  const text = textOf(path);
  if (text === null) return { secret: newSecret(), shares: new Map(), strange: [] };
  let kept: unknown;
  try {
    kept = JSON.parse(text);
  } catch {
    throw new BadShares(path, "it is no JSON (move it away: its links then open nothing)");
  }
  const parsed = Kept.safeParse(kept);
  if (!parsed.success) {
    const [{ path: place, message }] = parsed.error.issues;
    throw new BadShares(path, [place.join("."), message].filter(Boolean).join(": "));
  }
  const { secret, folder, shares } = parsed.data;
  return folder === here
    ? { secret, shares: new Map(shares.map((each) => [each.id, each])), strange: [] }
    : { secret: newSecret(), shares: new Map(), strange: shares };
}

function textOf(path: string): string | null {
  try {
    return readPrivateFile(path, LARGEST_FILE);
  } catch (error) {
    throw error instanceof NotPrivate ? new BadShares(error.path, error.reason) : error;
  }
}

const newSecret = (): string => Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("hex");

/**
 * The turn to change the file, until it is closed; the system lets go of it when this process ends, however it ends. It is
 * asked for again and again, so that a process that was stopped in its turn stops no server.
 */
async function turnAt(path: string, milliseconds: number): Promise<Deno.FsFile> {
  const lock = `${path}.lock`;
  try {
    closeSync(openSync(lock, "wx", 0o600)); // follows no link
  } catch (error) {
    if ((error as { code?: string }).code !== "EEXIST") throw error;
  }
  if (!lstatSync(lock).isFile()) throw new BadShares(lock, "it is no file");
  const turn = Deno.openSync(lock, { read: true, write: true });
  const end = performance.now() + milliseconds;
  while (!turn.tryLockSync(true)) {
    if (performance.now() > end) {
      turn.close();
      throw new BadShares(path, "another process has been changing it for a while (end it, or try again)");
    }
    await new Promise((resolve) => setTimeout(resolve, ASK_MILLISECONDS));
  }
  return turn;
}
