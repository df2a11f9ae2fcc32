import assert from "node:assert/strict";
import type { Plateau } from "../../lib/criteria/criterion.ts";
import { plateau, type PlateauOptions } from "../../lib/criteria/plateau.ts";
import { initial, observe, stops } from "../../lib/criteria/rules.ts";
import { batchPlan, positionAt } from "../../lib/batch_plan.ts";
import { type Duration, epochs, evaluations, examples, seconds, START, steps } from "../../lib/durations.ts";

const options: PlateauOptions = { metric: "m", mode: "min", patience: evaluations(2) };

/** Evaluations (1-based) after which the rule holds, with one every `every` steps. */
function holdsAfter(rule: Plateau, values: readonly number[], every = 10): number[] {
  const batches = batchPlan(100, 10);
  let state = initial(rule);
  return values.flatMap((value, i) => {
    const at = positionAt(batches, (i + 1) * every, i + 1, (i + 1) * 2);
    state = observe(rule, state, { kind: "evaluation", at, metrics: { m: value } });
    return stops(rule, state, at) ? [i + 1] : [];
  });
}

Deno.test("trap 16: patience p stops on bad evaluation number p", () => {
  const values = [3, 2, 2, 2, 2, 2];
  for (const [patience, first] of [[1, 3], [2, 4], [3, 5]]) {
    assert.equal(holdsAfter(plateau({ ...options, patience: evaluations(patience) }), values)[0], first);
  }
});

Deno.test("trap 15: patience counts in the unit it is given in", () => {
  // one evaluation every 10 steps = 1 epoch = 100 examples = 2 seconds; the best is the first
  const cases: [Duration, number][] = [
    [steps(20), 3],
    [steps(21), 4],
    [epochs(2), 3],
    [epochs(2.5), 4],
    [examples(200), 3],
    [evaluations(2), 3],
    [seconds(3.5), 3],
  ];
  for (const [patience, first] of cases) {
    assert.equal(
      holdsAfter(plateau({ ...options, patience }), [1, 1, 1, 1, 1])[0],
      first,
      JSON.stringify(patience),
    );
  }
});

Deno.test("patience of whole epochs is met on an uneven grid of epochs, rounding or not", () => {
  // an evaluation every 0.1 epochs, the best at epoch 1.3: 2.3 − 1.3 is just below 1 in floating point
  const values = Array.from({ length: 30 }, (_, i) => Math.max(20 - i, 8));
  assert.equal(holdsAfter(plateau({ ...options, patience: epochs(1) }), values, 1)[0], 23);
});

Deno.test("trap 17: small steady gains add up from the accepted best, and do not from the running best", () => {
  const values = [2, 1.875, 1.75, 1.625, 1.5, 1.375];
  const rule = { ...options, minDelta: 0.125 };
  assert.deepEqual(holdsAfter(plateau(rule), values), []);
  assert.deepEqual(holdsAfter(plateau({ ...rule, reference: "running" }), values), [3, 4, 5, 6]);
});

Deno.test("trap 18: a relative gain is measured against |best|, also when it is negative or zero", () => {
  const relative = { ...options, minDelta: 0.1, minDeltaKind: "relative" as const, patience: evaluations(1) };
  const cases: [number[], number[]][] = [
    [[-1, -1.05], [2]], // gains 0.05, which is less than 0.1 × 1
    [[-1, -1.2], []],
    [[0, -0.001], []], // any gain from 0
    [[1, 0.95], [2]],
  ];
  for (const [values, held] of cases) {
    assert.deepEqual(holdsAfter(plateau(relative), values), held, String(values));
  }
});

Deno.test("trap 19: what is not finite never gains and never becomes the best, first or later", () => {
  assert.deepEqual(holdsAfter(plateau(options), [NaN, 3, 2, 1]), []);
  assert.deepEqual(holdsAfter(plateau(options), [NaN, NaN, 1, 1]), [2]);
  assert.deepEqual(holdsAfter(plateau(options), [2, -Infinity, NaN, 1.5]), [3]);
  assert.deepEqual(holdsAfter(plateau({ ...options, mode: "max" }), [2, Infinity, NaN, 2.5]), [3]);
});

Deno.test("trap 20: an evaluation that did not measure the metric is no observation", () => {
  const rule = plateau(options);
  const state = initial(rule);
  assert.equal(observe(rule, state, { kind: "evaluation", at: START, metrics: { other: 1 } }), state);
});

Deno.test("trap 24: nothing latches, a metric that recovers takes the stop back", () => {
  assert.deepEqual(holdsAfter(plateau(options), [3, 3, 3, 3, 2, 2, 2]), [3, 4, 7]);
});

Deno.test("patience is tested at evaluations, not between them", () => {
  const rule = plateau({ ...options, patience: steps(5) });
  const at = positionAt(batchPlan(100, 10), 4, 1, 0);
  const state = observe(rule, initial(rule), { kind: "evaluation", at, metrics: { m: 1 } });
  assert.equal(stops(rule, state, { ...at, step: 50 }), false);
});

Deno.test("a plateau that makes no sense is refused by name and value", () => {
  const cases: [unknown, string][] = [
    [
      { ...options, patience: 5 },
      "invalid patience: 5 is a bare number; write evaluations(5), epochs(5) or steps(5)",
    ],
    [
      { ...options, patience: { unit: "evaluations", count: 0 } },
      "invalid patience: evaluations(0) (a whole number, at least 1)",
    ],
    [{ ...options, mode: undefined }, "invalid mode: undefined (min or max)"],
    [{ ...options, minDelta: -1 }, "invalid minDelta: -1 (a number, at least 0)"],
    [{ ...options, minDelta: NaN }, "invalid minDelta: NaN (a number, at least 0)"],
    [{ ...options, metric: "test.loss" }, "test.loss is reported, never obeyed: name a validation metric"],
    [{ ...options, metric: "" }, 'invalid metric: "" (a name, such as "validation.loss")'],
    [
      { ...options, minDetla: 1 },
      "unknown option of plateau: minDetla (has metric, mode, patience, minDelta, minDeltaKind, reference, startAfter, cooldown)",
    ],
    [
      "validation.loss",
      'invalid plateau: "validation.loss" (an object with metric, mode, patience, minDelta, minDeltaKind, reference, startAfter and cooldown)',
    ],
  ];
  for (const [given, message] of cases) assert.throws(() => plateau(given as PlateauOptions), { message });
});
