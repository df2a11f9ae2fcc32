import assert from "node:assert/strict";
import { startServer } from "./fixture.ts";
import { canInstall, withoutNative } from "./without_native.ts";
import { quickest } from "../quickest.ts";

/** The bundler keeps a process of its own; `end` stops it, which the sanitizers do not see. */
const options = { sanitizeOps: false, sanitizeResources: false };

/** What the server answers to raw bytes; "" when it only hangs up. */
async function raw(port: number, text: string | Uint8Array, wait = 2_000): Promise<string> {
  const socket = await Deno.connect({ hostname: "127.0.0.1", port });
  const timer = setTimeout(() => socket.close(), wait);
  let answer = "";
  try {
    await socket.write(typeof text === "string" ? new TextEncoder().encode(text) : text);
    const buffer = new Uint8Array(4096);
    const read = await socket.read(buffer);
    answer = new TextDecoder().decode(buffer.subarray(0, read ?? 0));
    socket.close();
  } catch {
    // closed by the other side, or by the timer
  }
  clearTimeout(timer);
  return answer;
}
const statusOf = (answer: string) => Number(answer.split(" ")[1] ?? 0);

Deno.test("one line has the address with its token, and one the engine and why", options, async () => {
  const { server, said, origin, end } = await startServer();
  assert.equal(said.length, 1);
  assert.match(said[0], /^http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{43}$/);
  const engine = await server.engine;
  assert.equal(said.length, 2);
  assert.ok(said[1].startsWith(`trains on cpu ${engine.version}, `), said[1]);
  const response = await fetch(said[0], { redirect: "manual" });
  assert.equal(response.status, 303);
  const cookie = response.headers.get("set-cookie")!.split(";")[0];
  await response.body?.cancel();
  const index = await fetch(`${origin}/`, { headers: { cookie } });
  const html = await index.text();
  assert.equal(index.status, 200);
  assert.ok(html.includes("A small notebook"), "the index has the title");
  assert.ok(html.includes("It counts on the server and draws in the browser."), "and the dek");
  assert.ok(!html.includes(said[0].split("=")[1]), "and not the token");
  await end();
});

Deno.test("where the native engine can be installed a third line offers it, unless an engine is named", {
  ...options,
  ignore: !canInstall,
}, () =>
  withoutNative(async () => {
    for (const [engine, offers] of [["auto", true], ["wasm", false]] as const) {
      const { server, said, origin, headers, end } = await startServer(["small.ts"], { engine });
      await server.engine;
      const line = /^the native engine trains small networks about \d+× faster \(\d+ MB\): deno task native$/;
      assert.equal(said.length, offers ? 3 : 2);
      assert.equal(line.test(said.at(-1)!), offers, said.at(-1));
      const index = await (await fetch(origin, { headers })).text();
      assert.equal(index.includes("trains small networks about"), offers);
      await end();
    }
  }));

Deno.test("when the port is taken, the next free one is used, and the line says so", options, async () => {
  const first = await startServer();
  const second = await startServer(["small.ts"], { port: first.server.port });
  assert.ok(second.server.port > first.server.port);
  assert.ok(second.said[0].endsWith(`(port ${first.server.port} is taken)`), second.said[0]);
  await first.end();
  await second.end();
});

Deno.test("raw requests: hosts that are missing, doubled or foreign are refused", options, async () => {
  const { server: { port, bearer }, end } = await startServer();
  const key = `Authorization: Bearer ${bearer}`;
  const here = `127.0.0.1:${port}`;
  const cases: readonly [string, number][] = [
    [`GET / HTTP/1.1\r\nHost: ${here}\r\n${key}\r\n\r\n`, 200],
    [`GET / HTTP/1.1\r\n${key}\r\n\r\n`, 400],
    [`GET / HTTP/1.0\r\n${key}\r\n\r\n`, 400],
    [`GET / HTTP/1.1\r\nHost:\r\n${key}\r\n\r\n`, 400],
    [`GET / HTTP/1.1\r\nHost: ${here}\r\nHost: evil.example\r\n${key}\r\n\r\n`, 400],
    [`GET / HTTP/1.1\r\nHost: evil.example:${port}\r\n${key}\r\n\r\n`, 403],
    [`GET http://evil.example/ HTTP/1.1\r\nHost: ${here}\r\n${key}\r\n\r\n`, 403],
    [`GET /notebooks/../../etc/hostname HTTP/1.1\r\nHost: ${here}\r\n${key}\r\n\r\n`, 404],
    [`GET /notebooks/%2e%2e/%2e%2e/etc/hostname HTTP/1.1\r\nHost: ${here}\r\n${key}\r\n\r\n`, 404],
    [`GET /notebooks/..%2f..%2fetc%2fhostname HTTP/1.1\r\nHost: ${here}\r\n${key}\r\n\r\n`, 400],
  ];
  for (const [text, status] of cases) assert.equal(statusOf(await raw(port, text)), status, text);
  await end();
});

Deno.test(
  "a socket is refused without a key, to a foreign host, and to a foreign origin",
  options,
  async () => {
    const { server: { port, bearer, invite }, end } = await startServer();
    const response = await fetch(invite(), { redirect: "manual" });
    await response.body?.cancel();
    const cookie = `Cookie: ${response.headers.get("set-cookie")!.split(";")[0]}`;
    const here = `127.0.0.1:${port}`;
    const upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n" +
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";
    const join = (...headers: string[]) =>
      raw(port, `GET /notebooks/small.ts/live HTTP/1.1\r\n${[upgrade, ...headers].join("\r\n")}\r\n\r\n`);
    const cases: readonly [string[], number][] = [
      [[`Host: ${here}`], 403],
      [[`Host: ${here}`, `Origin: http://${here}`], 401],
      [[`Host: ${here}`, "Origin: http://evil.example", cookie], 403],
      [[`Host: evil.example`, "Origin: http://evil.example", cookie], 403],
      [[`Host: localhost:${port}`, `Origin: http://${here}`, cookie], 403],
      [[`Host: ${here}`, cookie], 403],
      [[`Host: ${here}`, cookie, `Authorization: Bearer ${bearer}`], 403],
      [[`Host: ${here}`, `Origin: http://${here}`, "Authorization: Bearer wrong"], 401],
    ];
    for (const [headers, status] of cases) {
      assert.equal(
        statusOf(await join(...headers)),
        status,
        headers.join(", "),
      );
    }
    await end();
  },
);

Deno.test("assets are immutable, typed and named by content; others are 404", options, async () => {
  const { origin, headers, end } = await startServer();
  const index = await (await fetch(`${origin}/`, { headers })).text();
  const names = [...index.matchAll(/\/assets\/[\w.]+/g)].map(([name]) => name);
  assert.equal(new Set(names).size, 3);
  for (const name of names) {
    const response = await fetch(`${origin}${name}`, { headers });
    const text = await response.text();
    assert.equal(response.status, 200);
    assert.match(
      response.headers.get("content-type")!,
      name.endsWith(".css") ? /^text\/css/ : /^text\/javascript/,
    );
    assert.match(response.headers.get("cache-control")!, /immutable/);
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
    assert.ok(name.includes(`.${new Uint8Array(digest).slice(0, 8).toHex()}.`));
  }
  for (const name of ["nothing.js", "page.css", "page.0000000000000000.css"]) {
    const response = await fetch(`${origin}/assets/${name}`, { headers });
    await response.body?.cancel();
    assert.equal(response.status, 404);
  }
  await end();
});

Deno.test("half-open and broken requests do not hold up the others", options, async () => {
  const { server: { port }, origin, headers, end } = await startServer();
  const halves = await Promise.all(Array.from({ length: 100 }, async () => {
    const socket = await Deno.connect({ hostname: "127.0.0.1", port });
    await socket.write(new TextEncoder().encode("GET / HTTP/1.1\r\nHost: 127"));
    return socket;
  }));
  for (let round = 0; round < 50; round++) {
    const noise = crypto.getRandomValues(new Uint8Array(200));
    const status = statusOf(await raw(port, noise, 100));
    assert.ok(status < 500, `status ${status}`);
  }
  const took = await quickest(2_000, async () => {
    const response = await fetch(`${origin}/`, { headers });
    await response.body?.cancel();
    assert.equal(response.status, 200);
  });
  assert.ok(took < 2_000, `${took} ms`);
  for (const socket of halves) socket.close();
  await end();
});
