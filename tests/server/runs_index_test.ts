import assert from "node:assert/strict";
import { indexPage } from "../../server/pages/index_page.ts";
import { lastEnded, lastRun, lastRunMarkup, runsMarkup, runsOf } from "../../server/pages/last_run.ts";
import { type Recent, recentRuns } from "../../server/pages/recent_runs.ts";
import { falling, runRow } from "./runs_fixture.ts";

const EVIL = `"><script>alert(1)</script>'&`;
const recent = (given: Partial<Recent>) => recentRuns({ rows: [], total: 0, fault: "", ...given }).text;

Deno.test("the index has the newest runs: symbol, name, where each stopped, how good it was and when", () => {
  const rows = [
    runRow("a1", { name: EVIL, state: "running", step: 7400 }),
    runRow("b2", { state: "diverged", kind: "lr" }),
    runRow("c3", { best: null, state: "interrupted" }),
  ];
  const text = recent({ rows, total: 1480 });
  assert.ok(!text.includes("<script"));
  assert.match(text, /<a\s+href="\/runs"\s+id="all-runs"\s*>All 1,480<\/a\s*>/);
  const cells = [...text.matchAll(/<td[^>]*>([\s\S]*?)<\/td\s*>/g)].map(([, cell]) =>
    cell.replace(/<[^>]*>/g, " ").replace(/\s+/g, " ").trim()
  );
  assert.deepEqual(cells.slice(1), [
    ...["7,400", "0.300", "1 Jan 1970, 00:00 UTC"],
    ...["b2 diverged", "1,000", "–", "1 Jan 1970, 00:00 UTC"],
    ...["c3 interrupted", "1,000", "–", "1 Jan 1970, 00:00 UTC"],
  ]);
  assert.ok(text.includes('href="/runs?runs=b2"') && text.includes("var(--p-lr)"));
});

Deno.test("an empty store and one that cannot be read are said in words", () => {
  assert.ok(recent({}).includes("No runs yet. Run a notebook."));
  assert.ok(!recent({}).includes("All 0"));
  const broken = recent({ fault: "damaged store: runs.sqlite" });
  assert.ok(broken.includes("damaged store: runs.sqlite") && !broken.includes("No runs yet"));
  const page = indexPage(
    [],
    { style: "", theme: "", script: "", runs: "", studies: "", loops: "" },
    { state: "none" },
    {
      rows: [],
      total: 0,
      fault: "x",
    },
  );
  assert.ok(page.includes("No notebooks yet."), "the notebooks are there all the same");
});

Deno.test("a notebook shows how its newest run ended, and what was saved against its longest", () => {
  const rows = [
    runRow("d", { state: "running", step: 100 }),
    runRow("e", { from: "notebooks/b.ts" }),
    runRow("f", { state: "failed", best: null }),
    runRow("g", { step: 600 }),
    runRow("h", { step: 1000 }),
  ];
  const own = runsOf(rows, "a.ts");
  assert.deepEqual(own.map(({ id }) => id), ["d", "f", "g", "h"]);
  const ended = lastEnded(own)!;
  assert.equal(ended.id, "g");
  const known = { runs: own.length, last: lastRun(ended, falling(24), 1000) };
  assert.equal(runsMarkup(known)!.text, "<span>4 runs</span>");
  const text = lastRunMarkup(known)!.text;
  assert.ok(text.includes("step 600") && text.includes("saves 40%") && text.includes("<circle"));
  assert.ok(!lastRunMarkup({ ...known, last: lastRun(ended, falling(24), 600) })!.text.includes("saves"));
  assert.equal(lastRunMarkup({ runs: 0, last: null }), null);
  assert.equal(runsMarkup({ runs: 0, last: null }), null);
});
