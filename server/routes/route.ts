/** What a route declares. */
import type { Context } from "hono";

export interface Route {
  readonly method: "GET" | "POST";
  /** as Hono writes it, with `:name` for one decoded segment */
  readonly path: string;
  /**
   * who may call it, and no route without it: the owner; or whoever brings a ticket, in a form that a page without
   * origin or cookie sends, which the route itself redeems
   */
  readonly access: "owner" | "ticket";
  handle(c: Context): Response | Promise<Response>;
}

/** One line of plain text with a status. */
export function line(status: number, text: string): Response {
  return new Response(`${text}\n`, {
    status,
    headers: { "Content-Type": "text/plain; charset=UTF-8" },
  });
}
