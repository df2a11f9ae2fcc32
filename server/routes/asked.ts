/** What a request's body asks for. */
import type { Context } from "hono";
import type { z } from "zod";
import { line } from "./route.ts";

/** What was asked, checked; or the answer that says what is wrong with it. */
export async function asked<T>(c: Context, schema: z.ZodType<T>): Promise<T | Response> {
  const body = schema.safeParse(await c.req.json().catch(() => undefined));
  if (body.success) return body.data;
  const [{ path, message }] = body.error.issues;
  return line(400, `invalid request: ${[path.join("."), message].filter(Boolean).join(": ")}`);
}
