/** Share links: opening one, and what the owner does with them. */
import type { Context } from "hono";
import { z } from "zod";
import { StorageFault } from "../../lib/checkpoints/storage_fault.ts";
import { cookieHeader } from "../auth.ts";
import { badTries } from "../bad_tries.ts";
import { cameOf, shareCookie } from "../caller.ts";
import { LONGEST_SECONDS, SHORTEST_SECONDS } from "../expiry.ts";
import { closedPage, LINK_POLICY, type Shared, sharedPage } from "../pages/shared_page.ts";
import { originOf } from "../place.ts";
import type { Share, Shares } from "../shares.ts";
import { BadShares, type Scope } from "../shares_file.ts";
import type { Viewers } from "../viewers.ts";
import { line, type Route } from "./route.ts";

/** What is told of a scope to those who open or see its link. */
export interface ScopeWords {
  readonly title: string;
  readonly description: string;
}

export interface ShareOptions {
  readonly shares: Shares;
  readonly viewers: Viewers;
  /** name of the owner's cookie, which those of viewers are named after */
  readonly cookieName: string;
  /** null for a notebook or run that there is not, or no more */
  readonly words: (scope: Scope) => Promise<ScopeWords | null>;
  /** the picture of what a link shows, as PNG; null where nothing is there to draw */
  readonly picture: (scope: Scope) => Promise<SharePicture | null>;
  /** clock in milliseconds; default that of the machine */
  readonly now?: () => number;
}

export interface SharePicture {
  /** it is drawn when it is asked for */
  bytes(): Promise<Uint8Array<ArrayBuffer>>;
  readonly width: number;
  readonly height: number;
}

const Name = z.string().min(1).max(1000);
const Asked = z.strictObject({
  scope: z.union([z.strictObject({ notebook: Name }), z.strictObject({ run: Name })]),
  seconds: z.number().min(SHORTEST_SECONDS).max(LONGEST_SECONDS).optional(),
});
const Named = z.strictObject({ id: Name });

/** Path of the page that a link opens. */
export const pageOf = (scope: Scope): string =>
  "notebook" in scope
    ? `/notebooks/${encodeURIComponent(scope.notebook)}`
    : `/runs?runs=${encodeURIComponent(scope.run)}`;

export function shareRoutes(options: ShareOptions): readonly Route[] {
  const { shares, viewers, cookieName, words, picture, now = Date.now } = options;
  const bad = badTries(now);

  const page = (c: Context, text: string, status: 200 | 404 = 200) =>
    c.html(text, status, { "Content-Security-Policy": LINK_POLICY });
  const closed = (c: Context) => page(c, closedPage(), 404);

  /** The link of the key in the address, or the answer to a wrong one. */
  function opened(c: Context) {
    const found = shares.open(c.req.param("key")!);
    if (found !== null) return found;
    bad.add();
    if (!bad.tooMany()) return closed(c);
    const answer = line(429, "too many wrong links: wait a minute");
    answer.headers.set("Retry-After", "60");
    return answer;
  }

  async function open(c: Context): Promise<Response> {
    const found = opened(c);
    if (found instanceof Response) return found;
    const { caller, place } = cameOf(c), { share, cookie } = found;
    const said = await words(share.scope);
    if (said === null) return closed(c);
    if (caller?.role !== "owner") {
      const where = { base: place.base, secure: place.scheme === "https" };
      const seconds = (share.until - now()) / 1000;
      c.header("Set-Cookie", cookieHeader(shareCookie(cookieName, share.id), cookie, where, seconds));
    }
    const shown = await picture(share.scope);
    const shared: Shared = {
      ...said,
      address: place.base + pageOf(share.scope),
      picture: shown && {
        address: `${originOf(place)}${place.base}/shared/${c.req.param("key")}/picture.png`,
        width: shown.width,
        height: shown.height,
      },
    };
    return page(c, sharedPage(shared));
  }

  async function drawn(c: Context): Promise<Response> {
    const found = opened(c);
    if (found instanceof Response) return found;
    const made = await picture(found.share.scope);
    if (made === null) return line(404, "not found");
    return new Response(await made.bytes(), { headers: { "Content-Type": "image/png" } });
  }

  /** The links as the owner sees them. */
  const listed = (): Response => Response.json({ shares: shares.list().map(listing) });
  const listing = (share: Share) => ({ ...share, address: pageOf(share.scope) });

  async function make(c: Context): Promise<Response> {
    const body = Asked.safeParse(await c.req.json().catch(() => undefined));
    if (!body.success) {
      return line(400, "invalid request: scope is a notebook or a run, seconds from 60 to 31,536,000");
    }
    const { scope, seconds } = body.data;
    if (await words(scope) === null) {
      return line(404, "run" in scope ? `unknown run: ${scope.run}` : `unknown notebook: ${scope.notebook}`);
    }
    const { share, key } = await shares.add(scope, seconds);
    return c.json({ share: listing(share), path: `/shared/${key}` });
  }

  async function revoke(c: Context): Promise<Response> {
    const body = Named.safeParse(await c.req.json().catch(() => undefined));
    if (!body.success) return line(400, "invalid request: id names a link");
    if (!await shares.revoke(body.data.id)) return line(404, `unknown link: ${body.data.id.slice(0, 100)}`);
    viewers.look(); // who came in by it is out before the answer is
    return listed();
  }

  /** A file of links that cannot be used is told to its owner, and so is one link too many. */
  const handled = (handle: (c: Context) => Response | Promise<Response>) => async (c: Context) => {
    try {
      return await handle(c);
    } catch (error) {
      if (error instanceof BadShares || error instanceof StorageFault) return line(503, error.message);
      if (error instanceof RangeError) return line(409, error.message);
      throw error;
    }
  };

  return [
    { method: "GET", path: "/shared/:key", access: "link", handle: open },
    { method: "GET", path: "/shared/:key/picture.png", access: "link", handle: drawn },
    { method: "GET", path: "/shares", access: "owner", handle: handled(listed) },
    { method: "POST", path: "/shares", access: "owner", handle: handled(make) },
    { method: "POST", path: "/shares/revoke", access: "owner", handle: handled(revoke) },
  ];
}
