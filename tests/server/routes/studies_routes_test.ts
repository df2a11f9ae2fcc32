import assert from "node:assert/strict";
import type { Store } from "../../../lib/store/store.ts";
import { createApp } from "../../../server/app.ts";
import { createKeys } from "../../../server/auth.ts";
import { hostsOf } from "../../../server/guard.ts";
import { createRunStore } from "../../../server/run_store.ts";
import { studiesRoutes } from "../../../server/routes/studies_routes.ts";
import { studyPath } from "../../../server/study_address.ts";
import { createStudyFeeds } from "../../../server/study_feeds.ts";
import { inStore, noAssets } from "../runs_fixture.ts";
import { addStudy } from "../studies_fixture.ts";

const PORT = 8126;
const HERE = `127.0.0.1:${PORT}`;
const NAME = `a/b "c"<i>`;

function setUp(store: () => Promise<Store>) {
  const keys = createKeys(PORT), runs = createRunStore(store, () => null);
  const routes = studiesRoutes({ ...runs, feeds: createStudyFeeds(runs.studies), assets: noAssets });
  const app = createApp({ keys, hosts: hostsOf(PORT), routes, report: (error) => assert.fail(error) });
  const cookie = `${keys.cookieName}=${keys.redeem(keys.invite())!.cookie}`;
  const headers = { host: HERE, cookie, origin: `http://${HERE}`, "content-type": "application/json" };
  const ask = async (method: string, path: string, body?: unknown, more: Record<string, string> = {}) =>
    await app.request(
      new Request(`http://${HERE}${path}`, {
        method,
        headers: { ...headers, ...more },
        body: body === undefined ? undefined : JSON.stringify(body),
      }),
    );
  return { ask, routes, json: async (path: string) => await (await ask("GET", path)).json() };
}

const withStudy = (act: (setup: ReturnType<typeof setUp> & { store: Store }) => Promise<void>) =>
  inStore(async (store) => {
    await store.studies.enrol({ host: "here", engine: "cpu 4.22.0" });
    const end = (number: number) => number === 3 ? "failed" : number === 4 ? "pruned" : "done";
    await addStudy(store, { name: NAME, trials: 12, trained: 10, curves: 6, end });
    await act({ ...setUp(() => Promise.resolve(store)), store });
  });

Deno.test("pages of studies, of one and of the fleet carry nothing inline, and a name is text", () =>
  withStudy(async ({ ask }) => {
    for (const path of ["/studies", "/fleet", studyPath(NAME)]) {
      const answer = await ask("GET", path), page = await answer.text();
      assert.equal(answer.status, 200, path);
      assert.ok(page.includes('src="/st.js"') && page.includes('<main class="page'), path);
      assert.ok(!/<script(?![^>]* src=)|<style|\sstyle=|\son\w+=|<i>/.test(page), `${path}: nothing inline`);
    }
    const missing = await ask("GET", studyPath("nobody"));
    assert.deepEqual([missing.status, await missing.text()], [404, "unknown study: nobody\n"]);
  }));

Deno.test("a study comes with all of its trials, its space, its best and how it stands", () =>
  withStudy(async ({ json, store }) => {
    const { t, study, trials } = await json(`${studyPath(NAME)}/trials`);
    assert.equal(t, "all");
    assert.deepEqual(trials, JSON.parse(JSON.stringify(await store.studies.trials(NAME))));
    assert.equal(study.name, NAME);
    assert.deepEqual(Object.keys(study.space), ["schedule.rate", "batch"]);
    assert.deepEqual([study.counts.done, study.counts.failed, study.counts.waiting], [8, 1, 2]);
    const best = trials.filter(({ best }: { best: unknown }) => best !== null)
      .sort((a: { best: { value: number } }, b: { best: { value: number } }) =>
        a.best.value - b.best.value
      )[0];
    assert.deepEqual([study.best.number, study.best.value], [best.number, best.best.value]);
    assert.ok(!("plan" in study), "nobody reads a plan in a page");
  }));

Deno.test("findings of the rows are of all trials, those of curves say of how many", () =>
  withStudy(async ({ json }) => {
    type Found = {
      trials: number;
      curves: number;
      findings: { kind: string; of: number; needsCurves: boolean; text: string; action: string }[];
    };
    const rows: Found = await json(`${studyPath(NAME)}/findings`);
    assert.deepEqual([rows.trials, rows.curves], [10, 0]);
    assert.ok(
      rows.findings.length > 0 && rows.findings.every(({ needsCurves, of }) => !needsCurves && of === 10),
    );
    const both: Found = await json(`${studyPath(NAME)}/findings?curves=1`);
    assert.deepEqual([both.trials, both.curves], [10, 6], "six have a run");
    assert.ok(both.findings.length <= 5);
    assert.ok(both.findings.some(({ needsCurves, of }) => needsCurves && of === both.curves));
  }));

Deno.test("a study is paused, goes on, and trials that failed wait again", () =>
  withStudy(async ({ ask, store }) => {
    const path = studyPath(NAME);
    assert.equal((await ask("POST", `${path}/pause`, { paused: true })).status, 200);
    assert.equal((await store.studies.get(NAME))!.paused, true);
    assert.equal(await store.studies.claim(null), null, "nobody claims of it");
    assert.equal((await ask("POST", `${path}/pause`, { paused: false })).status, 200);
    assert.deepEqual(await (await ask("POST", `${path}/retry`, {})).json(), { trials: 1 });
    assert.equal((await store.studies.get(NAME))!.counts.failed, 0);
    const cases: [status: number, path: string, body: unknown, text: RegExp][] = [
      [400, `${path}/pause`, { paused: "yes" }, /^invalid request: paused: /],
      [400, `${path}/pause`, {}, /^invalid request: paused: /],
      [400, `${path}/retry`, { all: true }, /all/],
      [404, `${studyPath("nobody")}/pause`, { paused: true }, /^unknown study: nobody/],
      [404, `${studyPath("nobody")}/retry`, {}, /^unknown study: nobody/],
    ];
    for (const [status, path, body, text] of cases) {
      const answer = await ask("POST", path, body), said = await answer.text();
      assert.deepEqual([answer.status, said.trim().split("\n").length], [status, 1], said);
      assert.match(said, text);
    }
  }));

Deno.test("the fleet is its workers, what waits, what was done and what failed", () =>
  withStudy(async ({ json, store }) => {
    const claim = (await store.studies.claim(NAME))!;
    const { studies, workers, work, failures, failed } = await json("/fleet/state");
    assert.deepEqual(studies.map(({ name }: { name: string }) => name), [NAME]);
    assert.deepEqual(
      workers.map(({ host, engine, alive, trial, ended, failed }: Record<string, unknown>) => (
        { host, engine, alive, trial, ended, failed }
      )),
      [{
        host: "here",
        engine: "cpu 4.22.0",
        alive: true,
        trial: { study: NAME, trial: claim.trial },
        ended: 10,
        failed: 1,
      }],
    );
    assert.equal(work.minutes.length, 60);
    assert.equal(work.minutes.reduce((sum: number, { trials }: { trials: number }) => sum + trials, 0), 10);
    assert.deepEqual([failed, failures[0].study, failures[0].trial, failures[0].state], [
      1,
      NAME,
      3,
      "failed",
    ]);
    await store.studies.release(claim);
  }));

Deno.test("every route of studies is the owner's alone, and asks for its exact origin", () =>
  withStudy(async ({ ask, routes }) => {
    for (const { method, path: pattern, access } of routes) {
      assert.equal(access, "owner");
      const path = pattern.replace(":name", "x"), body = method === "POST" ? { paused: true } : undefined;
      assert.equal((await ask(method, path, body, { cookie: "" })).status, 401, path);
      assert.equal((await ask(method, path, body, { "sec-fetch-site": "cross-site" })).status, 403, path);
      if (method === "POST") {
        assert.equal((await ask(method, path, body, { origin: "http://evil.example" })).status, 403, path);
        assert.equal((await ask(method, path, body, { "content-type": "text/plain" })).status, 415, path);
      }
    }
    assert.equal((await ask("GET", "/fleet/live")).status, 426);
    assert.equal((await ask("GET", `${studyPath(NAME)}/live`)).status, 426);
  }));

Deno.test("a store that cannot be opened is said where studies are asked for", async () => {
  const { ask } = setUp(() => Promise.reject(new Error("damaged store: runs.sqlite")));
  for (const path of ["/fleet/state", "/studies/a/trials"]) {
    const answer = await ask("GET", path);
    assert.deepEqual([answer.status, await answer.text()], [503, "damaged store: runs.sqlite\n"]);
  }
  assert.equal((await ask("GET", "/studies")).status, 200, "the page is there to say it");
});
