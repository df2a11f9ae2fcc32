/** Headers of every answer. The page needs no inline script and no inline style. */
import type { MiddlewareHandler } from "hono";

export const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'self'",
].join("; ");

/** Sets the security headers, but a stricter policy that a page brings; HTML and errors are never stored, hashed assets say so themselves. */
export const secureHeaders: MiddlewareHandler = async (c, next) => {
  await next();
  if (c.res.status === 101) return; // the headers of an upgrade are final
  const headers = c.res.headers;
  if (!headers.has("Content-Security-Policy")) headers.set("Content-Security-Policy", POLICY);
  headers.set("Referrer-Policy", "no-referrer");
  headers.set("X-Content-Type-Options", "nosniff");
  headers.set("X-Frame-Options", "DENY");
  headers.set("Cross-Origin-Opener-Policy", "same-origin");
  headers.set("Cross-Origin-Resource-Policy", "same-origin");
  // with the one above it isolates a page, which then may share memory with its worker
  headers.set("Cross-Origin-Embedder-Policy", "require-corp");
  if (!headers.has("Cache-Control")) headers.set("Cache-Control", "no-store");
};
