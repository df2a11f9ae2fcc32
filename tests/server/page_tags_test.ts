import assert from "node:assert/strict";
import { startServer } from "./fixture.ts";

Deno.test({
  name: "a page that nothing has changed in is not sent again, however late it is asked for",
  sanitizeOps: false,
  sanitizeResources: false, // the bundler's process is ended, which the sanitizers do not see
  async fn() {
    const running = await startServer(), clock = Date.now;
    const get = (path: string, tag = "") =>
      fetch(running.origin + path, { headers: { ...running.headers, "if-none-match": tag } });
    try {
      await running.server.engine;
      for (const path of ["/", "/runs", "/notebooks/small.ts"]) {
        const first = await get(path), tag = first.headers.get("etag")!, text = await first.text();
        assert.ok(tag, path);
        Date.now = () => clock() + 10 * 60_000;
        const later = await get(path, tag);
        Date.now = clock;
        assert.equal(later.status, 304, path);
        if (path !== "/runs") assert.match(text, /edited <time datetime="[^"]+Z" data-age="long">/);
        await later.body?.cancel();
      }
    } finally {
      Date.now = clock;
      await running.end();
    }
  },
});
