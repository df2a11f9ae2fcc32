/**
 * Share links: addresses by which others come in as viewers, each to one notebook or one recorded run, until it expires
 * or is revoked. They are as the file has them at each look, so that what another process revokes is revoked here.
 */
import { Buffer } from "node:buffer";
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { secret } from "./auth.ts";
import { DEFAULT_SECONDS, LONGEST_SECONDS, SHORTEST_SECONDS } from "./expiry.ts";
import { BadShares, type KeptShare, type Links, MOST_SHARES, type Scope, sharesFile } from "./shares_file.ts";

export type { Scope } from "./shares_file.ts";

/** A link without what opens it. Times in milliseconds since 1970. */
export type Share = Omit<KeptShare, "hash">;

/** What the address of a link has been exchanged for. */
export interface OpenedShare {
  readonly share: Share;
  /** what lets this browser in from now on; the address cannot be told from it */
  readonly cookie: string;
}

const ID_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789";
const ID_LENGTH = 8;

export interface Shares {
  /**
   * the links that are open, newest first
   * @throws BadShares
   */
  list(): readonly Share[];
  /**
   * Makes a link. Its key is told this once and kept nowhere.
   * @param seconds until it expires; default 7 days
   * @throws RangeError for a time that is none, and for one link too many; BadShares; StorageFault
   */
  add(scope: Scope, seconds?: number): Promise<{ readonly share: Share; readonly key: string }>;
  /**
   * closes a link; false when there is none of this id
   * @throws BadShares; StorageFault
   */
  revoke(id: string): Promise<boolean>;
  /** the link of a key, as it stands in an address; null when it is wrong, expired or revoked */
  open(key: string): OpenedShare | null;
  /** the links that a browser came in by, of those whose ids and cookies it brings; none that is no longer open */
  known(brought: Iterable<readonly [id: string, cookie: string]>): readonly Share[];
  /** whether a link is still open */
  isOpen(id: string): boolean;
  /** one line that says why links which are kept here open nothing; null where they do */
  fault(): string | null;
}

/**
 * The links of a project.
 * @param path of the file, in a folder of the project
 * @param now clock in milliseconds
 * @example
 * ```ts ignore
 * import { openShares } from "./shares.ts";
 * const { key } = await openShares(".plateau/shares.json").add({ notebook: "digits.ts" });
 * const address = `http://127.0.0.1:8000/shared/${key}`;
 * ```
 */
export function openShares(path: string, now: () => number = Date.now): Shares {
  const file = sharesFile(path);
  const isNow = ({ until }: KeptShare) => until > now();
  /** A file that cannot be used lets nobody in. */
  const usable = (): Links | null => {
    try {
      return file.read();
    } catch (error) {
      if (error instanceof BadShares) return null;
      throw error;
    }
  };
  const known = (brought: Iterable<readonly [string, string]>): readonly Share[] => {
    const links = usable();
    return [...brought].flatMap(([id, cookie]) => {
      const kept = links?.shares.get(id);
      if (kept === undefined || !isNow(kept)) return [];
      const hash = hashOf(links!.secret, cookie);
      return timingSafeEqual(Buffer.from(kept.hash), Buffer.from(hash)) ? [shareOf(kept)] : [];
    });
  };
  return {
    list: () =>
      [...file.read().shares.values()].filter(isNow).map(shareOf).sort((a, b) => b.created - a.created),
    async add(scope, seconds = DEFAULT_SECONDS) {
      checkSeconds(seconds);
      const created = now(), until = created + Math.round(seconds * 1000);
      const share: Share = { id: newId(), scope, created, until };
      const key = `${share.id}.${secret()}`;
      await file.change(({ secret: salt, shares }) => {
        const left = [...shares.values()].filter((each) => each.until > created);
        if (left.length >= MOST_SHARES) {
          throw new RangeError(`too many links: ${MOST_SHARES} at most (revoke some)`);
        }
        return [...left, { ...share, hash: hashOf(salt, cookieOf(key)) }];
      });
      return { share, key };
    },
    async revoke(id) {
      const kept = file.read().shares.get(id), found = kept !== undefined && isNow(kept);
      if (found) await file.change(({ shares }) => [...shares.values()].filter((each) => each.id !== id));
      return found;
    },
    open(key) {
      const cookie = cookieOf(key), [share] = known([[key.split(".")[0], cookie]]);
      return share === undefined ? null : { share, cookie };
    },
    known,
    isOpen(id) {
      const kept = usable()?.shares.get(id);
      return kept !== undefined && isNow(kept);
    },
    fault() {
      try {
        const { length } = file.read().strange.filter(isNow);
        return length === 0 ? null : strangeText(length);
      } catch (error) {
        if (error instanceof BadShares) return `share links open nothing: ${error.message}`;
        throw error;
      }
    },
  };
}

/** Why links are closed that nobody revoked. */
const strangeText = (count: number): string =>
  `${count === 1 ? "1 share link opens" : `${count} share links open`} nothing: made in another folder, ` +
  "or before this one was restored or moved to another disk (make new ones)";

/** What a link shows, as people write it: `digits.ts`, `run:3f9a`. */
export const scopeText = (scope: Scope): string => "run" in scope ? `run:${scope.run}` : scope.notebook;

const hashOf = (secret: string, cookie: string): string =>
  createHmac("sha256", Buffer.from(secret, "hex")).update(cookie).digest("hex");

const sha256 = (text: string) => createHash("sha256").update(text).digest();

/** One way only: who has the cookie of a browser cannot make a link of it. */
const cookieOf = (key: string): string => sha256(`viewer ${key}`).toString("base64url");

const shareOf = ({ id, scope, created, until }: KeptShare): Share => ({ id, scope, created, until });

const newId = (): string =>
  Array.from(
    crypto.getRandomValues(new Uint8Array(ID_LENGTH)),
    (byte) => ID_LETTERS[byte % ID_LETTERS.length],
  ).join("");

function checkSeconds(seconds: number): void {
  if (seconds >= SHORTEST_SECONDS && seconds <= LONGEST_SECONDS) return;
  throw new RangeError(`invalid expiry: ${seconds} s (from 1 minute to 365 days)`);
}
