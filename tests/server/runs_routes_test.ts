import assert from "node:assert/strict";
import type { Store } from "../../lib/store/store.ts";
import { ReadOnlyStore, RunBeingWritten, UnknownRun } from "../../lib/store/store_fault.ts";
import { takeIn } from "../../lib/store/take_in.ts";
import { createApp } from "../../server/app.ts";
import { createKeys } from "../../server/auth.ts";
import { hostsOf } from "../../server/guard.ts";
import { decodeLines } from "../../server/lines_codec.ts";
import { createRunReader, type Readable } from "../../server/run_reader.ts";
import { createRunStore } from "../../server/run_store.ts";
import { changesOf } from "../../server/runs_feed.ts";
import { runsRoutes } from "../../server/routes/runs_routes.ts";
import { createViewers } from "../../server/viewers.ts";
import { falling, inStore, loggedRun, newRun, noAssets } from "./runs_fixture.ts";

const PORT = 8125;
const HERE = `127.0.0.1:${PORT}`;

/** The routes over a store, asked as their owner's page asks. */
function setUp(store: () => Promise<Store>) {
  const keys = createKeys(PORT);
  const runs = createRunStore(store, () => null);
  const routes = runsRoutes({ ...runs, assets: noAssets, viewers: createViewers({ isOpen: () => true }) });
  const app = createApp({ keys, hosts: hostsOf(PORT), routes, report: (error) => assert.fail(error) });
  const cookie = `${keys.cookieName}=${keys.redeem(keys.invite())!.cookie}`;
  const headers = { host: HERE, cookie, origin: `http://${HERE}`, "content-type": "application/json" };
  const ask = async (method: string, path: string, body?: unknown, more: Record<string, string> = {}) =>
    await app.request(
      new Request(`http://${HERE}${path}`, {
        method,
        headers: { ...headers, ...more },
        body: body === undefined ? undefined : typeof body === "string" ? body : JSON.stringify(body),
      }),
    );
  return { ask, routes };
}

const drawing = {
  metric: "validation.loss",
  axis: "step",
  smoothing: { kind: "ema", amount: 0 },
  range: null,
  logX: false,
  pixels: 500,
  raw: false,
  batches: {},
};

/** A store of three runs: one taken in from a log, one that ended, one that someone writes. */
const withRuns = (
  act: (setup: ReturnType<typeof setUp> & { store: Store; ids: string[] }) => Promise<void>,
) =>
  inStore(async (store) => {
    const logged = await takeIn(store, loggedRun("a", { series: { val_loss: falling(40) } }), "logs");
    const ended = await store.begin(newRun("b"));
    await ended.append({ "validation.loss": falling(20) });
    await ended.end("stopped", "no gain", null);
    const going = await store.begin(newRun("c"));
    await going.append({ "validation.loss": falling(10) });
    await act({ ...setUp(() => Promise.resolve(store)), store, ids: [logged, ended.id, going.id] });
    await going.release();
  });

Deno.test("the list has every run, newest first, with the version of the store", () =>
  withRuns(async ({ ask, store }) => {
    const listing = await (await ask("GET", "/runs/list")).json();
    assert.deepEqual(listing.rows.map(({ name }: { name: string }) => name), ["c", "b", "a"]);
    assert.equal(listing.version, await store.version());
    assert.equal(listing.fault, null);
    const page = await (await ask("GET", "/runs")).text();
    assert.ok(page.includes('<main class="page runs" id="main">') && page.includes('src="/r.js"'));
    assert.ok(!/<script(?![^>]* src=)|<style|\sstyle=|\son\w+=/.test(page), "nothing inline");
  }));

Deno.test("curves are asked for by a metric that runs may call differently", () =>
  withRuns(async ({ ask, ids }) => {
    const answer = await ask("POST", "/runs/series", { ids, ...drawing });
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get("content-type"), "application/octet-stream");
    const lines = decodeLines(await answer.arrayBuffer());
    assert.deepEqual(lines.map(({ id, tag, curve, stop }) => [id, tag, curve?.x.length, stop?.x]), [
      [ids[0], "val_loss", 40, 1000],
      [ids[1], "validation.loss", 20, 500],
      [ids[2], "validation.loss", 10, undefined],
    ]);
    const other = decodeLines(
      await (await ask("POST", "/runs/series", { ids, ...drawing, metric: "f1" })).arrayBuffer(),
    );
    assert.deepEqual(other.map(({ tag, curve }) => [tag, curve]), [[null, null], [null, null], [null, null]]);
  }));

Deno.test("what makes no sense is refused with one line that names it", () =>
  withRuns(async ({ ask, ids }) => {
    const one = [ids[0]];
    const cases: [status: number, path: string, body: unknown, text: RegExp][] = [
      [400, "/runs/series", "{", /^invalid request: /],
      [400, "/runs/series", {}, /^invalid request: ids: /],
      [400, "/runs/series", { ...drawing, ids: [] }, /^invalid request: ids: /],
      [400, "/runs/series", { ...drawing, ids: Array(2001).fill("a") }, /^invalid request: ids: /],
      [400, "/runs/series", { ...drawing, ids: one, axis: "weeks" }, /^invalid request: axis: /],
      [400, "/runs/series", { ...drawing, ids: one, pixels: 0 }, /^invalid request: pixels: /],
      [
        400,
        "/runs/series",
        { ...drawing, ids: one, range: [2, 1] },
        /^invalid request: range: from is not before to/,
      ],
      [
        400,
        "/runs/series",
        { ...drawing, ids: one, smoothing: { kind: "ema", amount: 1 } },
        /smoothing\.amount/,
      ],
      [400, "/runs/series", { ...drawing, ids: one, other: 1 }, /other/],
      [400, "/runs/series", { ...drawing, ids: one, batches: { batch: 0.5 } }, /batches\.batch/],
      [404, "/runs/series", { ...drawing, ids: ["nobody"] }, /^unknown run: nobody\n$/],
      [400, "/runs/tag", { ids: one, add: [" "], remove: [] }, /^invalid request: add\.0: /],
      [404, "/runs/tag", { ids: ["nobody"], add: [], remove: [] }, /^unknown run: nobody\n$/],
      [400, "/runs/delete", { ids: one, all: true }, /all/],
      [404, "/runs/delete", { ids: [ids[0], "nobody"] }, /^unknown run: nobody\n$/],
      [409, "/runs/delete", { ids }, /^cannot delete c: it is running\n$/],
    ];
    for (const [status, path, body, text] of cases) {
      const answer = await ask("POST", path, body), said = await answer.text();
      assert.equal(answer.status, status, `${path} ${JSON.stringify(body).slice(0, 80)}: ${said}`);
      assert.match(said, text);
      assert.equal(said.trim().split("\n").length, 1);
    }
    assert.equal((await ask("GET", "/runs/live")).status, 426);
    const { rows } = await (await ask("GET", "/runs/list")).json();
    assert.equal(rows.length, 3, "nothing was deleted");
  }));

Deno.test("runs are tagged and deleted, and the answer is the list as it is then", () =>
  withRuns(async ({ ask, ids, store }) => {
    await store.tag(ids[0], ["old", "keep"]);
    const tagged =
      await (await ask("POST", "/runs/tag", { ids: ids.slice(0, 2), add: [" new "], remove: ["old"] }))
        .json();
    const tags = new Map(tagged.rows.map(({ id, tags }: { id: string; tags: string[] }) => [id, tags]));
    assert.deepEqual(ids.map((id) => tags.get(id)), [["keep", "new"], ["new"], []]);
    const left = await (await ask("POST", "/runs/delete", { ids: [ids[0]] })).json();
    assert.deepEqual(left.rows.map(({ id }: { id: string }) => id), [ids[2], ids[1]]);
    assert.equal(await store.run(ids[0]), null);
  }));

Deno.test("a store that cannot be opened is said, and asked for again the next time", () =>
  inStore(async (store) => {
    let broken = true;
    const { ask } = setUp(() =>
      broken ? Promise.reject(new Error("damaged store: runs.sqlite")) : Promise.resolve(store)
    );
    const answer = await ask("GET", "/runs/list");
    assert.equal(answer.status, 503);
    assert.equal(await answer.text(), "damaged store: runs.sqlite\n");
    assert.equal((await ask("GET", "/runs")).status, 200, "the page is there to say it");
    broken = false;
    assert.equal((await ask("GET", "/runs/list")).status, 200);
  }));

Deno.test("what the store refuses is answered in its words", () =>
  withRuns(async ({ ask, ids, store }) => {
    const faults: [Error, number][] = [
      [new UnknownRun(ids[0]), 404],
      [new RunBeingWritten("c", 1), 409],
      [new ReadOnlyStore("damaged store: runs.sqlite"), 503],
    ];
    for (const [fault, status] of faults) {
      store.tag = () => Promise.reject(fault);
      const answer = await ask("POST", "/runs/tag", { ids: [ids[0]], add: ["x"], remove: [] });
      assert.equal(answer.status, status);
      assert.equal(await answer.text(), `${fault.message}\n`);
    }
  }));

Deno.test("every route of the runs is the owner's alone", () =>
  withRuns(async ({ ask, routes, ids }) => {
    for (const { method, path } of routes) {
      const body = method === "POST" ? { ids, add: [], remove: [], ...drawing } : undefined;
      assert.equal((await ask(method, path, body, { cookie: "" })).status, 401, path);
      assert.equal((await ask(method, path, body, { "sec-fetch-site": "cross-site" })).status, 403, path);
      if (method === "POST") {
        assert.equal((await ask(method, path, body, { origin: "http://evil.example" })).status, 403, path);
        assert.equal((await ask(method, path, body, { "content-type": "text/plain" })).status, 415, path);
      }
    }
  }));

Deno.test("the reader reads rows again only after a change, or when a writer may have died", () =>
  inStore(async (store) => {
    let now = 0, reads = 0;
    const counted: Readable = {
      version: () => store.version(),
      runs: () => (reads++, store.runs()),
      series: (id, tag) => store.series(id, tag),
    };
    const reader = createRunReader(counted, 1e6, () => now);
    await takeIn(store, loggedRun("a"));
    const first = await reader.listing();
    now += 60_000;
    assert.equal(await reader.listing(), first);
    const writer = await store.begin(newRun("b"));
    const second = await reader.listing();
    assert.deepEqual(second.rows.map(({ name }) => name), ["b", "a"]);
    assert.equal(await reader.listing(), second);
    now += 60_000;
    assert.notEqual(await reader.listing(), second, "b is looked at again");
    assert.equal(reads, 3);
    await writer.release();
  }));

Deno.test("series are kept in memory up to a bound, the ones that were used last", () =>
  inStore(async (store) => {
    const read: string[] = [];
    const counted: Readable = {
      version: () => store.version(),
      runs: () => store.runs(),
      series: (id, tag) => (read.push(id), store.series(id, tag)),
    };
    for (const name of "abc") await takeIn(store, loggedRun(name));
    const reader = createRunReader(counted, 5 * 40 * 8 * 2); // two series of five columns
    const [c, b, a] = (await reader.listing()).rows;
    for (const row of [a, b, a, c, a, b]) {
      assert.equal((await reader.series(row, "validation.loss"))!.step.length, 40);
    }
    assert.deepEqual(read, [a.id, b.id, c.id, b.id]);
    assert.equal(await reader.series(a, "nothing"), null);
  }));

Deno.test("what changed between two listings is new rows, other rows, and those that are gone", () =>
  inStore(async (store) => {
    const reader = createRunReader(store);
    const [a, b] = [await takeIn(store, loggedRun("a")), await takeIn(store, loggedRun("b"))];
    const before = await reader.listing();
    await store.tag(a, ["x"]);
    await store.remove(b);
    const c = await takeIn(store, loggedRun("c"));
    const message = changesOf(before, await reader.listing());
    assert.equal(message.t, "changed");
    assert.deepEqual(message.rows.map(({ id }) => id), [c, a]);
    assert.deepEqual("gone" in message && message.gone, [b]);
  }));
