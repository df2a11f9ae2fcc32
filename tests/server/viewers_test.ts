/** What a viewer's page is told, and what it can do: look. */
import assert from "node:assert/strict";
import { openShares } from "../../server/shares.ts";
import { type Running, startServer } from "./fixture.ts";
import { lastValue, socketPage } from "./socket_page.ts";

/** The bundler and the kernel are processes of their own; `end` stops them, which the sanitizers do not see. */
const options = { sanitizeOps: false, sanitizeResources: false };

let shared: Promise<Running> | null = null;
/** A server that tests share which leave it as it was. */
const sharedServer = () => shared ??= startServer();
Deno.test.afterAll(async () => await (await shared)?.end());

const sharesOf = ({ project }: Running) => openShares(`${project}/.plateau/shares.json`);
const liveOf = ({ origin }: Running) => `${origin.replace("http", "ws")}/notebooks/small.ts/live`;

/** A browser that opened a new link to the notebook. */
async function viewer(running: Running) {
  const { share, key } = await sharesOf(running).add({ notebook: "small.ts" });
  const answer = await fetch(`${running.origin}/shared/${key}`);
  const page = await answer.text();
  const cookie = answer.headers.get("set-cookie")!;
  return {
    share,
    key,
    page,
    setCookie: cookie,
    headers: { cookie: cookie.split(";")[0], origin: running.origin },
  };
}

async function owner(running: Running) {
  const entered = await fetch(running.server.invite(), { redirect: "manual" });
  await entered.body?.cancel();
  return { cookie: entered.headers.get("set-cookie")!.split(";")[0], origin: running.origin };
}

const countIs = (page: Awaited<ReturnType<typeof socketPage>>) => () =>
  page.events().find((event) => event.t === "state" && event.state === "done") &&
  lastValue(page.events(), "counted");

Deno.test("a link gives a cookie of its own, and leads to its page without the key", options, async () => {
  const running = await sharedServer(), { share, key, page, setCookie, headers } = await viewer(running);
  const name = `plateau-${running.server.port}-${share.id}`;
  assert.match(
    setCookie,
    new RegExp(`^${name}=[\\w-]{43}; Path=/; HttpOnly; SameSite=Strict; Max-Age=\\d+$`),
  );
  const seconds = Number(/Max-Age=(\d+)/.exec(setCookie)![1]);
  assert.ok(seconds > 7 * 86_400 - 60 && seconds <= 7 * 86_400);
  assert.ok(!setCookie.includes(key.split(".")[1]));
  assert.match(page, /<meta http-equiv="refresh" content="0; url=\/notebooks\/small\.ts">/);
  const shown = await fetch(`${running.origin}/notebooks/small.ts`, { headers });
  const html = await shown.text();
  assert.equal(shown.status, 200);
  assert.ok(html.includes('data-role="viewer"') && html.includes("<h1>A small notebook</h1>"));
  assert.ok(
    !html.includes(key.split(".")[1]) && !/href="\/(runs)?"/.test(html) && !html.includes('id="native"'),
  );
  const mine = await fetch(`${running.origin}/shared/${key}`, { headers: running.headers });
  await mine.body?.cancel();
  assert.equal(mine.headers.get("set-cookie"), null, "its owner needs no cookie");
});

Deno.test("a message that holds a link is told title and summary, escaped", options, async () => {
  const running = await sharedServer();
  const evil = `// %% intro [markdown]\n// # "><script>alert(1)</script>\n//\n// A <b>summary</b> & more.\n`;
  await Deno.writeTextFile(`${running.project}/notebooks/evil.ts`, evil);
  const text = async (notebook: string) => {
    const { key } = await sharesOf(running).add({ notebook });
    return await (await fetch(`${running.origin}/shared/${key}`)).text();
  };
  const page = await text("small.ts");
  assert.ok(page.includes('<meta property="og:title" content="A small notebook">'));
  assert.ok(
    page.includes(
      '<meta property="og:description" content="It counts on the server and draws in the browser.">',
    ),
  );
  assert.ok(!page.includes("og:image"), "nothing was trained: there is nothing to draw");
  const hostile = await text("evil.ts");
  assert.ok(!hostile.includes("<script") && !hostile.includes("<b>"));
});

Deno.test("wrong links are answered 429 after 20 tries, and the right one still opens", options, async () => {
  const running = await sharedServer(), statuses: number[] = [];
  for (let index = 0; index < 40; index++) {
    const answer = await fetch(`${running.origin}/shared/abcdefgh.wrong`);
    await answer.body?.cancel();
    statuses.push(answer.status);
  }
  assert.deepEqual([...new Set(statuses.slice(0, 20))], [404]);
  assert.deepEqual([...new Set(statuses.slice(20))], [429]);
  assert.match((await viewer(running)).page, /A small notebook/);
});

Deno.test(
  "a viewer sees what the owner runs, asks for nothing, and is out when the link is revoked",
  options,
  async () => {
    const running = await sharedServer(), { share, headers } = await viewer(running);
    const mine = await socketPage(liveOf(running), await owner(running));
    await mine.until(countIs(mine));
    const theirs = await socketPage(liveOf(running), headers);
    await theirs.until(countIs(theirs));
    const hello = theirs.received[0];
    assert.ok(hello.t === "hello" && hello.role === "viewer");
    const before = mine.events().length;
    for (
      const message of [{ t: "run" }, { t: "restart" }, { t: "interrupt" }, {
        t: "set",
        name: "count",
        value: 5,
      }] as const
    ) {
      theirs.send(message);
    }
    mine.send({ t: "set", name: "count", value: 10 }); // what comes after it was heard after the viewer's
    const set = await mine.until(() =>
      mine.events().slice(before).find((event) => event.t === "state" || event.t === "input")
    );
    assert.ok(!(set.t === "input" && set.value === 5));
    const states = mine.events().slice(before).filter((event) => event.t === "kernel");
    assert.deepEqual(states, [], "no kernel was restarted");
    assert.equal(theirs.socket.readyState, WebSocket.OPEN);
    await sharesOf(running).revoke(share.id); // as another process does
    assert.equal(await theirs.closed, 1008);
    assert.equal(mine.socket.readyState, WebSocket.OPEN);
    const again = await fetch(`${running.origin}/notebooks/small.ts`, { headers });
    await again.body?.cancel();
    assert.equal(again.status, 401);
    mine.socket.close();
  },
);

Deno.test("revoking in the page closes open sockets before it answers", options, async () => {
  const running = await sharedServer(), { share, headers } = await viewer(running);
  const theirs = await socketPage(liveOf(running), headers);
  await theirs.until(() => theirs.received.find((each) => each.t === "cells"));
  const answer = await fetch(`${running.origin}/shares/revoke`, {
    method: "POST",
    headers: { ...running.headers, "content-type": "application/json" },
    body: JSON.stringify({ id: share.id }),
  });
  assert.ok(!(await answer.text()).includes(share.id));
  assert.equal(await theirs.closed, 1008);
});

Deno.test(
  "where nobody has opened the notebook a viewer sees its last values, and starts nothing",
  options,
  async () => {
    const running = await startServer();
    const mine = await socketPage(liveOf(running), await owner(running));
    const counted = await mine.until(countIs(mine));
    await running.server.close();
    const { server, origin, headers: bearer } = await running.again();
    const again = { ...running, server, origin, headers: bearer };
    const theirs = await socketPage(liveOf(again), (await viewer(again)).headers);
    const value = await theirs.until(() => lastValue(theirs.events(), "counted"));
    assert.equal(value.t === "value" && value.name, counted.t === "value" && counted.name);
    await new Promise((resolve) => setTimeout(resolve, 300)); // a kernel would say that it starts at once
    const kernels = theirs.events().flatMap((event) => event.t === "kernel" ? event.state : []);
    assert.deepEqual([...new Set(kernels)], ["ended"]);
    const one = await socketPage(liveOf(again), await owner(again));
    await one.until(() => one.events().find((event) => event.t === "kernel" && event.state === "ready"));
    one.socket.close();
    theirs.socket.close();
    await again.server.close();
    await running.end();
  },
);
