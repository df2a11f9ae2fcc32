import assert from "node:assert/strict";
import type { Store } from "../../lib/store/store.ts";
import { takeIn } from "../../lib/store/take_in.ts";
import { createRunReader } from "../../server/run_reader.ts";
import { createRunsFeed, type RunsMessage } from "../../server/runs_feed.ts";
import { falling, inStore, loggedRun, newRun } from "./runs_fixture.ts";

/** A page that listens, with its messages one after another. */
interface Listener {
  next(): Promise<RunsMessage>;
  close(): Promise<void>;
}

function listen(port: number, version: number | string): Promise<Listener> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/?version=${version}`);
  const came: RunsMessage[] = [], waiting: ((message: RunsMessage) => void)[] = [];
  const closed = new Promise<void>((resolve) => socket.onclose = () => resolve());
  socket.onmessage = ({ data }) => {
    const message = JSON.parse(data), take = waiting.shift();
    if (take) take(message);
    else came.push(message);
  };
  return new Promise((resolve, reject) => {
    socket.onerror = () => reject(new Error("the socket was refused"));
    socket.onopen = () =>
      resolve({
        next: () =>
          came.length > 0 ? Promise.resolve(came.shift()!) : new Promise((take) => waiting.push(take)),
        async close() {
          socket.close();
          await closed;
        },
      });
  });
}

/** A feed over a store on a port of its own. */
async function withFeed(
  act: (
    on: { store: Store; port: number; version: () => Promise<number>; looks: () => number },
  ) => Promise<void>,
): Promise<void> {
  await inStore(async (store) => {
    let looks = 0;
    const reader = createRunReader({
      version: () => (looks++, store.version()),
      runs: () => store.runs(),
      series: (id, tag) => store.series(id, tag),
    });
    const feed = createRunsFeed(() => Promise.resolve(reader), 20);
    const server = Deno.serve(
      { port: 0, hostname: "127.0.0.1", onListen: () => {} },
      (request) => feed.join(request),
    );
    await act({ store, port: server.addr.port, version: () => store.version(), looks: () => looks });
    feed.close();
    await server.shutdown();
  });
}

const namesOf = ({ rows }: RunsMessage) => rows.map(({ name }) => name);

Deno.test("a page that missed something is told everything, one that did not is told what changes", () =>
  withFeed(async ({ store, port, version }) => {
    await takeIn(store, loggedRun("a"));
    const before = await version();
    const b = await store.begin(newRun("b"));
    const late = await listen(port, before), fresh = await listen(port, await version());
    const all = await late.next();
    assert.equal(all.t, "all");
    assert.deepEqual(namesOf(all), ["b", "a"]);
    await b.append({ "validation.loss": falling(3) });
    for (const page of [late, fresh]) {
      const message = await page.next();
      assert.equal(message.t, "changed");
      assert.deepEqual(namesOf(message), ["b"]);
      assert.equal(message.version, await version());
    }
    await b.release();
    assert.deepEqual((await fresh.next()).rows.map(({ state }) => state), ["interrupted"]);
    await store.remove(b.id);
    const gone = await fresh.next();
    assert.deepEqual("gone" in gone && gone.gone, [b.id]);
    await Promise.all([late.close(), fresh.close()]);
  }));

Deno.test("a page that says nonsense of its version is told everything", () =>
  withFeed(async ({ store, port }) => {
    await takeIn(store, loggedRun("a"));
    for (const nonsense of ["", "x", "-1", "1e99"]) {
      const page = await listen(port, nonsense);
      assert.equal((await page.next()).t, "all", nonsense);
      await page.close();
    }
  }));

Deno.test("the store is not looked at while nobody listens", () =>
  withFeed(async ({ port, version, looks }) => {
    const page = await listen(port, await version());
    await new Promise((resolve) => setTimeout(resolve, 100));
    assert.ok(looks() > 2, `${looks()} looks`);
    await page.close();
    await new Promise((resolve) => setTimeout(resolve, 100));
    const before = looks();
    await new Promise((resolve) => setTimeout(resolve, 100));
    assert.equal(looks(), before);
  }));
