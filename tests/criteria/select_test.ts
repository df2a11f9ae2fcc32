import assert from "node:assert/strict";
import fc from "fast-check";
import { best } from "../../lib/criteria/best.ts";
import { last } from "../../lib/criteria/last.ts";
import { requireMetrics, UnknownMetric } from "../../lib/criteria/metric.ts";
import { asSelection, ranked, select, selectionMetrics, selectionText } from "../../lib/criteria/select.ts";
import { keras } from "../../lib/criteria/compat/keras.ts";
import { lightgbm } from "../../lib/criteria/compat/lightgbm.ts";
import { maxSteps } from "../../lib/criteria/max_steps.ts";
import { restoredBy } from "../../lib/criteria/restored_by.ts";
import { initialSelection, observeSelection } from "../../lib/criteria/select.ts";
import type { Selection } from "../../lib/criteria/selection.ts";
import { windowMean } from "../../lib/criteria/window_mean.ts";
import { evaluations } from "../../lib/durations.ts";
import { selections, values } from "./arbitraries.ts";

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

Deno.test("rows are ranked as a selection thinks of them, the earlier of equals first", () => {
  const losses = [5, 1, 4, NaN, 1, 2, 3];
  const cases: [Selection, number[]][] = [
    [best("m", "min"), [2, 5, 6, 7, 3, 1]],
    [best("m", "max"), [1, 3, 7, 6, 2, 5]],
    [last(), [7, 6, 5, 4, 3, 2, 1]],
    [windowMean({ metric: "m", mode: "min", window: evaluations(2) }), [6, 3, 7, 2]], // 1.5, 2.5, 2.5, 3
    [restoredBy(keras({ metric: "m", mode: "min", patience: 9 })), [2, 1]],
  ];
  for (const [selection, order] of cases) {
    assert.deepEqual(ranked(selection, rowsOf(losses)).map(({ step }) => step), order, selection.kind);
    if (order.length > 0) assert.equal(select(selection, rowsOf(losses))?.step, order[0], selection.kind);
  }
});

Deno.test("a metric that was not measured never takes the place", () => {
  const rows: { metrics: Record<string, number> }[] = [{ metrics: { m: 2 } }, { metrics: {} }];
  assert.equal(select(best("m", "min"), rows), rows[0]);
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
    [
      () => asSelection({ kind: "first" }),
      'invalid selection: {"kind":"first"} (kind best, last, windowMean, restoredBy)',
    ],
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

Deno.test("windowMean keeps the end of the window with the best mean, of equal ones the earliest", () => {
  const of = (count: number, mode: "min" | "max" = "min") =>
    windowMean({ metric: "m", mode, window: evaluations(count) });
  const cases: [Selection, number[], number | undefined][] = [
    [of(2), [3, 1, 3, 2, 2, 9], 2], // the dip alone would be step 2; 3 + 1 = 2 + 2 comes first
    [of(3), [0, 9, 9, 4, 4, 4, 4], 6],
    [of(1), [3, 1, 2, 1], 2],
    [of(2, "max"), [3, 1, 3, 2], 4],
    [of(2), [1, NaN, 2, 2, Infinity, 1], 4], // what is not finite begins the window anew
    [of(3), [1, 1], undefined],
  ];
  for (const [selection, losses, step] of cases) {
    assert.equal(select(selection, rowsOf(losses))?.step, step, `${selectionText(selection)} of ${losses}`);
  }
});

Deno.test("trap 17: a library's own choice is its last accepted best, ours the true one", () => {
  const losses = [2, 1, 0.95, 1.5], minDelta = 0.1, m = { metric: "m", mode: "min", minDelta } as const;
  assert.equal(select(restoredBy(keras(m)), rowsOf(losses))?.step, 2);
  assert.equal(select(restoredBy(lightgbm({ ...m, rounds: 1 })), rowsOf(losses))?.step, 2);
  assert.equal(select(best("m", "min"), rowsOf(losses))?.step, 3);
});

Deno.test("trap 19: only a library's own choice keeps NaN", () => {
  const losses = [NaN, 2, 1];
  assert.equal(select(restoredBy(keras({ metric: "m", mode: "min" })), rowsOf(losses))?.step, 1);
  assert.equal(select(best("m", "min"), rowsOf(losses))?.step, 3);
  assert.throws(() => restoredBy(maxSteps(5) as never), {
    message:
      'invalid restoredBy: {"kind":"maxSteps","steps":5} (a rule made by keras, transformers or lightgbm)',
  });
});

Deno.test("a selection cut anywhere and carried over as JSON keeps the same", () => {
  fc.assert(fc.property(selections, fc.array(fc.tuple(values, values)), fc.nat(), (selection, pairs, cut) => {
    const rows = pairs.map(([loss, accuracy]) => ({
      metrics: { "validation.loss": loss, "validation.accuracy": accuracy },
    }));
    const fold = (from: typeof rows, state = initialSelection(selection)) =>
      from.reduce((state, row) => observeSelection(selection, state, row), state);
    const half = JSON.parse(JSON.stringify(fold(rows.slice(0, cut))));
    assert.deepEqual(fold(rows.slice(cut), half).kept, fold(rows).kept);
    const { kept } = fold(rows);
    assert.equal(select(selection, rows), kept === null ? null : rows[kept - 1]);
  }));
});
