import assert from "node:assert/strict";
import fc from "fast-check";
import { best } from "../../lib/criteria/best.ts";
import { last } from "../../lib/criteria/last.ts";
import { requireMetrics, UnknownMetric } from "../../lib/criteria/metric.ts";
import { asSelection, isBetter, select, selectionMetrics, selectionText } from "../../lib/criteria/select.ts";
import { values } from "./arbitraries.ts";

const rowsOf = (losses: readonly number[]) => losses.map((m, i) => ({ step: i + 1, metrics: { m } }));

Deno.test("best keeps the earliest of equals and never what is not finite, last keeps the last", () => {
  const cases: [number[], number | undefined, number | undefined][] = [
    // losses, step of the smallest, step of the greatest
    [[3, 1, 2, 1, 3], 2, 1],
    [[NaN, 2, -Infinity, 2, Infinity], 2, 2],
    [[NaN, NaN], undefined, undefined],
    [[], undefined, undefined],
  ];
  for (const [losses, least, greatest] of cases) {
    assert.equal(select(best("m", "min"), rowsOf(losses))?.step, least);
    assert.equal(select(best("m", "max"), rowsOf(losses))?.step, greatest);
    assert.equal(select(last(), rowsOf(losses))?.step, losses.length || undefined);
  }
});

Deno.test("what is kept is at least as good as every finite row, and better than every earlier one", () => {
  fc.assert(fc.property(fc.array(values), (losses) => {
    const rows = rowsOf(losses), kept = select(best("m", "min"), rows);
    for (const row of rows) {
      if (!Number.isFinite(row.metrics.m)) continue;
      assert.ok(
        kept && (row.step < kept.step ? kept.metrics.m < row.metrics.m : kept.metrics.m <= row.metrics.m),
      );
    }
  }));
});

Deno.test("a metric that was not measured never takes the place", () => {
  assert.equal(isBetter(best("m", "min"), { metrics: {} }, null), false);
});

Deno.test("a selection has a text, its metrics and a way back from JSON", () => {
  for (const selection of [best("validation.loss", "min"), last()]) {
    assert.deepEqual(asSelection(JSON.parse(JSON.stringify(selection))), selection);
  }
  assert.equal(selectionText(best("validation.loss", "min")), "best(validation.loss, min)");
  assert.equal(selectionText(last()), "last()");
  assert.deepEqual(selectionMetrics(best("validation.loss", "min")), ["validation.loss"]);
  assert.deepEqual(selectionMetrics(last()), []);
});

Deno.test("a selection that makes no sense is refused by name", () => {
  const cases: [() => unknown, string][] = [
    [() => best("validation.loss", "lowest" as "min"), 'invalid mode: "lowest" (min or max)'],
    [() => best("test.accuracy", "max"), "test.accuracy is reported, never obeyed: name a validation metric"],
    [() => asSelection({ kind: "first" }), 'invalid selection: {"kind":"first"} (kind best or last)'],
    [
      () => asSelection({ kind: "best", metric: "m", mode: "min", window: 3 }),
      "unknown option of best: window (has metric, mode)",
    ],
  ];
  for (const [make, message] of cases) assert.throws(make, { message });
});

Deno.test("an unknown metric is refused with those that there are", () => {
  assert.throws(() => requireMetrics(["val_los"], ["validation.loss", "validation.accuracy"]), (error) => {
    assert.ok(error instanceof UnknownMetric);
    assert.equal(error.message, "unknown metric: val_los (has validation.loss, validation.accuracy)");
    assert.deepEqual([error.metric, error.has], ["val_los", ["validation.loss", "validation.accuracy"]]);
    return true;
  });
});
