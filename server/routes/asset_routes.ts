/** Style and scripts. Their names hold their hash, so they never change. */
import type { AssetStore } from "../assets.ts";
import { line, type Route } from "./route.ts";

/** Headers of a file that is named by its content. */
export const IMMUTABLE = "private, max-age=31536000, immutable";

export function assetRoutes(assets: AssetStore): readonly Route[] {
  return [{
    method: "GET",
    path: "/assets/:name",
    access: "viewer",
    covers: () => true,
    async handle(c) {
      const asset = await assets.get(c.req.param("name")!);
      if (asset === undefined) return line(404, "not found");
      return new Response(asset.bytes, {
        headers: { "Content-Type": asset.type, "Cache-Control": IMMUTABLE },
      });
    },
  }];
}
