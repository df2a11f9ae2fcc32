import assert from "node:assert/strict";
import fc from "fast-check";
import { MINUTE_MS, workBetween, workRate } from "../../server/work_rate.ts";

const trial = (began: number | null, ended: number | null, step = 100) => ({
  state: ended !== null ? "done" as const : began !== null ? "running" as const : "waiting" as const,
  step,
  began,
  ended,
});

Deno.test("a trial ends in one stretch, and its updates are spread over those that it took", () => {
  const edges = [0, 10, 20, 30],
    of = (...trials: ReturnType<typeof trial>[]) => workBetween(trials, edges, 25);
  const cases: [given: ReturnType<typeof trial>[], trials: number[], updates: number[]][] = [
    [[], [0, 0, 0], [0, 0, 0]],
    [[trial(0, 20)], [0, 1, 0], [50, 50, 0]],
    [[trial(5, null)], [0, 0, 0], [25, 50, 25]],
    [[trial(12, 12)], [0, 1, 0], [0, 100, 0]],
    [[trial(-10, 10)], [1, 0, 0], [50, 0, 0]],
    [[trial(-10, -5), trial(31, 40), trial(null, null)], [0, 0, 0], [0, 0, 0]],
  ];
  for (const [given, trials, updates] of cases) {
    const work = of(...given);
    assert.deepEqual(work.map((each) => each.trials), trials);
    work.forEach((each, i) =>
      assert.ok(Math.abs(each.updates - updates[i]) < 1e-9, `${each.updates} ${updates[i]}`)
    );
  }
});

Deno.test("all that was done within the edges is in some stretch, once", () => {
  const span = fc.tuple(fc.integer({ min: 1, max: 99 }), fc.integer({ min: 0, max: 99 }));
  const trials = fc.array(span.map(([a, b]) => trial(Math.min(a, b), Math.max(a, b))));
  fc.assert(fc.property(trials, fc.uniqueArray(fc.integer({ min: 0, max: 99 })), (trials, cuts) => {
    const work = workBetween(trials, [-1, ...cuts.sort((a, b) => a - b), 99], 99);
    assert.equal(work.reduce((sum, each) => sum + each.trials, 0), trials.length);
    const updates = work.reduce((sum, each) => sum + each.updates, 0);
    assert.ok(Math.abs(updates - 100 * trials.length) < 1e-6);
  }));
});

Deno.test("the rate is that of ten minutes, or of the time since the first trial began", () => {
  const now = 100 * MINUTE_MS;
  assert.equal(workRate([], now), null);
  assert.equal(workRate([trial(0, MINUTE_MS)], now), null);
  assert.deepEqual(workRate([trial(now - 2 * MINUTE_MS, now - MINUTE_MS)], now), {
    trialsPerMinute: 0.5,
    updatesPerMinute: 50,
  });
  const rate = workRate([trial(0, now), trial(now - MINUTE_MS, now)], now)!;
  assert.equal(rate.trialsPerMinute, 0.2);
});
