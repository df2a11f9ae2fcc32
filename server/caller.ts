/** Who sent a request, and where it came to: what the guard found out, for the routes. */
import type { Context } from "hono";
import { cookiesOf } from "./auth.ts";
import type { Place } from "./place.ts";
import type { Share, Shares } from "./shares.ts";
import { SHARE_ID } from "./shares_file.ts";

export type Caller =
  | { readonly role: "owner" }
  /** let in by links, each with its own scope */
  | { readonly role: "viewer"; readonly shares: readonly Share[] };

/** What the guard lets through to the routes. */
export interface Came {
  /** null: nobody known, at an address that judges by itself who may come in */
  readonly caller: Caller | null;
  readonly place: Place;
}

const KEY = "came";

export const setCame = (c: Context, came: Came): void => c.set(KEY, came);
export const cameOf = (c: Context): Came => c.get(KEY);

/** The role of the caller; whoever is no owner is a viewer. */
export const roleOf = (c: Context): "owner" | "viewer" => cameOf(c).caller?.role ?? "viewer";

/** The links of a caller; an owner needs none. */
export const sharesOf = (c: Context): readonly Share[] => {
  const { caller } = cameOf(c);
  return caller?.role === "viewer" ? caller.shares : [];
};

/** Name of the cookie that a link is exchanged for: each link has its own, so that one browser may hold several. */
export const shareCookie = (ownersCookie: string, id: string): string => `${ownersCookie}-${id}`;

/** Links of one server that a browser may bring; of more the last, which browsers send for those opened last. */
const MOST_LINKS = 16;

/** The links that a browser brings; null when none of them is open. */
export function viewerOf(
  headers: Headers,
  ownersCookie: string,
  shares: Pick<Shares, "known">,
): Caller | null {
  const prefix = shareCookie(ownersCookie, "");
  const brought = [...cookiesOf(headers)].filter(([name]) => name.startsWith(prefix))
    .map(([name, value]) => [name.slice(prefix.length), value] as const).filter(([id]) => SHARE_ID.test(id));
  const open = shares.known(brought.slice(-MOST_LINKS));
  return open.length === 0 ? null : { role: "viewer", shares: open };
}
