/** Who may call which route: every route of the server, by everybody who may come to it. */
import assert from "node:assert/strict";
import { openStore } from "../../lib/store/open_store.ts";
import { openShares, type Scope } from "../../server/shares.ts";
import { type Running, startServer } from "../server/fixture.ts";
import { falling, newRun } from "../server/runs_fixture.ts";

/** The bundler keeps a process of its own; `end` stops it, which the sanitizers do not see. */
const options = { sanitizeOps: false, sanitizeResources: false };
const ROUTES = new URL("../../server/routes/", import.meta.url);

/** Who calls: nobody, viewers by a link to this notebook, another one, this run or another one, and the owner. */
const CALLERS = ["nobody", "this", "other", "run", "otherRun", "expired", "revoked", "owner"] as const;
type Caller = typeof CALLERS[number];
type Statuses = Readonly<Record<Caller, number | "reached">>;

/** What only its owner may do, who is answered by the route itself. */
const OWNER: Statuses = {
  nobody: 401,
  this: 403,
  other: 403,
  run: 403,
  otherRun: 403,
  expired: 401,
  revoked: 401,
  owner: "reached",
};
const open = (status: number): Statuses =>
  Object.fromEntries(CALLERS.map((each) => [each, status])) as unknown as Statuses;
const notebook = (status: number): Statuses => ({ ...OWNER, this: status, owner: status });
const runs = (status: number): Statuses => ({ ...OWNER, run: status, otherRun: status, owner: status });
const viewers = (status: number): Statuses => ({
  ...notebook(status),
  ...runs(status),
  this: status,
  other: status,
});

/** By the line in which the route is declared. */
const EXPECTED: Readonly<Record<string, Statuses>> = {
  "GET /": OWNER,
  "GET /notebooks/:file": notebook(200),
  "GET /notebooks/:file/graph.svg": notebook(200),
  "GET /notebooks/:file/live": notebook(426),
  "GET /notebooks/:file/modules/:name": notebook(404),
  "GET /notebooks/:file/allow": { ...OWNER, owner: 403 }, // a page asks that a person opened
  "POST /allow": open(403), // a ticket that is none
  "POST /notebooks/:file/report": OWNER,
  "GET /notebooks/:file/report": OWNER,
  "GET /notebooks/:file/report/file": OWNER,
  "GET /runs": runs(200),
  "GET /runs/list": runs(200),
  "POST /runs/series": { ...runs(200), otherRun: 404 },
  "GET /runs/live": runs(426),
  "POST /runs/tag": OWNER,
  "POST /runs/delete": OWNER,
  "GET /native": OWNER,
  "POST /native": OWNER,
  "GET /assets/:name": viewers(404),
  "GET /shared/:key": open(404), // a key that is none
  "GET /shared/:key/picture.png": open(404),
  "GET /shares": OWNER,
  "POST /shares": OWNER,
  "POST /shares/revoke": OWNER,
};

/** Every route that a file of routes declares. */
async function declared(): Promise<string[]> {
  const found: string[] = [];
  for await (const { name } of Deno.readDir(ROUTES)) {
    const text = await Deno.readTextFile(new URL(name, ROUTES));
    for (const [, method, path] of text.matchAll(/method: "([A-Z]+)",\s*path: "([^"]+)"/g)) {
      found.push(`${method} ${path}`);
    }
  }
  return found;
}

async function withRuns(project: string): Promise<[string, string]> {
  const store = await openStore(`${project}/.plateau/runs.sqlite`), ids: string[] = [];
  for (const name of ["one", "two"]) {
    const writer = await store.begin(newRun(name));
    await writer.append({ "validation.loss": falling(40) });
    await writer.end("stopped", "", null);
    ids.push(writer.id);
  }
  await store.close();
  return ids as [string, string];
}

/** The headers by which each caller comes: those of viewers with the cookie of their link. */
async function callers(
  running: Running,
  [run, otherRun]: readonly string[],
): Promise<Record<Caller, Record<string, string>>> {
  const path = `${running.project}/.plateau/shares.json`, now = openShares(path);
  const before = openShares(path, () => Date.now() - 8 * 86_400_000);
  const cookie = async (scope: Scope, shares = now, close = false) => {
    const { share, key } = await shares.add(scope), { cookie } = shares.open(key)!;
    if (close) await shares.revoke(share.id);
    return { cookie: `plateau-${running.server.port}-${share.id}=${cookie}`, origin: running.origin };
  };
  const expired = await cookie({ notebook: "small.ts" }, before);
  return {
    nobody: { origin: running.origin },
    this: await cookie({ notebook: "small.ts" }),
    other: await cookie({ notebook: "other.ts" }),
    run: await cookie({ run }),
    otherRun: await cookie({ run: otherRun }),
    expired,
    revoked: await cookie({ notebook: "small.ts" }, now, true),
    owner: running.headers,
  };
}

const series = (id: string) => ({
  ids: [id],
  metric: "validation.loss",
  axis: "step",
  smoothing: { kind: "ema", amount: 0 },
  range: null,
  logX: false,
  pixels: 500,
  raw: false,
  batches: {},
});

Deno.test(
  "every route is called by everybody who may come to the server, and answers whom it may",
  options,
  async () => {
    assert.deepEqual(
      (await declared()).sort(),
      Object.keys(EXPECTED).sort(),
      "every route has its line here",
    );
    const running = await startServer(["small.ts"]);
    const folder = `${running.project}/notebooks`;
    await Deno.copyFile(`${folder}/small.ts`, `${folder}/other.ts`);
    const ids = await withRuns(running.project), headers = await callers(running, ids);
    await running.server.engine;
    const values = { ":file": "small.ts", ":name": "nothing.js", ":key": "aaaaaaaa.wrong" };
    for (const [route, statuses] of Object.entries(EXPECTED)) {
      const [method, pattern] = route.split(" ");
      const path = pattern.replace(/:\w+/g, (name) => values[name as keyof typeof values]);
      const body = path === "/runs/series" ? series(ids[0]) : { seconds: "none" };
      for (const caller of CALLERS) {
        const response = await fetch(running.origin + path, {
          method,
          headers: {
            ...headers[caller],
            ...(method === "POST" ? { "content-type": "application/json" } : {}),
          },
          ...(method === "POST" ? { body: JSON.stringify(body) } : {}),
        });
        const text = await response.text(),
          expected = statuses[caller],
          where = `${route} by ${caller}: ${text}`;
        if (expected === "reached") assert.ok(response.status !== 401 && response.status !== 403, where);
        else assert.equal(response.status, expected, where);
        const out = statuses === OWNER && response.status === 403;
        if (out) assert.equal(text, "refused: this was not shared with you\n", where);
      }
    }
    await running.end();
  },
);

Deno.test("a viewer is told the same of what is not shared as of what there is not", options, async () => {
  const running = await startServer(["small.ts"]);
  const headers = (await callers(running, await withRuns(running.project))).this;
  const answers = new Set<string>();
  const paths = [
    "/",
    "/notebooks/other.ts",
    "/notebooks/nothing.ts",
    "/nothing",
    "/runs",
    "/notebooks/small.ts/nothing",
  ];
  for (const path of paths) {
    for (const method of ["GET", "POST", "DELETE"]) {
      const response = await fetch(running.origin + path, {
        method,
        headers: { ...headers, "content-type": "application/json" },
        ...(method === "POST" ? { body: "{}" } : {}),
      });
      answers.add(`${response.status} ${await response.text()} ${response.headers.get("allow")}`);
    }
  }
  assert.deepEqual([...answers], ["403 refused: this was not shared with you\n null"]);
  await running.end();
});

Deno.test(
  "the list of a run's viewer has that run alone, and none of the store's paths",
  options,
  async () => {
    const running = await startServer(["small.ts"]);
    const ids = await withRuns(running.project), headers = await callers(running, ids);
    const list = async (caller: Caller) =>
      (await (await fetch(`${running.origin}/runs/list`, { headers: headers[caller] })).json()).rows
        .map(({ id }: { id: string }) => id);
    assert.deepEqual(await list("run"), [ids[0]]);
    assert.deepEqual(await list("otherRun"), [ids[1]]);
    const both = { ...headers.run, cookie: `${headers.run.cookie}; ${headers.otherRun.cookie}` };
    const rows = (await (await fetch(`${running.origin}/runs/list`, { headers: both })).json()).rows;
    assert.deepEqual(
      rows.map(({ id }: { id: string }) => id).sort(),
      [...ids].sort(),
      "two links show two runs",
    );
    const page = await (await fetch(`${running.origin}/runs`, { headers: headers.run })).text();
    assert.ok(page.includes('data-role="viewer"') && !page.includes(`href="/"`));
    await Deno.writeTextFile(`${running.project}/.plateau/runs.sqlite`, "damaged");
    const broken = await fetch(`${running.origin}/runs/list`, { headers: headers.run });
    assert.ok(!(await broken.text()).includes(running.project));
    await running.end();
  },
);
