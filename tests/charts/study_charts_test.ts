import assert from "node:assert/strict";
import { keptCurve } from "../../lib/charts/kept_curve.ts";
import { parameterResults } from "../../lib/charts/parameter_results.ts";
import { workDone } from "../../lib/charts/work_done.ts";

const size = { width: 400, narrow: true };

/** How many dots a figure of so many trials has. */
function dots(count: number): number {
  const results = Array.from({ length: count }, (_, i) => ({
    name: `trial ${i}`,
    value: 10 ** (-4 + 3 * ((i * 0.6180339887) % 1)),
    result: (i * i * 0.7548776662) % 1,
  }));
  const chart = parameterResults({
    parameter: "rate",
    metric: "loss",
    results,
    min: 1e-4,
    max: 0.1,
    log: true,
  });
  assert.match(chart.meta!, new RegExp(`^${count.toLocaleString("en")} trials`), "all are counted");
  const marks = chart.options(size).marks! as { ariaLabel?: string; data?: unknown[] }[];
  return marks.find(({ ariaLabel }) => ariaLabel === "dot")!.data!.length;
}

Deno.test("results of many trials are drawn once for each spot, those of few one by one", () => {
  assert.equal(dots(1_000), 1_000);
  assert.ok(dots(40_000) < 120 * 45);
  assert.ok(dots(40_000) > 3_000, "those that lie apart are all there");
});

Deno.test("work that was done is one bar a minute, and nothing is said in a sentence", () => {
  const chart = workDone({ what: "trials", counts: [0, 3, 5, 2] });
  assert.deepEqual([chart.title, chart.meta, chart.empty], [
    "Trials a minute",
    "10 in the last 4 minutes",
    undefined,
  ]);
  assert.ok(chart.options(size).marks!.length > 3);
  assert.equal(workDone({ what: "updates", counts: [0, 0] }).empty, "No updates in the last 2 minutes.");
});
Deno.test("what is kept stands whole in a line, however long a metric's name is", () => {
  const step = Array.from({ length: 200 }, (_, i) => 10 * (i + 1)), kept = step.map((at) => 1 / at);
  for (const metric of ["loss", "validation.mean_average_precision"]) {
    const text = keptCurve({ metric, step, kept, last: kept }).text(110);
    assert.match(text, /█.* {2}at step 2,000 0\.0005 with retrospective selection, 0\.0005 without$/);
    assert.equal(text.length, 110);
  }
});
