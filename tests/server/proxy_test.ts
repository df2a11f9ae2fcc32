/** A server behind a reverse proxy that passes a path of another host on to it. */
import assert from "node:assert/strict";
import { createServer, request, type Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createApp } from "../../server/app.ts";
import { createKeys } from "../../server/auth.ts";
import { hostsOf } from "../../server/guard.ts";
import { basePath } from "../../server/place.ts";
import { line, type Route } from "../../server/routes/route.ts";
import { openShares } from "../../server/shares.ts";
import { type Running, startServer } from "./fixture.ts";
import { socketPage } from "./socket_page.ts";

/** The bundler and the proxy are ended, which the sanitizers do not see. */
const options = { sanitizeOps: false, sanitizeResources: false };
const PUBLIC = "lab.example.org", ORIGIN = `https://${PUBLIC}`;

/** Passes all on, sockets too, and says which host and scheme the browser asked, as one that ends TLS does. */
async function startProxy(port: number): Promise<{ port: number; end(): void }> {
  const forwarded = { "x-forwarded-host": PUBLIC, "x-forwarded-proto": "https" };
  const proxy: HttpServer = createServer((from, to) => {
    const headers = { ...from.headers, ...forwarded, host: `127.0.0.1:${port}` };
    const passed = request(
      { host: "127.0.0.1", port, method: from.method, path: from.url, headers },
      (answer) => {
        to.writeHead(answer.statusCode!, answer.headers);
        answer.pipe(to);
      },
    );
    from.pipe(passed);
  });
  proxy.on("upgrade", (from, socket) => {
    const headers = { ...from.headers, ...forwarded, host: `127.0.0.1:${port}` };
    const passed = request({ host: "127.0.0.1", port, path: from.url, headers });
    passed.on("upgrade", (answer, upstream, head) => {
      const lines = Object.entries(answer.headers).map(([name, value]) => `${name}: ${value}\r\n`);
      socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join("")}\r\n`);
      if (head.length > 0) socket.write(head);
      upstream.on("error", () => socket.destroy());
      socket.on("error", () => upstream.destroy());
      upstream.pipe(socket).pipe(upstream);
    });
    passed.on("response", (answer) => socket.end(`HTTP/1.1 ${answer.statusCode} refused\r\n\r\n`));
    passed.end();
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  const sockets = new Set<{ destroy(): void }>();
  proxy.on("connection", (socket) => sockets.add(socket));
  const end = () => {
    proxy.close();
    for (const socket of sockets) socket.destroy(); // those that were upgraded too
  };
  return { port: (proxy.address() as AddressInfo).port, end };
}

const joined = async (address: string, headers: Record<string, string>) => {
  const page = await socketPage(address, headers).catch(() => null);
  await page?.until(() => page.received.find(({ t }) => t === "cells"));
  page?.socket.close();
  return page !== null;
};

Deno.test(
  "behind a proxy every link, asset, socket and cookie is below the base path, and works",
  options,
  async () => {
    const running: Running = await startServer(["small.ts"], { basePath: "plateau/", trustProxy: true });
    const { server } = running, proxy = await startProxy(server.port), at = `http://127.0.0.1:${proxy.port}`;
    const token = new URL(server.invite());
    assert.equal(token.pathname, "/plateau/");
    const entered = await fetch(`${at}/plateau/${token.search}`, { redirect: "manual" });
    await entered.body?.cancel();
    assert.equal(entered.headers.get("location"), "/plateau/");
    const cookie = entered.headers.get("set-cookie")!;
    assert.match(cookie, /; Path=\/plateau; HttpOnly; SameSite=Strict; Max-Age=\d+; Secure$/);
    const headers = { cookie: cookie.split(";")[0], origin: ORIGIN };
    const get = async (path: string) => {
      const answer = await fetch(at + path, { headers, redirect: "manual" });
      return { status: answer.status, text: await answer.text(), location: answer.headers.get("location") };
    };
    assert.equal((await get("/plateau")).location, "/plateau/");
    for (const path of ["/", "/notebooks/small.ts", "/plateaus/", "/plateau/../"]) {
      assert.equal((await get(path)).status, 404, `${path} lies beside the base`);
    }
    for (const path of ["/plateau/", "/plateau/notebooks/small.ts", "/plateau/runs"]) {
      const { status, text } = await get(path);
      assert.equal(status, 200, path);
      const addresses = [...text.matchAll(/(?:href|src|action|data-loops)="(\/[^"]*)"/g)].map(([, each]) =>
        each
      );
      assert.ok(addresses.length >= 4, path);
      for (const each of addresses) {
        assert.ok(each.startsWith("/plateau/"), `${each} on ${path}`);
        if (each.startsWith("/plateau/assets/")) assert.equal((await get(each)).status, 200, each);
      }
      assert.ok(text.includes('data-base="/plateau"'));
    }
    const live = `ws://127.0.0.1:${proxy.port}/plateau/notebooks/small.ts/live`;
    assert.equal(await joined(live, headers), true);
    for (const origin of [`http://${PUBLIC}`, "https://evil.example", running.origin, `${ORIGIN}:8443`]) {
      assert.equal(await joined(live, { ...headers, origin }), false, origin);
    }
    const { key } = await openShares(`${running.project}/.plateau/shares.json`).add({ notebook: "small.ts" });
    const link = await fetch(`${at}/plateau/shared/${key}`);
    assert.match(await link.text(), /content="0; url=\/plateau\/notebooks\/small\.ts"/);
    assert.match(link.headers.get("set-cookie")!, /; Path=\/plateau; .*; Secure$/);
    proxy.end();
    await running.end();
  },
);

const PORT = 8127, HERE = `127.0.0.1:${PORT}`;
const routes: readonly Route[] = [
  { method: "GET", path: "/", access: "owner", handle: () => line(200, "index") },
  { method: "POST", path: "/act", access: "owner", handle: () => line(200, "done") },
];

Deno.test("what a proxy says is believed only where one is trusted, and only when it is one host and one scheme", async () => {
  const through = (host: string, proto = "https") => ({
    "x-forwarded-host": host,
    "x-forwarded-proto": proto,
  });
  type Row = readonly [headers: Record<string, string>, origin: string, untrusted: number, trusted: number];
  const table: readonly Row[] = [
    [{ host: HERE }, `http://${HERE}`, 200, 200],
    [{ host: HERE }, ORIGIN, 403, 403],
    [{ host: HERE, ...through(PUBLIC) }, ORIGIN, 403, 200],
    [{ host: HERE, ...through("LAB.example.org") }, ORIGIN, 403, 200],
    [{ host: HERE, ...through(PUBLIC) }, `http://${HERE}`, 200, 403], // the browser asked another host
    [{ host: HERE, ...through(PUBLIC, "http") }, ORIGIN, 403, 403],
    [{ host: HERE, ...through(`${PUBLIC}:8443`) }, `${ORIGIN}:8443`, 403, 200],
    [{ host: HERE, "x-forwarded-host": PUBLIC }, `http://${PUBLIC}`, 403, 200],
    [{ host: HERE, "x-forwarded-proto": "https" }, `https://${HERE}`, 403, 403],
    [{ host: HERE, ...through(`${PUBLIC}, evil.example`) }, ORIGIN, 403, 400],
    [{ host: HERE, ...through("a b") }, ORIGIN, 403, 400],
    [{ host: HERE, ...through("user@lab.example.org") }, ORIGIN, 403, 400],
    [{ host: HERE, ...through(PUBLIC, "javascript") }, ORIGIN, 403, 400],
    [{ host: "evil.example", ...through(PUBLIC) }, ORIGIN, 403, 403],
    [{ host: "evil.example" }, "http://evil.example", 403, 403],
  ];
  for (const trustProxy of [false, true]) {
    const keys = createKeys(PORT);
    const app = createApp({ keys, hosts: hostsOf(PORT), trustProxy, routes, report: assert.fail });
    const cookie = `${keys.cookieName}=${keys.redeem(keys.invite())!.cookie}`;
    for (const [headers, origin, untrusted, trusted] of table) {
      const sent = { ...headers, cookie, origin, "content-type": "application/json" };
      const answer = await app.request(
        new Request(`http://${HERE}/act`, { method: "POST", body: "{}", headers: sent }),
      );
      const expected = trustProxy ? trusted : untrusted;
      assert.equal(
        answer.status,
        expected,
        `${JSON.stringify(headers)} from ${origin}, trusted ${trustProxy}`,
      );
    }
  }
});

Deno.test("the way to the base path is told only to those that ask a host of ours", async () => {
  const app = createApp({
    ...{ keys: createKeys(PORT), hosts: hostsOf(PORT), base: "/plateau", trustProxy: true },
    ...{ routes, report: assert.fail },
  });
  const table: readonly [headers: Record<string, string>, status: number][] = [
    [{ host: HERE }, 303],
    [{ host: HERE, "x-forwarded-host": PUBLIC, "x-forwarded-proto": "https" }, 303],
    [{ host: "evil.example" }, 403],
    [{ host: "evil.example", "x-forwarded-host": PUBLIC }, 403],
    [{ host: HERE, "x-forwarded-host": "a b" }, 400],
  ];
  for (const [headers, status] of table) {
    const answer = await app.request(new Request(`http://${HERE}/plateau`, { headers }));
    assert.equal(answer.status, status, JSON.stringify(headers));
    assert.equal(answer.headers.get("location"), status === 303 ? "/plateau/" : null);
  }
});

Deno.test("a proxy may leave the host that was asked in the Host header", async () => {
  const keys = createKeys(PORT);
  const app = createApp({ keys, hosts: hostsOf(PORT), trustProxy: true, routes, report: assert.fail });
  const headers = { host: PUBLIC, "x-forwarded-host": PUBLIC, "x-forwarded-proto": "https" };
  const entered = await app.request(new Request(`http://${PUBLIC}/?token=${keys.invite()}`, { headers }));
  assert.equal(entered.status, 303);
  assert.match(entered.headers.get("set-cookie")!, /; Secure$/);
  const cookie = entered.headers.get("set-cookie")!.split(";")[0];
  assert.equal(
    (await app.request(new Request(`http://${PUBLIC}/`, { headers: { ...headers, cookie } }))).status,
    200,
  );
  const bare = await app.request(new Request(`http://${PUBLIC}/`, { headers: { host: PUBLIC, cookie } }));
  assert.equal(bare.status, 403, "a host that no proxy vouches for");
});

Deno.test("a base path is a path of plain names", () => {
  const good = [["", ""], ["/", ""], ["plateau", "/plateau"], ["/plateau/", "/plateau"], [
    "/a/b-1_c.d~",
    "/a/b-1_c.d~",
  ]];
  for (const [text, path] of good) assert.equal(basePath(text), path);
  for (
    const text of [
      "///",
      "/a//b",
      "/a b",
      "/a/../b",
      "/.",
      "/a?b",
      "/a#b",
      '/a"b',
      "/<b>",
      "/%2e",
      "/é",
      "a;b",
    ]
  ) {
    assert.throws(() => basePath(text), /^RangeError: invalid base path: .* \(as \/plateau\)$/, text);
  }
});
