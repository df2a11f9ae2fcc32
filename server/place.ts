/** Where a request came to, as the browser sees it: behind a proxy another host, another scheme, and below a path. */

export interface Place {
  readonly scheme: "http" | "https";
  /** host with its port, as `127.0.0.1:8000`; lower case */
  readonly authority: string;
  /** path that every page begins with, as `/plateau`; "" for none */
  readonly base: string;
}

export interface PlaceOptions {
  /** hosts that are this server, each with its port, as `127.0.0.1:8000` */
  readonly hosts: ReadonlySet<string>;
  /** default "": the pages begin at `/` */
  readonly base?: string;
  /** believe X-Forwarded-Host and X-Forwarded-Proto; default false */
  readonly trustProxy?: boolean;
}

/** Why a request is refused: a status and one line. */
export interface Refusal {
  readonly status: 400 | 401 | 403 | 404 | 415 | 429;
  readonly text: string;
}

const AUTHORITY = /^(?:\[[0-9a-f:.]{2,45}\]|[a-z0-9._-]{1,253})(?::\d{1,5})?$/;
/** Letters that need no escape in an address, a header and markup alike. */
const BASE = /^(?:\/[A-Za-z0-9._~-]+)*$/;

/**
 * A base path as it is used, from how people write it: `plateau/` is `/plateau`, `/` is "".
 * @throws RangeError `invalid base path: /a b (as /plateau)`
 * @example
 * ```ts
 * import { basePath } from "./place.ts";
 * basePath("/plateau/"); // "/plateau"
 * ```
 */
export function basePath(text: string): string {
  const trimmed = text.replace(/^\/|\/$/g, ""), base = trimmed === "" ? "" : `/${trimmed}`;
  const parts = base.split("/");
  if (base.length > 200 || !BASE.test(base) || parts.includes(".") || parts.includes("..")) {
    throw new RangeError(`invalid base path: ${text.slice(0, 200)} (as /plateau)`);
  }
  return base;
}

/** The path below the base; null for one that lies beside it. */
export function pathBelow(base: string, path: string): string | null {
  if (base === "") return path;
  return path.startsWith(`${base}/`) ? path.slice(base.length) : null;
}

/** `https://lab.example.org`, as browsers say it in Origin. */
export const originOf = ({ scheme, authority }: Place): string => `${scheme}://${authority}`;

/**
 * Where the request came to, or why it is none of ours. Both the Host header and the address in the request line must be
 * ours: an absolute-form target can differ. A proxy names the host that the browser asked, and either leaves that in
 * the Host header or puts ours there.
 */
export function placeOf(
  request: Request,
  { hosts, base = "", trustProxy = false }: PlaceOptions,
): Place | Refusal {
  const host = request.headers.get("host")?.toLowerCase();
  if (host === undefined || host === "") return { status: 400, text: "missing header: Host" };
  const target = new URL(request.url).host.toLowerCase();
  const isOurs = hosts.has(host) && hosts.has(target);
  const forwarded = trustProxy ? request.headers.get("x-forwarded-host")?.toLowerCase() : undefined;
  if (forwarded === undefined) {
    return isOurs ? { scheme: "http", authority: host, base } : unknown(host);
  }
  const scheme = request.headers.get("x-forwarded-proto") ?? "http";
  if (scheme !== "http" && scheme !== "https") {
    return { status: 400, text: "invalid header: X-Forwarded-Proto (http or https)" };
  }
  if (!AUTHORITY.test(forwarded)) return { status: 400, text: "invalid header: X-Forwarded-Host (one host)" };
  const passedOn = host === forwarded && target === new URL(`http://${forwarded}`).host;
  return isOurs || passedOn ? { scheme, authority: forwarded, base } : unknown(host);
}

const unknown = (host: string): Refusal => ({ status: 403, text: `unknown host: ${host.slice(0, 200)}` });
