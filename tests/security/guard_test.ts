import assert from "node:assert/strict";
import { createApp } from "../../server/app.ts";
import { createKeys, type Keys } from "../../server/auth.ts";
import { hostsOf } from "../../server/guard.ts";
import { line, type Route } from "../../server/routes/route.ts";

const PORT = 8123;
const HERE = `127.0.0.1:${PORT}`;
const MEGABYTE = 1_000_000;

/** Routes of every kind there is: page, socket, event stream, and one that takes a body. */
const routes: readonly Route[] = [
  { method: "GET", path: "/", access: "owner", handle: () => line(200, "index") },
  { method: "GET", path: "/notebooks/:file", access: "owner", handle: () => line(200, "page") },
  { method: "GET", path: "/notebooks/:file/live", access: "owner", handle: () => line(200, "socket") },
  {
    method: "POST",
    path: "/notebooks/:file/messages",
    access: "owner",
    handle: async (c) => line(200, String((await c.req.text()).length)),
  },
];

function setUp(now?: () => number) {
  const keys = createKeys(PORT, now);
  const app = createApp({ keys, hosts: hostsOf(PORT), routes, report: (error) => assert.fail(error) });
  const cookie = `${keys.cookieName}=${keys.redeem(keys.invite())!.cookie}`;
  return { keys, app, cookie };
}

const call = (app: ReturnType<typeof createApp>, path: string, init: RequestInit = {}) =>
  app.request(new Request(path.startsWith("http") ? path : `http://${HERE}${path}`, init));

/** Headers of a request that the guard lets through. */
const good = (cookie: string) => ({ host: HERE, cookie });

Deno.test("every route answers 401 without a key, and with a wrong one", async () => {
  const { app } = setUp();
  const wrong: readonly Record<string, string>[] = [
    {},
    { cookie: `plateau-${PORT}=wrong` },
    { authorization: "Bearer wrong" },
    { cookie: "plateau-1=x" },
  ];
  for (const route of routes) {
    const path = route.path.replace(":file", "a.ts");
    const body = route.method === "POST" ? { body: "{}", method: "POST" } : {};
    const type = { origin: `http://${HERE}`, "content-type": "application/json" };
    for (const key of wrong) {
      const response = await call(app, path, { ...body, headers: { host: HERE, ...type, ...key } });
      assert.equal(response.status, 401, `${route.method} ${path} ${JSON.stringify(key)}`);
    }
  }
});

Deno.test("a route that redeems tickets is reached by its own form alone: without a key, on our host, as POST", async () => {
  const keys = createKeys(PORT);
  const ticketed: Route = {
    method: "POST",
    path: "/allow",
    access: "ticket",
    handle: () => line(403, "ticket"),
  };
  const app = createApp({
    keys,
    hosts: hostsOf(PORT),
    routes: [...routes, ticketed],
    report: (error) => assert.fail(error),
  });
  const form = { "content-type": "application/x-www-form-urlencoded", origin: "null" };
  const table: readonly [path: string, method: string, headers: Record<string, string>, status: number][] = [
    ["/allow", "POST", { host: HERE, ...form }, 403],
    ["/allow", "POST", { host: "evil.example", ...form }, 403],
    ["/allow", "GET", { host: HERE }, 401],
    ["/allow/", "POST", { host: HERE, ...form }, 403],
    ["/notebooks/a.ts/messages", "POST", { host: HERE, ...form }, 403],
  ];
  const texts = [];
  for (const [path, method, headers, status] of table) {
    const response = await call(app, path, {
      method,
      headers,
      ...(method === "POST" ? { body: "x=1" } : {}),
    });
    assert.equal(response.status, status, `${method} ${path}`);
    texts.push((await response.text()).trim());
  }
  assert.deepEqual(texts.map((text) => text === "ticket"), [true, false, false, false, false]);
});

Deno.test("paths that no route has answer 401 without a key and 404 with one", async () => {
  const { app, cookie } = setUp();
  assert.equal((await call(app, "/nothing", { headers: { host: HERE } })).status, 401);
  assert.equal((await call(app, "/nothing", { headers: good(cookie) })).status, 404);
});

Deno.test("only our own hosts are answered, in the Host header and in the request line", async () => {
  const { app, cookie } = setUp();
  const hosts: readonly [string, number][] = [
    [HERE, 200],
    [`localhost:${PORT}`, 200],
    [`LOCALHOST:${PORT}`, 200],
    [`[::1]:${PORT}`, 200],
    ["127.0.0.1", 403],
    ["127.0.0.1:80", 403],
    [`127.0.0.1:${PORT}.evil.example`, 403],
    [`evil.example:${PORT}`, 403],
    [`127.0.0.1.evil.example:${PORT}`, 403],
    [`localhost.:${PORT}`, 403],
    [`0.0.0.0:${PORT}`, 403],
    [`evil.example@127.0.0.1:${PORT}`, 403],
  ];
  for (const [host, status] of hosts) {
    const response = await call(app, "/", { headers: { host, cookie } });
    assert.equal(response.status, status, host);
  }
  assert.equal((await call(app, "/", { headers: { cookie } })).status, 400);
  const absolute = await call(app, `http://evil.example:${PORT}/`, { headers: good(cookie) });
  assert.equal(absolute.status, 403);
});

const ORIGINS: readonly [origin: string | null, ours: boolean][] = [
  [`http://${HERE}`, true],
  [null, false],
  ["null", false],
  [`https://${HERE}`, false],
  [`http://127.0.0.1:${PORT + 1}`, false],
  ["http://127.0.0.1", false],
  [`http://${HERE}.evil.example`, false],
  [`http://evil.example/${HERE}`, false],
  [`http://localhost:${PORT}`, false], // ours, but not the host that was asked
  [`http://evil@${HERE}`, false],
  [`http://${HERE}/`, false],
  [`HTTP://${HERE}`, false],
  [`http://127.0.0.1.:${PORT}`, false],
];

Deno.test("what changes something or keeps a line open must come from our exact origin", async () => {
  const { app, cookie } = setUp();
  for (const [origin, ours] of ORIGINS) {
    const from: Record<string, string> = origin === null ? {} : { origin };
    const requests: readonly [string, string, RequestInit][] = [
      ["post", "/notebooks/a.ts/messages", {
        method: "POST",
        body: "{}",
        headers: { ...good(cookie), ...from, "content-type": "application/json" },
      }],
      ["socket", "/notebooks/a.ts/live", { headers: { ...good(cookie), ...from, upgrade: "websocket" } }],
      ["events", "/", { headers: { ...good(cookie), ...from, accept: "text/event-stream" } }],
    ];
    for (const [kind, path, init] of requests) {
      const response = await call(app, path, init);
      assert.equal(response.status, ours ? 200 : 403, `${kind} from ${origin}`);
    }
  }
});

Deno.test("a page may be loaded by a navigation, and by nothing on another site or port", async () => {
  const { app, cookie } = setUp();
  const cases: readonly [string, string, number][] = [
    ["/notebooks/a.ts", "same-origin", 200],
    ["/notebooks/a.ts", "none", 200],
    ["/notebooks/a.ts", "same-site", 403],
    ["/notebooks/a.ts", "cross-site", 403],
    ["/", "cross-site", 200], // the index only lists: a link to it may stand anywhere
  ];
  for (const [path, site, status] of cases) {
    const response = await call(app, path, { headers: { ...good(cookie), "sec-fetch-site": site } });
    assert.equal(response.status, status, `${path} ${site}`);
  }
});

Deno.test("a bearer token needs no origin, unless a cookie comes with it", async () => {
  const { app, keys, cookie } = setUp();
  const headers = {
    host: HERE,
    authorization: `Bearer ${keys.bearer}`,
    "content-type": "application/json",
  };
  const post = (more: Record<string, string>) =>
    call(app, "/notebooks/a.ts/messages", { method: "POST", body: "{}", headers: { ...headers, ...more } });
  assert.equal((await post({})).status, 200);
  assert.equal((await post({ cookie })).status, 403);
  assert.equal((await post({ origin: "http://evil.example" })).status, 403);
});

Deno.test("a body must say that it is JSON", async () => {
  const { app, cookie } = setUp();
  const types: readonly [string | null, number][] = [
    ["application/json", 200],
    ["Application/JSON; charset=utf-8", 200],
    ["text/plain", 415],
    ["application/x-www-form-urlencoded", 415],
    ["multipart/form-data; boundary=a", 415],
    ["text/plain; application/json", 415],
    ["application/jsonp", 415],
  ];
  for (const [type, status] of types) {
    const headers: Record<string, string> = { ...good(cookie), origin: `http://${HERE}` };
    if (type !== null) headers["content-type"] = type;
    const response = await call(app, "/notebooks/a.ts/messages", { method: "POST", body: "{}", headers });
    assert.equal(response.status, status, String(type));
  }
});

Deno.test("a body over 1 MB is refused, with and without a length", async () => {
  const { app, cookie } = setUp();
  const headers = { ...good(cookie), origin: `http://${HERE}`, "content-type": "application/json" };
  const send = (body: BodyInit, length?: number) =>
    call(app, "/notebooks/a.ts/messages", {
      method: "POST",
      body,
      headers: { ...headers, ...(length === undefined ? {} : { "content-length": String(length) }) },
    });
  assert.equal((await send(new Uint8Array(MEGABYTE), MEGABYTE)).status, 200);
  assert.equal((await send(new Uint8Array(MEGABYTE + 1), MEGABYTE + 1)).status, 413);
  const chunks = new ReadableStream({
    pull(controller) {
      controller.enqueue(new Uint8Array(100_000));
      if (++sent > 20) controller.close();
    },
  });
  let sent = 0;
  assert.equal((await send(chunks)).status, 413);
});

Deno.test("a known path with another method is 405 and names the methods", async () => {
  const { app, cookie } = setUp();
  const headers = { ...good(cookie), origin: `http://${HERE}`, "content-type": "application/json" };
  const cases: readonly [string, string, string][] = [
    ["PUT", "/", "GET, HEAD"],
    ["DELETE", "/notebooks/a.ts", "GET, HEAD"],
    ["POST", "/notebooks/a.ts", "GET, HEAD"],
    ["OPTIONS", "/", "GET, HEAD"],
    ["GET", "/notebooks/a.ts/messages", "POST"],
  ];
  for (const [method, path, allow] of cases) {
    const response = await call(app, path, { method, headers });
    assert.equal(response.status, 405, `${method} ${path}`);
    assert.equal(response.headers.get("allow"), allow);
  }
});

Deno.test("a path that hides another is refused before any route", async () => {
  const { app, cookie } = setUp();
  const paths = [
    "/notebooks/..%2fsecret",
    "/notebooks/%2e%2e%2fsecret",
    "/notebooks/..%5csecret",
    "/notebooks/a%00.ts",
    "/notebooks//a.ts",
    "//notebooks/a.ts",
    "/notebooks/%ff",
    "/notebooks/%",
  ];
  for (const path of paths) {
    assert.equal((await call(app, path, { headers: good(cookie) })).status, 400, path);
  }
});

Deno.test("a token becomes a cookie once, and leaves the address", async () => {
  const { app, keys } = setUp();
  const token = keys.invite();
  const first = await call(app, `/?token=${token}`, { headers: { host: HERE } });
  assert.equal(first.status, 303);
  assert.equal(first.headers.get("location"), "/");
  const cookie = first.headers.get("set-cookie")!;
  assert.match(
    cookie,
    new RegExp(`^plateau-${PORT}=[\\w-]{43}; Path=/; HttpOnly; SameSite=Strict; Max-Age=\\d+$`),
  );
  assert.ok(!cookie.includes(token), "the cookie is not the token");
  const again = await call(app, `/?token=${token}`, { headers: { host: HERE } });
  assert.equal(again.status, 401);
  const signedIn = await call(app, `/?token=${token}`, {
    headers: { host: HERE, cookie: cookie.split(";")[0] },
  });
  assert.equal(signedIn.status, 303, "a browser that was let in only loses the token from its address");
  assert.equal((await call(app, "/", { headers: { host: HERE, cookie: cookie.split(";")[0] } })).status, 200);
});

Deno.test("the page of a 401 shows no token and loads nothing", async () => {
  const { app } = setUp();
  const response = await call(app, "/?token=guess-me-9182", { headers: { host: HERE, accept: "text/html" } });
  const text = await response.text();
  assert.equal(response.status, 401);
  assert.ok(text.includes("Not signed in") && !text.includes("guess-me"));
  assert.ok(!/src=|stylesheet/.test(text));
});

Deno.test("wrong tokens are answered 429 after 20 tries, for a minute, and the right one still opens", async () => {
  let now = 0;
  const { app, keys } = setUp(() => now);
  const guess = () => call(app, "/?token=wrong", { headers: { host: HERE } });
  const statuses: number[] = [];
  for (let index = 0; index < 1000; index++) statuses.push((await guess()).status);
  assert.deepEqual([...new Set(statuses.slice(0, 20))], [401]);
  assert.deepEqual([...new Set(statuses.slice(20))], [429]);
  const right = await call(app, `/?token=${keys.invite()}`, { headers: { host: HERE } });
  assert.equal(right.status, 303);
  now = 61_000;
  assert.equal((await guess()).status, 401);
});

Deno.test("keys of two servers differ, have 256 bits, and the cookie is named with the port", () => {
  const [one, two]: Keys[] = [createKeys(8000), createKeys(8001)];
  const secrets = [one.bearer, two.bearer, one.invite(), one.invite()];
  assert.equal(new Set(secrets).size, 4);
  for (const text of secrets) assert.equal(atob(text.replaceAll("-", "+").replaceAll("_", "/")).length, 32);
  assert.equal(one.cookieName, "plateau-8000");
  const other = two.redeem(two.invite())!.cookie;
  assert.equal(one.proof(new Headers({ cookie: `plateau-8000=${other}` })), null);
});

Deno.test("every answer carries the security headers", async () => {
  const { app, cookie } = setUp();
  const expected = {
    "cache-control": "no-store",
    "content-security-policy":
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; font-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
    "content-type": "text/plain; charset=UTF-8",
    "cross-origin-embedder-policy": "require-corp",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
  };
  for (const path of ["/", "/nothing", "/notebooks/%"]) {
    const response = await call(app, path, { headers: good(cookie) });
    assert.deepEqual(Object.fromEntries(response.headers), expected, path);
  }
});
