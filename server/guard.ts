/**
 * What every request passes before any route sees it, the socket included: its host, its path, where it comes
 * from, what it carries, and who sends it. Deny is the default; the only doors without a key are the exchange of
 * a token or a share link for a cookie, and of a ticket for what its page asked.
 */
import type { Context, MiddlewareHandler } from "hono";
import { cookieHeader, type Keys } from "./auth.ts";
import { type Caller, setCame, viewerOf } from "./caller.ts";
import { DENIED_POLICY, deniedPage } from "./pages/denied_page.ts";
import { originOf, pathBelow, type Place, placeOf, type PlaceOptions, type Refusal } from "./place.ts";
import type { Shares } from "./shares.ts";

export interface GuardOptions extends PlaceOptions {
  readonly keys: Keys;
  /** links by which viewers come in; default: there are none */
  readonly shares?: Shares;
  /** whether a route at this path judges by itself who may come in; default: none does */
  readonly judgesItself?: (method: string, path: string) => boolean;
}

/** The authorities under which a server on this port may be addressed; port 80 may be left out. */
export function hostsOf(port: number, host?: string): ReadonlySet<string> {
  const names = ["127.0.0.1", "localhost", "[::1]"];
  if (host !== undefined) names.push((host.includes(":") ? `[${host}]` : host).toLowerCase());
  return new Set(names.flatMap((name) => port === 80 ? [name, `${name}:80`] : [`${name}:${port}`]));
}

/** A path is decoded once, here, only to be judged: routes match it as it came. */
function checkPath(request: Request, base: string): Refusal | null {
  const raw = new URL(request.url).pathname;
  let path: string;
  try {
    path = decodeURIComponent(raw);
  } catch {
    return { status: 400, text: "invalid path: not UTF-8" };
  }
  const escapes = path.includes("\\") || path.includes("\0") || path.includes("//") ||
    path.split("/").includes("..") || /%2f/i.test(raw);
  if (escapes) return { status: 400, text: "invalid path" };
  return pathBelow(base, raw) === null
    ? { status: 404, text: `not found: the pages are below ${base}/` }
    : null;
}

const isRead = (request: Request) => request.method === "GET" || request.method === "HEAD";
const isUpgrade = (request: Request) => request.headers.has("upgrade");
const isEventStream = (request: Request) =>
  (request.headers.get("accept") ?? "").includes("text/event-stream");

/**
 * Cookies of one host are shared by all its ports, and SameSite does not tell them apart: what changes something
 * or keeps a line open must say our exact origin. A program with a bearer token and no cookie need not.
 */
function checkOrigin(c: Context, place: Place, proof: "cookie" | "bearer" | null): Refusal | null {
  const request = c.req.raw, site = request.headers.get("sec-fetch-site");
  const index = c.req.path === "/" && isRead(request);
  if (site !== null && site !== "same-origin" && site !== "none" && !index) {
    return { status: 403, text: "refused: the request comes from another site" };
  }
  if (isRead(request) && !isUpgrade(request) && !isEventStream(request)) return null;
  const origin = request.headers.get("origin");
  if (origin === null && proof === "bearer" && !request.headers.has("cookie")) return null;
  // The origin must be the very host that was asked, not merely one of ours.
  return origin === originOf(place)
    ? null
    : { status: 403, text: "refused: the request comes from another origin" };
}

function checkBody(request: Request): Refusal | null {
  if (isRead(request)) return null;
  const type = (request.headers.get("content-type") ?? "").split(";")[0].trim().toLowerCase();
  return type === "application/json" ? null : { status: 415, text: "content type: application/json" };
}

function refuse(refusal: Refusal, request: Request, base: string): Response {
  const wantsPage = refusal.status === 401 && isRead(request) &&
    (request.headers.get("accept") ?? "").includes("text/html");
  const headers = new Headers(refusal.status === 429 ? { "Retry-After": "60" } : {});
  if (refusal.status === 401) headers.set("WWW-Authenticate", "Bearer");
  if (wantsPage) headers.set("Content-Security-Policy", DENIED_POLICY);
  headers.set("Content-Type", wantsPage ? "text/html; charset=UTF-8" : "text/plain; charset=UTF-8");
  return new Response(wantsPage ? deniedPage(refusal.text, base) : refusal.text + "\n", {
    status: refusal.status,
    headers,
  });
}

/** Spends the token in `/?token=…` and strips it from the address, for a browser that knows the cookie too. */
function exchange(request: Request, keys: Keys, { base, scheme }: Place): Response | Refusal {
  const url = new URL(request.url);
  const token = url.searchParams.get("token") ?? "";
  const home = { status: 303, headers: { Location: `${base}/` } };
  if (keys.proof(request.headers) === "cookie") return new Response(null, home);
  const bought = keys.redeem(token);
  if (bought !== null) {
    const cookie = cookieHeader(keys.cookieName, bought.cookie, { base, secure: scheme === "https" });
    return new Response(null, { status: 303, headers: { ...home.headers, "Set-Cookie": cookie } });
  }
  if (keys.tooMany()) return { status: 429, text: "too many wrong tokens: wait a minute" };
  return { status: 401, text: "This address was used before, or is not the newest one." };
}

/** The guard as middleware. It answers by itself, or lets the request through to the routes. */
export function guard(options: GuardOptions): MiddlewareHandler {
  const { keys, shares, judgesItself = () => false, base = "" } = options;
  return async (c, next) => {
    const request = c.req.raw;
    const no = (refusal: Refusal) => refuse(refusal, request, base);
    const place = placeOf(request, options);
    if ("status" in place) return no(place);
    // the pages are below a slash, which people leave out
    if (base !== "" && isRead(request) && new URL(request.url).pathname === base) {
      return new Response(null, { status: 303, headers: { Location: `${base}/` } });
    }
    const path = checkPath(request, base);
    if (path !== null) return no(path);

    if (request.method === "GET" && c.req.path === "/" && new URL(request.url).searchParams.has("token")) {
      const result = exchange(request, keys, place);
      return result instanceof Response ? result : no(result);
    }

    const proof = keys.proof(request.headers);
    const caller: Caller | null = proof !== null
      ? { role: "owner" }
      : shares === undefined
      ? null
      : viewerOf(request.headers, keys.cookieName, shares);
    setCame(c, { caller, place });
    if (judgesItself(request.method, c.req.path)) return await next();
    const source = checkOrigin(c, place, proof);
    if (source !== null) return no(source);
    if (caller === null) {
      return keys.tooMany() && request.headers.has("authorization")
        ? no({ status: 429, text: "too many wrong tokens: wait a minute" })
        : no({
          status: 401,
          text: "Open the address that the terminal shows, or the link that you were given.",
        });
    }
    const body = checkBody(request);
    if (body !== null) return no(body);
    await next();
  };
}
