/** Who may enter: one-time tokens in addresses, the cookie they become, and a bearer token for programs. */
import { createHash, timingSafeEqual } from "node:crypto";
import { badTries } from "./bad_tries.ts";
import { KNOWN_SECONDS, type KnownBrowsers, knownBrowsers } from "./known_browsers.ts";

export interface Keys {
  /** name of the cookie; it holds the port, so that two servers on one host do not share it */
  readonly cookieName: string;
  /** for `Authorization: Bearer …`, valid as long as the server lives */
  readonly bearer: string;
  /** a new token for an address; good for one exchange */
  invite(): string;
  /** spends a token of an address for a cookie of one browser; null when it is unknown or was spent */
  redeem(token: string): { readonly cookie: string } | null;
  /** how this request proves itself; null when it does not */
  proof(headers: Headers): "cookie" | "bearer" | null;
  /** true while too many wrong tokens have come in */
  tooMany(): boolean;
}

/** 256 random bits as text that fits into an address. */
export function secret(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** Compares two secrets without telling by its time where they differ, nor how long they are. */
export function sameSecret(left: string, right: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(left), digest(right));
}

/** The cookies of a request by name; of two of one name the first. */
export function cookiesOf(headers: Headers): ReadonlyMap<string, string> {
  const cookies = new Map<string, string>();
  for (const part of (headers.get("cookie") ?? "").split(";")) {
    const at = part.indexOf("="), name = part.slice(0, at).trim();
    if (at > 0 && !cookies.has(name)) cookies.set(name, part.slice(at + 1).trim());
  }
  return cookies;
}

/**
 * The keys of one server. A right token is let in even while wrong ones are answered with 429: 256 bits cannot
 * be guessed, and so nobody can lock the owner out by trying.
 * @param port the port in the cookie's name
 * @param now clock in milliseconds
 * @param browsers those that may come in by their cookie; default: those that this server lets in
 * @example
 * ```ts
 * import { createKeys } from "./auth.ts";
 * const keys = createKeys(8000);
 * const address = `http://127.0.0.1:8000/?token=${keys.invite()}`;
 * ```
 */
export function createKeys(
  port: number,
  now: () => number = Date.now,
  browsers: KnownBrowsers = knownBrowsers(port, undefined, now),
): Keys {
  const cookieName = `plateau-${port}`;
  const bearer = secret();
  const unspent = new Set<string>();
  const bad = badTries(now);
  return {
    cookieName,
    bearer,
    invite() {
      const token = secret();
      unspent.add(token);
      return token;
    },
    redeem(token) {
      // Every unspent token is compared, so that time says nothing about which one was close.
      const found = [...unspent].filter((known) => sameSecret(known, token));
      if (found.length === 0) {
        bad.add();
        return null;
      }
      unspent.delete(found[0]);
      const cookie = secret();
      browsers.add(cookie);
      return { cookie };
    },
    proof(headers) {
      const sent = cookiesOf(headers).get(cookieName);
      if (sent !== undefined && browsers.knows(sent)) return "cookie";
      const given = /^Bearer ([\w-]{1,200})$/.exec(headers.get("authorization") ?? "")?.[1];
      if (given === undefined) return null;
      if (sameSecret(given, bearer)) return "bearer";
      bad.add();
      return null;
    },
    tooMany: bad.tooMany,
  };
}

/** Where a cookie holds: below which path, and whether the browser came by https. */
export interface CookiePlace {
  /** path that every page begins with, without a slash at its end; "" for none */
  readonly base: string;
  readonly secure: boolean;
}

/** The header that hands a browser a cookie for so many seconds; default: as long as the browser is known. */
export function cookieHeader(
  name: string,
  value: string,
  { base, secure }: CookiePlace,
  seconds = KNOWN_SECONDS,
): string {
  const path = base === "" ? "/" : base;
  return `${name}=${value}; Path=${path}; HttpOnly; SameSite=Strict; Max-Age=${Math.floor(seconds)}${
    secure ? "; Secure" : ""
  }`;
}
