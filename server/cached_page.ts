/** A page that a browser keeps, and asks whether it is still the same. */
import { createHash } from "node:crypto";
import type { Context } from "hono";

/** Kept by the browser alone, which asks each time: who may no longer see it is told so. */
const ASK_EACH_TIME = "private, no-cache";

/** Whether one of the tags that a browser has is this one; `W/` before it says only how they were compared. */
const isAmong = (tags: string, tag: string): boolean =>
  tags.split(",").map((each) => each.trim().replace(/^W\//, "")).some((each) => each === tag || each === "*");

/**
 * The page with its tag; 304 where the browser has it already.
 * @example
 * ```ts ignore
 * return cachedPage(c, indexPage(entries, assets));
 * ```
 */
export function cachedPage(c: Context, page: string): Response {
  const tag = `"${createHash("sha256").update(page).digest("base64url").slice(0, 22)}"`;
  const headers = { ETag: tag, "Cache-Control": ASK_EACH_TIME, Vary: "Cookie" };
  if (isAmong(c.req.header("if-none-match") ?? "", tag)) return new Response(null, { status: 304, headers });
  return c.html(page, 200, headers);
}
