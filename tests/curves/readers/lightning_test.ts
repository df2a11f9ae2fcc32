import assert from "node:assert/strict";
import { lightning } from "../../../lib/curves/readers/lightning.ts";
import { assertCutsDoNotMatter, assertDamageIsTold, read } from "./reading.ts";
import { logOf, plain, points, recognised, sample, threes, told, truth } from "./sample.ts";

const expected = truth("lightning");
for (const file of Object.keys(expected).filter((name) => name.endsWith(".csv"))) {
  Deno.test(`${file} has the values that a logger recorded`, () => {
    const { segments, warnings, counting } = read(lightning, sample(`lightning/${file}`));
    assert.deepEqual([segments.length, warnings, counting], [1, [], { unit: "updates", fromZero: true }]);
    const columns: Record<string, unknown[][]> = expected[file].columns_step_epoch_value;
    assert.deepEqual(Object.keys(segments[0].series).sort(), Object.keys(columns).sort());
    for (const [tag, series] of Object.entries(segments[0].series)) {
      assert.deepEqual(threes(series), columns[tag].map((three) => three.map(plain)), tag);
    }
  });
}

Deno.test("the steps of an epoch are those that its means were logged at", () => {
  const stepsPerEpoch = (path: string) => read(lightning, sample(`lightning/${path}/metrics.csv`)).batches;
  assert.deepEqual(stepsPerEpoch("a/version_0"), {
    stepsPerEpoch: expected["a/version_0/metrics.csv"].steps_per_epoch,
  });
  assert.deepEqual(stepsPerEpoch("a/version_1"), {
    stepsPerEpoch: expected["a/version_1/metrics.csv"].steps_per_epoch,
  });
  assert.deepEqual(stepsPerEpoch("resume/version_1"), { stepsPerEpoch: 20 }); // its first epoch is the fourth
  const uneven = "epoch,loss_epoch,loss_step,step\n0,1,,9\n0,,2,9\n1,1,,24\n";
  assert.deepEqual(logOf(lightning, uneven).batches, {});
  assert.deepEqual(logOf(lightning, "epoch,loss_epoch,step\n0,1,9\n").batches, {});
});

Deno.test("an empty cell was not logged, nan was", () => {
  const { segments: [{ series }] } = logOf(lightning, "epoch,a,b,step\n0,,nan,1\n0,0.5,,1\n");
  assert.deepEqual([points(series.a), points(series.b)], [[[1, 0.5]], [[1, NaN]]]);
});

Deno.test("a row without a step is skipped with a warning", () => {
  const log = logOf(lightning, "epoch,a,step\n0,1,\n0,2,5\n");
  assert.deepEqual(points(log.segments[0].series.a), [[5, 2]]);
  assert.deepEqual(log.warnings, [{ offset: 13, message: "row without a step skipped" }]);
});

Deno.test("a column with a name of the language is a column", () => {
  const { segments: [{ series }] } = logOf(lightning, "__proto__,constructor,step\n1,2,3\n");
  assert.deepEqual(Object.keys(series), ["__proto__", "constructor"]);
  assert.deepEqual(points(series["constructor" as string]), [[3, 2]]);
  const rest = logOf(lightning, "a,step\nx,3\n");
  assert.deepEqual([rest.segments, told(rest)], [[], []]);
});

Deno.test("only metrics.csv with a step is taken for Lightning's", () => {
  assert.ok(recognised(lightning, "logs/version_0/metrics.csv", "epoch,step,val_loss\r\n"));
  assert.ok(!recognised(lightning, "metrics.csv", "epoch,val_loss\r\n"));
  assert.ok(!recognised(lightning, "my_metrics.csv", "epoch,step,val_loss\r\n"));
});

Deno.test("Lightning's files are read alike wherever they are cut, and damage is told", () => {
  assertCutsDoNotMatter(lightning, sample("lightning/nan/version_0/metrics.csv"));
  assertDamageIsTold(lightning, sample("lightning/nan/version_0/metrics.csv"), 200);
});
