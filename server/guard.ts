/**
 * What every request passes before any route sees it, the socket included: its host, its path, where it comes
 * from, what it carries, and who sends it. Deny is the default; the only doors without a key are the exchange of
 * a token for a cookie, and of a ticket for what its page asked.
 */
import type { MiddlewareHandler } from "hono";
import { cookieHeader, type Keys } from "./auth.ts";
import { deniedPage } from "./pages/denied_page.ts";

export interface GuardOptions {
  readonly keys: Keys;
  /** hosts that are this server, each with its port, as `127.0.0.1:8000` */
  readonly hosts: ReadonlySet<string>;
  /** paths of routes that redeem a ticket by themselves: their forms come without a cookie and from no origin */
  readonly ticketed?: ReadonlySet<string>;
}

/** Why a request is refused: a status and one line. */
interface Refusal {
  readonly status: 400 | 401 | 403 | 415 | 429;
  readonly text: string;
}

/** The authorities under which a server on this port may be addressed; port 80 may be left out. */
export function hostsOf(port: number, host?: string): ReadonlySet<string> {
  const names = ["127.0.0.1", "localhost", "[::1]"];
  if (host !== undefined) names.push((host.includes(":") ? `[${host}]` : host).toLowerCase());
  return new Set(names.flatMap((name) => port === 80 ? [name, `${name}:80`] : [`${name}:${port}`]));
}

/** Both the Host header and the address in the request line must be ours: an absolute-form target can differ. */
function checkHost(request: Request, hosts: ReadonlySet<string>): Refusal | null {
  const host = request.headers.get("host");
  if (host === null || host === "") return { status: 400, text: "missing header: Host" };
  const known = hosts.has(host.toLowerCase()) && hosts.has(new URL(request.url).host.toLowerCase());
  return known ? null : { status: 403, text: `unknown host: ${host.slice(0, 200)}` };
}

/** A path is decoded once, here, only to be judged: routes match it as it came. */
function checkPath(request: Request): Refusal | null {
  const raw = new URL(request.url).pathname;
  let path: string;
  try {
    path = decodeURIComponent(raw);
  } catch {
    return { status: 400, text: "invalid path: not UTF-8" };
  }
  const escapes = path.includes("\\") || path.includes("\0") || path.includes("//") ||
    path.split("/").includes("..") || /%2f/i.test(raw);
  return escapes ? { status: 400, text: "invalid path" } : null;
}

const isRead = (request: Request) => request.method === "GET" || request.method === "HEAD";
const isUpgrade = (request: Request) => request.headers.has("upgrade");
const isEventStream = (request: Request) =>
  (request.headers.get("accept") ?? "").includes("text/event-stream");

/**
 * Cookies of one host are shared by all its ports, and SameSite does not tell them apart: what changes something
 * or keeps a line open must say our exact origin. A program with a bearer token and no cookie need not.
 */
function checkOrigin(
  request: Request,
  hosts: ReadonlySet<string>,
  proof: "cookie" | "bearer" | null,
): Refusal | null {
  const site = request.headers.get("sec-fetch-site");
  const index = new URL(request.url).pathname === "/" && isRead(request);
  if (site !== null && site !== "same-origin" && site !== "none" && !index) {
    return { status: 403, text: "refused: the request comes from another site" };
  }
  if (isRead(request) && !isUpgrade(request) && !isEventStream(request)) return null;
  const origin = request.headers.get("origin");
  if (origin === null && proof === "bearer" && !request.headers.has("cookie")) return null;
  // The origin must be the very host that was asked, not merely one of ours.
  const host = request.headers.get("host")!.toLowerCase();
  const ours = origin === `http://${host}` && hosts.has(host);
  return ours ? null : { status: 403, text: "refused: the request comes from another origin" };
}

function checkBody(request: Request): Refusal | null {
  if (isRead(request)) return null;
  const type = (request.headers.get("content-type") ?? "").split(";")[0].trim().toLowerCase();
  return type === "application/json" ? null : { status: 415, text: "content type: application/json" };
}

function refuse(refusal: Refusal, request: Request): Response {
  const wantsPage = refusal.status === 401 && isRead(request) &&
    (request.headers.get("accept") ?? "").includes("text/html");
  const headers = new Headers(refusal.status === 429 ? { "Retry-After": "60" } : {});
  if (refusal.status === 401) headers.set("WWW-Authenticate", "Bearer");
  headers.set("Content-Type", wantsPage ? "text/html; charset=UTF-8" : "text/plain; charset=UTF-8");
  return new Response(wantsPage ? deniedPage(refusal.text) : refusal.text + "\n", {
    status: refusal.status,
    headers,
  });
}

/** Spends the token in `/?token=…` and strips it from the address, for a browser that knows the cookie too. */
function exchange(request: Request, keys: Keys): Response | Refusal {
  const url = new URL(request.url);
  const token = url.searchParams.get("token") ?? "";
  const home = { status: 303, headers: { Location: "/" } };
  if (keys.proof(request.headers) === "cookie") return new Response(null, home);
  const bought = keys.redeem(token);
  if (bought !== null) {
    const headers = { ...home.headers, "Set-Cookie": cookieHeader(keys, bought.cookie) };
    return new Response(null, { status: 303, headers });
  }
  if (keys.tooMany()) return { status: 429, text: "too many wrong tokens: wait a minute" };
  return { status: 401, text: "This address was used before, or is not the newest one." };
}

/** The guard as middleware. It answers by itself, or lets the request through to the routes. */
export function guard({ keys, hosts, ticketed = new Set() }: GuardOptions): MiddlewareHandler {
  return async (c, next) => {
    const request = c.req.raw;
    const place = checkHost(request, hosts) ?? checkPath(request);
    if (place !== null) return refuse(place, request);

    const url = new URL(request.url);
    if (request.method === "GET" && url.pathname === "/" && url.searchParams.has("token")) {
      const result = exchange(request, keys);
      return result instanceof Response ? result : refuse(result, request);
    }

    if (request.method === "POST" && ticketed.has(url.pathname)) return await next();
    const proof = keys.proof(request.headers);
    const source = checkOrigin(request, hosts, proof);
    if (source !== null) return refuse(source, request);
    if (proof === null) {
      return keys.tooMany() && request.headers.has("authorization")
        ? refuse({ status: 429, text: "too many wrong tokens: wait a minute" }, request)
        : refuse({ status: 401, text: "Open the address that the terminal shows." }, request);
    }
    const body = checkBody(request);
    if (body !== null) return refuse(body, request);
    await next();
  };
}
