import assert from "node:assert/strict";
import { createApp } from "../../server/app.ts";
import { createKeys } from "../../server/auth.ts";
import { cachedPage } from "../../server/cached_page.ts";
import { hostsOf } from "../../server/guard.ts";

const PORT = 8128, HERE = `127.0.0.1:${PORT}`;

/** A page whose text the test sets, asked for with these headers. */
function setUp() {
  const page = { text: "<p>one</p>" }, keys = createKeys(PORT);
  const app = createApp({
    keys,
    hosts: hostsOf(PORT),
    routes: [{ method: "GET", path: "/", access: "owner", handle: (c) => cachedPage(c, page.text) }],
    report: assert.fail,
  });
  const cookie = `${keys.cookieName}=${keys.redeem(keys.invite())!.cookie}`;
  const get = (headers: Record<string, string> = {}, method = "GET") =>
    app.request(new Request(`http://${HERE}/`, { method, headers: { host: HERE, cookie, ...headers } }));
  return { page, get };
}

Deno.test("a page that the browser has is not sent again until it changes", async () => {
  const { page, get } = setUp(), first = await get(), tag = first.headers.get("etag")!;
  assert.equal(await first.text(), page.text);
  assert.match(tag, /^"[\w-]{22}"$/);
  assert.equal(first.headers.get("cache-control"), "private, no-cache");
  const table: readonly [tags: string, status: number][] = [
    [tag, 304],
    [`W/${tag}`, 304],
    [`"other", ${tag}`, 304],
    ["*", 304],
    ['"other"', 200],
    [tag.slice(0, -1), 200],
    ["", 200],
  ];
  for (const [tags, status] of table) {
    const answer = await get({ "if-none-match": tags });
    assert.equal(answer.status, status, tags);
    assert.equal((await answer.text()).length, status === 304 ? 0 : page.text.length);
    assert.equal(answer.headers.get("etag"), tag);
    assert.ok(answer.headers.has("content-security-policy"), "its headers take the place of those kept");
  }
  page.text = "<p>two</p>";
  const changed = await get({ "if-none-match": tag });
  assert.equal(changed.status, 200);
  assert.notEqual(changed.headers.get("etag"), tag);
});

Deno.test("who may no longer see a page is not told that it is the same", async () => {
  const { get } = setUp(), tag = (await get()).headers.get("etag")!;
  assert.equal((await get({ "if-none-match": tag, cookie: "" })).status, 401);
});
