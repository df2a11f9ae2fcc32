/** What a route declares. */
import type { Context } from "hono";

export interface Route {
  readonly method: "GET" | "POST";
  /** as Hono writes it, with `:name` for one decoded segment */
  readonly path: string;
  /** who may call it; there is one role so far, and no route without one */
  readonly access: "owner";
  handle(c: Context): Response | Promise<Response>;
}

/** One line of plain text with a status. */
export function line(status: number, text: string): Response {
  return new Response(`${text}\n`, {
    status,
    headers: { "Content-Type": "text/plain; charset=UTF-8" },
  });
}
