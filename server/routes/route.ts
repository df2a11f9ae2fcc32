/** What a route declares. */
import type { Context } from "hono";
import type { Share } from "../shares.ts";

interface Declared {
  readonly method: "GET" | "POST";
  /** as Hono writes it, with `:name` for one decoded segment */
  readonly path: string;
  handle(c: Context): Response | Promise<Response>;
}

/**
 * Who may call a route, and no route without it. `owner`: nobody else. `viewer`: the owner, and whoever a share link let
 * in that covers what the address names. Two kinds judge by themselves: `ticket`, for whoever brings a ticket in a form that a
 * page without origin or cookie sends; `link`, for whoever brings the key of a share link in the address.
 */
export type Route =
  & Declared
  & (
    | { readonly access: "owner" | "ticket" | "link" }
    | { readonly access: "viewer"; covers(share: Share, c: Context): boolean }
  );

/** One line of plain text with a status. */
export function line(status: number, text: string): Response {
  return new Response(`${text}\n`, {
    status,
    headers: { "Content-Type": "text/plain; charset=UTF-8" },
  });
}
