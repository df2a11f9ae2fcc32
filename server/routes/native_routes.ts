/** The native engine: what the pages show of it, and what their buttons ask for. */
import { z } from "zod";
import type { NativeInstall } from "../native_install.ts";
import { line, type Route } from "./route.ts";

/** What a page may ask for. */
const Asked = z.strictObject({ do: z.enum(["install", "dismiss"]) });

export function nativeRoutes(native: NativeInstall): readonly Route[] {
  return [
    {
      method: "GET",
      path: "/native",
      access: "owner",
      handle: async (c) => c.json(await native.settled()),
    },
    {
      method: "POST",
      path: "/native",
      access: "owner",
      async handle(c) {
        const body = Asked.safeParse(await c.req.json().catch(() => null));
        if (!body.success) return line(400, "invalid request: do is install or dismiss");
        await native.settled();
        return c.json(body.data.do === "install" ? native.install() : native.dismiss());
      },
    },
  ];
}
