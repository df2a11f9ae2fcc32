import assert from "node:assert/strict";
import { batchPlan } from "../../lib/batch_plan.ts";
import { scheduleRates } from "../../lib/charts/schedule_rates.ts";
import { steps } from "../../lib/durations.ts";
import { constant } from "../../lib/schedules/constant.ts";
import { cosine } from "../../lib/schedules/cosine.ts";
import { resolve } from "../../lib/schedules/resolve.ts";

const batches = batchPlan(1097, 32);
const short = { name: "as it was", schedule: cosine({ peak: 0.1, horizon: steps(100) }) };
const flat = { name: "constant", schedule: constant(0.05) };

interface Lines {
  readonly data?: readonly { step: number; rate: number }[];
}

Deno.test("each schedule is drawn by its rates, and told with its share below a tenth of the peak", () => {
  const chart = scheduleRates({ schedules: [short, flat], batches, steps: 1000 });
  assert.match(chart.meta!, /^solid: as it was, 92% of the updates .*; dashed: constant, 0% of the updates /);
  const { marks } = chart.options({ width: 800, narrow: false });
  const drawn = (marks as Lines[]).flatMap(({ data }) =>
    Array.isArray(data) && data[0]?.rate !== undefined ? [data] : []
  );
  assert.equal(drawn.length, 2);
  const { rate } = resolve(short.schedule, batches), [, first] = drawn;
  for (const row of first) assert.equal(row.rate, rate(row.step - 1));
  assert.deepEqual([first[0].step, first.at(-1)!.step], [1, 1000]);
  for (const line of chart.text(60).split("\n")) assert.ok(line.length <= 60, line);
});

Deno.test("a schedule of one update is a point, and too many are refused", () => {
  assert.doesNotThrow(() =>
    scheduleRates({ schedules: [flat], batches, steps: 1 }).options({ width: 300, narrow: true })
  );
  assert.throws(
    () => scheduleRates({ schedules: [], batches, steps: 9 }),
    /^RangeError: invalid schedules: 0 \(1 to 3\)$/,
  );
});
