import assert from "node:assert/strict";
import { decode, encode } from "../../lib/notebook/codec.ts";
import type { FromPage, ToPage } from "../../lib/notebook/wire.ts";
import { type Running, startServer } from "./fixture.ts";

/** The bundler and the kernel are processes of their own; `end` stops them, which the sanitizers do not see. */
const options = { sanitizeOps: false, sanitizeResources: false };

/** A page without a browser: what it received, and its socket. */
async function join(running: Running, query = "") {
  const entered = await fetch(running.server.invite(), { redirect: "manual" });
  await entered.body?.cancel();
  const headers = { cookie: entered.headers.get("set-cookie")!.split(";")[0], origin: running.origin };
  const address = `${running.origin.replace("http", "ws")}/notebooks/small.ts/live${query}`;
  const socket = new WebSocket(address, { headers } as unknown as string[]);
  socket.binaryType = "arraybuffer";
  const received: ToPage[] = [];
  const closed = new Promise<number>((resolve) => socket.onclose = ({ code }) => resolve(code));
  socket.onmessage = ({ data }) => received.push(decode(new Uint8Array(data)) as ToPage);
  await new Promise((resolve) => socket.onopen = resolve);
  /** Waits for a message that the condition holds for. */
  const until = async <T>(find: (message: ToPage) => T | undefined): Promise<T> => {
    for (let round = 0; round < 400; round++) {
      for (const message of received) {
        const found = find(message);
        if (found !== undefined) return found;
      }
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    return assert.fail("the message did not come");
  };
  return { socket, received, closed, until, send: (message: FromPage) => socket.send(encode(message)) };
}

Deno.test("names that are no notebook are 404 on every route of a notebook", options, async () => {
  const running = await startServer();
  for (
    const path of [
      "nothing.ts",
      "small",
      "SMALL.ts",
      ".plateau",
      "nothing.ts/modules/a.js",
      "nothing.ts/graph.svg",
    ]
  ) {
    const response = await fetch(`${running.origin}/notebooks/${path}`, { headers: running.headers });
    await response.body?.cancel();
    assert.equal(response.status, 404, path);
  }
  const plain = await fetch(`${running.origin}/notebooks/small.ts/live`, { headers: running.headers });
  await plain.body?.cancel();
  assert.equal(plain.status, 426);
  await running.end();
});

Deno.test("a browser that asks for no notebook gets a page that leads to the index", options, async () => {
  const running = await startServer();
  const headers = { ...running.headers, accept: "text/html,*/*" };
  const response = await fetch(`${running.origin}/notebooks/%3Cb%3Enope.ts`, { headers });
  const page = await response.text();
  assert.equal(response.status, 404);
  assert.match(response.headers.get("content-type")!, /^text\/html/);
  assert.match(page, /No notebook is named <span class="mono">&lt;b&gt;nope\.ts<\/span>\./);
  assert.match(page, /<main[^]*<a href="\/">[^]*<\/main>/);
  const plain = await fetch(`${running.origin}/notebooks/nope.ts`, { headers: running.headers });
  assert.equal(await plain.text(), "unknown notebook: nope.ts\n");
  await running.end();
});

Deno.test("listing runs nothing, and opening a page runs the notebook", options, async () => {
  const running = await startServer();
  const index = async () => await (await fetch(`${running.origin}/`, { headers: running.headers })).text();
  assert.ok(!(await index()).includes("<span>open</span>"));
  await assert.rejects(Deno.stat(`${running.project}/.plateau/notebooks`));
  const page = await fetch(`${running.origin}/notebooks/small.ts`, { headers: running.headers });
  const html = await page.text();
  assert.equal(page.status, 200);
  assert.ok(html.includes("<h1>A small notebook</h1>") && html.includes("The first input moves the chart"));
  assert.ok((await index()).includes("<span>open</span>"));
  await running.end();
});

Deno.test(
  "a socket gets the notebook, its modules can be fetched, and its values arrive",
  options,
  async () => {
    const running = await startServer();
    const page = await join(running);
    const cells = await page.until((message) => message.t === "cells" ? message : undefined);
    for (const path of [cells.code, cells.vendor]) {
      assert.match(path, /^\/notebooks\/small\.ts\/modules\/[\w.-]+\.js$/);
      const response = await fetch(`${running.origin}${path}`, { headers: running.headers });
      assert.match(await response.text(), /export/);
      assert.match(response.headers.get("cache-control")!, /immutable/);
      assert.match(response.headers.get("content-type")!, /^text\/javascript/);
    }
    await page.until((message) =>
      message.t === "batch"
        ? message.events.find((event) => event.t === "value" && event.name === "counted")
        : undefined
    );
    page.socket.close();
    await running.end();
  },
);

Deno.test(
  "a message that is none of ours changes nothing, and one of a wrong kind ends the socket",
  options,
  async () => {
    const running = await startServer();
    const page = await join(running);
    await page.until((message) => message.t === "cells" ? message : undefined);
    page.send({ t: "set", name: "counted", value: 3 });
    page.socket.send(new Uint8Array([1, 2, 3]));
    page.socket.send(encode({ t: "evil" }));
    await page.until((message) =>
      message.t === "batch"
        ? message.events.find((event) => event.t === "state" && event.state === "done")
        : undefined
    );
    assert.equal(page.socket.readyState, WebSocket.OPEN);
    page.socket.send("text");
    assert.equal(await page.closed, 1003);
    const large = await join(running);
    large.socket.send(new Uint8Array(1_000_001));
    assert.equal(await large.closed, 1009);
    await running.end();
  },
);

Deno.test("a named engine that cannot start is said in the terminal and by the page", options, async () => {
  const before = Deno.env.get("LIBTENSORFLOW_PATH");
  Deno.env.set("LIBTENSORFLOW_PATH", "/nothing/libtensorflow.so");
  const running = await startServer(["small.ts"], { engine: "tensorflow" });
  await assert.rejects(running.server.engine); // it is tried a moment after the server listens
  if (before === undefined) Deno.env.delete("LIBTENSORFLOW_PATH");
  else Deno.env.set("LIBTENSORFLOW_PATH", before);
  assert.match(running.said[1], /^cannot train: .*\/nothing\/libtensorflow\.so/);
  const response = await fetch(`${running.origin}/notebooks/small.ts`, { headers: running.headers });
  assert.equal(response.status, 503);
  assert.match(await response.text(), /^cannot open small\.ts: .*\/nothing\/libtensorflow\.so/);
  await running.end();
});

Deno.test(
  "the graph of a notebook is a picture that runs nothing, whatever its cells are called",
  options,
  async () => {
    const running = await startServer();
    const evil = "</text></svg><script>alert(1)</script>";
    const text = `// %% ${evil}\nconst first = 1;\n// %% second\nfirst + 1;\n`;
    await Deno.writeTextFile(`${running.project}/notebooks/evil.ts`, text);
    const drawn = (file: string, headers: Record<string, string> = running.headers) =>
      fetch(`${running.origin}/notebooks/${file}/graph.svg`, { headers });
    for (const file of ["small.ts", "evil.ts"]) {
      const response = await drawn(file);
      const svg = await response.text();
      assert.equal(response.status, 200);
      assert.equal(response.headers.get("content-type"), "image/svg+xml; charset=UTF-8");
      assert.match(response.headers.get("content-security-policy")!, /^default-src 'none';.* sandbox$/);
      assert.equal(response.headers.get("cache-control"), "no-store");
      assert.ok(!svg.includes("<script") && svg.match(/<\/svg>/g)!.length === 1);
      assert.ok(svg.includes(file === "evil.ts" ? "&lt;/text&gt;" : ">counter<"));
    }
    const stranger = await drawn("small.ts", {});
    await stranger.body?.cancel();
    assert.equal(stranger.status, 401);
    await Deno.remove(`${running.project}/notebooks/evil.ts`);
    await Deno.writeTextFile(`${running.project}/notebooks/broken.ts`, "// %% a\nconst a = = 1;\n");
    assert.match(await (await drawn("broken.ts")).text(), /^<svg/);
    await assert.rejects(Deno.stat(`${running.project}/.plateau/notebooks`), "no session was opened");
    await running.end();
  },
);
