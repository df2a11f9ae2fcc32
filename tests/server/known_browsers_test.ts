import assert from "node:assert/strict";
import { chmodSync, cpSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createApp } from "../../server/app.ts";
import { createKeys } from "../../server/auth.ts";
import { hostsOf } from "../../server/guard.ts";
import { decode } from "../../lib/notebook/codec.ts";
import type { ToPage } from "../../lib/notebook/wire.ts";
import { serve } from "../../server/serve.ts";
import { startServer } from "./fixture.ts";
import { knownBrowsers } from "../../server/known_browsers.ts";
import { line } from "../../server/routes/route.ts";
import { inFolder } from "../in_folder.ts";

const PORT = 8123;
const DAY = 24 * 3600 * 1000;

/** One life of a server: a browser's address, whether a cookie lets in. */
function life(folder: string, { port = PORT, now = Date.now } = {}) {
  const path = join(folder, ".plateau", "browsers.json");
  const keys = createKeys(port, now, knownBrowsers(port, path, now));
  return {
    path,
    keys,
    comeIn: () => keys.redeem(keys.invite())!.cookie,
    lets: (cookie: string) => keys.proof(new Headers({ cookie: `plateau-${port}=${cookie}` })) === "cookie",
  };
}

Deno.test("a browser that was let in is known to the next server of its project, and a bearer is not", () =>
  inFolder(async (folder) => {
    const first = life(folder), cookies = [first.comeIn(), first.comeIn()], token = first.keys.invite();
    assert.notEqual(cookies[0], cookies[1], "each browser has its own");
    const next = life(folder);
    assert.deepEqual(cookies.map(next.lets), [true, true]);
    assert.equal(next.keys.redeem(token), null, "an address is of its server alone");
    const host = `127.0.0.1:${PORT}`,
      app = createApp({
        keys: next.keys,
        hosts: hostsOf(PORT),
        routes: [{ method: "GET", path: "/", access: "owner", handle: () => line(200, "index") }],
        report: (error) => assert.fail(error),
      });
    const status = async (headers: Record<string, string>) =>
      (await app.request(`http://${host}/`, { headers: { host, ...headers } })).status;
    assert.equal(await status({ cookie: `plateau-${PORT}=${cookies[0]}` }), 200);
    assert.equal(await status({ authorization: `Bearer ${first.keys.bearer}` }), 401);
    assert.equal(await status({ authorization: `Bearer ${cookies[0]}` }), 401);
  }));

Deno.test("what is kept lets nobody in: it is the owner's alone, and has no cookie in it", () =>
  inFolder((folder) => {
    const { path, comeIn, lets } = life(folder), cookie = comeIn(), text = readFileSync(path, "utf8");
    assert.equal(statSync(path).mode & 0o777, 0o600);
    assert.ok(!text.includes(cookie));
    for (const hash of text.match(/[0-9a-f]{64}/g)!) assert.equal(lets(hash), false);
  }));

/** What happens between two servers: none of them lets the browser in again. */
const STRANGERS: readonly [what: string, act: (folder: string, path: string) => string | void][] = [
  ["others can read it", (_, path) => chmodSync(path, 0o644)],
  ["it is damaged", (_, path) => writeFileSync(path, readFileSync(path, "utf8").slice(1))],
  ["it is of another form", (_, path) => writeFileSync(path, '{"version":2,"browsers":[]}')],
  ["it is a link", (folder, path) => {
    Deno.renameSync(path, join(folder, "elsewhere.json"));
    symlinkSync(join(folder, "elsewhere.json"), path);
  }],
  ["it came with a copy of the project", (folder) => {
    const copy = join(folder, "copy");
    cpSync(join(folder, ".plateau"), join(copy, ".plateau"), { recursive: true });
    chmodSync(join(copy, ".plateau", "browsers.json"), 0o600);
    return copy;
  }],
  ["it is gone", (_, path) => Deno.removeSync(path)],
];
for (const [what, act] of STRANGERS) {
  Deno.test(`a browser must come in by an address when the list of those known is not to be trusted: ${what}`, () =>
    inFolder((folder) => {
      const { path, comeIn } = life(folder), cookie = comeIn();
      assert.equal(life(folder).lets(cookie), true);
      const next = life(act(folder, path) ?? folder);
      assert.equal(next.lets(cookie), false);
      assert.equal(next.lets(next.comeIn()), true);
    }));
}

Deno.test("a cookie counts for its project, its port, and thirty days", () =>
  inFolder((folder) => {
    let now = 1e12;
    const clock = { now: () => now }, cookie = life(folder, clock).comeIn();
    assert.equal(life(folder, { port: PORT + 1, ...clock }).lets(cookie), false);
    assert.equal(life(join(folder, "other"), clock).lets(cookie), false);
    now += 29 * DAY;
    const server = life(folder, clock);
    assert.equal(server.lets(cookie), true);
    now += 2 * DAY;
    assert.deepEqual([server.lets(cookie), life(folder, clock).lets(cookie)], [false, false]);
  }));

Deno.test("two servers of a project forget nobody that the other let in, and the hundred last are known", () =>
  inFolder((folder) => {
    const servers = [life(folder), life(folder)], first = servers[0].comeIn(), second = servers[1].comeIn();
    assert.deepEqual([first, second].map(life(folder).lets), [true, true]);
    const later = Array.from({ length: 99 }, () => servers[0].comeIn());
    const known = life(folder);
    assert.deepEqual([first, ...later].map(known.lets), [false, ...later.map(() => true)]);
  }));

Deno.test("where nothing can be kept a browser is known until its server ends", () =>
  inFolder((folder) => {
    writeFileSync(join(folder, ".plateau"), "a file where the folder should be");
    const server = life(folder), cookie = server.comeIn();
    assert.deepEqual([server.lets(cookie), life(folder).lets(cookie)], [true, false]);
  }));

Deno.test(
  "a page that is open when the server begins anew comes back to its notebook by itself",
  { sanitizeOps: false, sanitizeResources: false }, // the bundler keeps a process of its own
  async () => {
    const { server, project, end } = await startServer();
    const { port } = server, origin = `http://127.0.0.1:${port}`;
    const answer = await fetch(server.address, { redirect: "manual" });
    await answer.body?.cancel();
    const headers = { cookie: answer.headers.get("set-cookie")!.split(";")[0], origin };
    const page = new WebSocket(
      `ws://127.0.0.1:${port}/notebooks/small.ts/live`,
      { headers } as unknown as string[],
    );
    const [opened, closed] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    page.onopen = () => opened.resolve();
    page.onclose = () => closed.resolve();
    await opened.promise;
    await server.close();
    await closed.promise;
    const next = await serve({ project, port, engine: "cpu", say: () => {} });
    assert.equal(next.port, port);
    const again = new WebSocket(
      `ws://127.0.0.1:${port}/notebooks/small.ts/live`,
      { headers } as unknown as string[],
    );
    const [hello, left] = [Promise.withResolvers<ToPage>(), Promise.withResolvers<void>()];
    again.binaryType = "arraybuffer";
    again.onmessage = ({ data }) => hello.resolve(decode(new Uint8Array(data)) as ToPage);
    again.onerror = (event) => hello.reject(new Error((event as ErrorEvent).message));
    again.onclose = () => left.resolve();
    assert.equal((await hello.promise).t, "hello");
    again.close();
    await left.promise;
    await next.engine;
    await next.close();
    await end();
  },
);
