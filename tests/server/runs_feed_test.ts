import assert from "node:assert/strict";
import type { Store } from "../../lib/store/store.ts";
import { takeIn } from "../../lib/store/take_in.ts";
import { createRunReader, type Listing, type RunReader } from "../../server/run_reader.ts";
import { createRunsFeed, type RunsMessage, type RunsViewer } from "../../server/runs_feed.ts";
import { falling, inStore, loggedRun, newRun, runRow } from "./runs_fixture.ts";

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

Deno.test("what has changed is found once for all pages that have the same listing", async () => {
  let version = 1, read = 0;
  const listing = (): Listing => ({
    version,
    get rows() {
      read++;
      return [];
    },
    byId: new Map(),
  });
  let now = listing();
  const reader = { listing: () => Promise.resolve(now) } as RunReader;
  const feed = createRunsFeed(() => Promise.resolve(reader), 20);
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    (request) => feed.join(request),
  );
  const pages = await Promise.all(Array.from({ length: 20 }, () => listen(server.addr.port, 1)));
  read = 0;
  version = 2;
  now = listing();
  assert.deepEqual(
    new Set((await Promise.all(pages.map((page) => page.next()))).map((each) => each.version)),
    new Set([2]),
  );
  assert.ok(read <= 4, `listings were gone through ${read} times`);
  await Promise.all(pages.map((page) => page.close()));
  feed.close();
  await server.shutdown();
});

Deno.test("no more viewers come in than may, also when they come at once", async () => {
  const now: Listing = { version: 1, rows: [], byId: new Map() };
  const feed = createRunsFeed(
    () => Promise.resolve({ listing: () => Promise.resolve(now) } as RunReader),
    20,
  );
  let inside = 0;
  const viewer: RunsViewer = { seen: new Set(), isFull: () => inside >= 3, entered: () => void inside++ };
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    (request) => feed.join(request, viewer),
  );
  const came = await Promise.allSettled(Array.from({ length: 10 }, () => listen(server.addr.port, 1)));
  const pages = came.flatMap((each) => each.status === "fulfilled" ? [each.value] : []);
  assert.deepEqual([pages.length, inside], [3, 3]);
  await Promise.all(pages.map((page) => page.close()));
  feed.close();
  await server.shutdown();
});

Deno.test("what waits for a page that does not read is bounded, and it is told all changes when it reads", async () => {
  const row = (version: number) => ({ ...runRow("a"), version, name: "n".repeat(500_000) });
  const listing = (version: number): Listing => {
    const rows = [row(version)];
    return { version, rows, byId: new Map(rows.map((each) => [each.id, each])) };
  };
  let now = listing(1), looks = 0;
  const reader = { listing: () => (looks++, Promise.resolve(now)) } as RunReader;
  const feed = createRunsFeed(() => Promise.resolve(reader), 5);
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    (request) => feed.join(request),
  );
  const { port } = server.addr, connection = await Deno.connect({ hostname: "127.0.0.1", port });
  const asks = `GET /?version=1 HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\n` +
    "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";
  await connection.write(new TextEncoder().encode(asks));
  const LAST = 100;
  while (now.version < LAST) {
    const before = looks;
    now = listing(now.version + 1);
    while (looks <= before) await new Promise((resolve) => setTimeout(resolve, 1));
  }
  const decoder = new TextDecoder(), part = new Uint8Array(1 << 16);
  let bytes = 0, tail = "";
  while (!tail.includes(`"version":${LAST}`)) {
    const read = await connection.read(part);
    assert.ok(read !== null, "the socket was closed");
    bytes += read;
    tail = (tail + decoder.decode(part.subarray(0, read))).slice(-600_000);
  }
  assert.ok(bytes < 25_000_000, `${bytes} bytes of 50,000,000`);
  connection.close();
  feed.close();
  await server.shutdown();
});
