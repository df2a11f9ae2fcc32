import assert from "node:assert/strict";
import fc from "fast-check";
import { epochs, evaluations, examples, seconds, steps } from "../../lib/durations.ts";
import {
  asScale,
  initialScale,
  observeScale,
  plateauScale,
  type PlateauScaleOptions,
  scaleText,
} from "../../lib/schedules/plateau_scale.ts";
import type { PlateauScale, PlateauScaleState } from "../../lib/schedules/schedule.ts";

const options: PlateauScaleOptions = { metric: "m", mode: "min", patience: evaluations(2), minDelta: 0 };
const flat = Array<number>(13).fill(1);
const zero = { unit: "evaluations", count: 0 } as const;

/** The states after each value: 10 steps, 1 epoch, 320 examples and 2 seconds an evaluation. */
function statesOf(rule: PlateauScale, values: readonly number[]): PlateauScaleState[] {
  let state = initialScale();
  return values.map((m, i) => {
    const n = i + 1, at = { step: n * 10, epoch: n, examples: n * 320, seconds: n * 2 };
    // Through JSON at every evaluation: a state that was saved goes on the same.
    return state = observeScale(rule, JSON.parse(JSON.stringify(state)), { ...at, metrics: { m } });
  });
}

/** Steps at which the scale was cut, and the scale in the end. */
function cutsOf(given: PlateauScaleOptions, values: readonly number[]): [readonly number[], number] {
  const last = statesOf(plateauScale(given), values).at(-1)!;
  return [last.cuts, last.scale];
}

Deno.test("the scale is cut once patience has passed without gain, in whatever unit it is", () => {
  const seven = flat.slice(0, 7);
  const cases: [PlateauScaleOptions, number[], [number[], number]][] = [
    [options, seven, [[30, 50, 70], 0.125]],
    [{ ...options, patience: steps(20) }, seven, [[30, 50, 70], 0.125]],
    [{ ...options, patience: steps(11) }, seven, [[30, 50, 70], 0.125]],
    [{ ...options, patience: epochs(2) }, seven, [[30, 50, 70], 0.125]],
    [{ ...options, patience: examples(960) }, seven, [[40, 70], 0.25]],
    [{ ...options, patience: seconds(5) }, seven, [[40, 70], 0.25]],
    [{ ...options, factor: 0.1 }, flat.slice(0, 4), [[30], 0.1]],
    [options, [3, 2, 2, 1, 1, 1], [[60], 0.5]],
    [{ ...options, mode: "max" }, [3, 2, 2, 1, 1, 1], [[30, 50], 0.25]],
    [{ ...options, minDelta: 0.5 }, [3, 2.75, 2.6, 2.5], [[30], 0.5]],
    [{ ...options, minDelta: 0.25, minDeltaKind: "relative" }, [4, 3.5, 2.9, 2.4, 2.3], [[50], 0.5]],
  ];
  for (const [given, values, expected] of cases) {
    assert.deepEqual(cutsOf(given, values), expected, scaleText(plateauScale(given)));
  }
});

Deno.test("trap 18: a relative gain is a share of the size of the best, also below 0", () => {
  const relative = { ...options, minDelta: 1 / 16, minDeltaKind: "relative" } as const;
  const best = (compat?: "torch") =>
    statesOf(plateauScale({ ...relative, compat }), [-1, -0.95, -1.05]).map((state) => state.best);
  assert.deepEqual(best(), [-1, -1, -1]);
  // What torch does: the worse value counts as better.
  assert.deepEqual(best("torch"), [-1, -0.95, -1.05]);
});

Deno.test("trap 26: cuts on a flat metric are patience and cooldown apart, and each library's own way by compat", () => {
  const gaps = (compat?: "keras" | "torch" | "optax") =>
    [0, 1, 2].map((cooldown) => {
      const rest = cooldown ? { cooldown: evaluations(cooldown) } : {};
      const [cuts] = cutsOf({ ...options, ...rest, factor: 0.5, compat }, flat);
      return (cuts[1] - cuts[0]) / 10;
    });
  assert.deepEqual(gaps(), [2, 3, 4]);
  assert.deepEqual(gaps("keras"), [2, 2, 3]);
  assert.deepEqual(gaps("torch"), [3, 4, 5]);
  assert.deepEqual(gaps("optax"), [2, 3, 4]);
});

Deno.test("trap 27: a patience of 0 is refused, and cuts at a gain only where optax is asked for", () => {
  assert.throws(() => plateauScale({ ...options, patience: zero }), {
    message: "invalid patience: evaluations(0) (a whole number, at least 1)",
  });
  const falling = [4, 3, 2, 1];
  assert.deepEqual(cutsOf({ ...options, patience: zero, factor: 0.5, compat: "optax" }, falling), [
    [10, 20, 30, 40],
    1 / 16,
  ]);
  assert.deepEqual(cutsOf({ ...options, patience: zero, compat: "optax" }, [4, 3, 3, 3, 3])[0], [10, 20]);
  assert.deepEqual(cutsOf({ ...options, patience: zero, compat: "keras" }, falling), [[], 1]);
});

Deno.test("trap 28: no wait runs before startAfter, though the best is kept from the first evaluation", () => {
  const noisy = [1, 5, 5, 5, 2, 2, 2, 2];
  assert.deepEqual(cutsOf(options, noisy), [[30, 50, 70], 0.125]);
  for (const startAfter of [steps(40), epochs(4), evaluations(4), examples(1_280), seconds(8)]) {
    assert.deepEqual(cutsOf({ ...options, startAfter }, noisy), [[60, 80], 0.25], startAfter.unit);
  }
});

Deno.test("a cooldown runs in its own unit, and a gain in it counts", () => {
  assert.deepEqual(cutsOf({ ...options, cooldown: steps(15) }, flat.slice(0, 9)), [[30, 70], 0.25]);
  assert.deepEqual(cutsOf({ ...options, cooldown: evaluations(3) }, [2, 2, 2, 1, 1, 1, 1, 1, 1]), [
    [30, 80],
    0.25,
  ]);
  const left = statesOf(plateauScale({ ...options, cooldown: evaluations(2) }), flat.slice(0, 6));
  assert.deepEqual(left.map(({ cooldown }) => cooldown), [0, 0, 2, 1, 0, 0]);
});

Deno.test("trap 11: a resumed scale counts on under another patience and cooldown, in other units", () => {
  const cooling = statesOf(plateauScale({ ...options, cooldown: evaluations(5) }), flat.slice(0, 4)).at(-1)!;
  const cutAt = (given: PlateauScaleOptions) => {
    let state = cooling, n = 4;
    while (state.cuts.length === 1) {
      const at = { step: ++n * 10, epoch: n, examples: n * 320, seconds: n * 2 };
      state = observeScale(plateauScale(given), state, { ...at, metrics: { m: 1 } });
    }
    return n;
  };
  assert.deepEqual([
    cutAt({ ...options, cooldown: evaluations(5) }),
    cutAt({ ...options, cooldown: steps(20) }),
    cutAt({ ...options, patience: epochs(4) }),
  ], [10, 7, 8]);
});

Deno.test("trap 29: at its floor the scale says so once, is not cut any more, and the wait runs on", () => {
  const states = statesOf(plateauScale({ ...options, minScale: 0.3 }), flat.slice(0, 9));
  assert.deepEqual(states.map(({ scale }) => scale), [1, 1, 0.5, 0.5, 0.3, 0.3, 0.3, 0.3, 0.3]);
  assert.deepEqual(states.findIndex(({ atFloor }) => atFloor), 4);
  assert.deepEqual([states[8].cuts, states[8].wait], [[30, 50], 4]);
  assert.ok(
    !statesOf(plateauScale(options), flat).at(-1)!.atFloor,
    "without a floor there is none to come to",
  );
});

Deno.test("trap 19: what is not finite is never the best, but first in Keras it is for ever", () => {
  const recovering = [NaN, 5, 4, 3, 2, 1];
  assert.deepEqual(cutsOf(options, recovering), [[], 1]);
  assert.deepEqual(cutsOf({ ...options, factor: 0.5, compat: "keras" }, recovering), [[30, 50], 0.25]);
  assert.deepEqual(cutsOf(options, [-Infinity, 5, 5, 5]), [[40], 0.5]);
});

Deno.test("an evaluation that did not measure the metric changes nothing", () => {
  const state = initialScale(), at = { step: 1, epoch: 1, examples: 1, seconds: 1 };
  assert.equal(observeScale(plateauScale(options), state, { ...at, metrics: {} }), state);
});

Deno.test("optax' accumulation judges the mean of so many evaluations", () => {
  const given = { ...options, patience: evaluations(1), factor: 0.5, compat: "optax" } as const;
  assert.deepEqual(cutsOf({ ...given, accumulate: 2 }, [1, 3, 2, 2, 1, 1]), [[40], 0.5]);
});

Deno.test("the defaults are ours, and with compat the library's", () => {
  const bare = { metric: "validation.loss", mode: "min" } as const;
  const cases: [PlateauScaleOptions, string][] = [
    [bare, "factor: 0.5, patience: evaluations(5), minDelta: 0.0001"],
    [
      { ...bare, compat: "keras" },
      "factor: 0.1, patience: evaluations(10), minDelta: 0.0001, compat: keras",
    ],
    [
      { ...bare, compat: "torch" },
      "factor: 0.1, patience: evaluations(10), minDelta: 0.0001, compat: torch, eps: 1e-8",
    ],
    [
      { ...bare, compat: "optax" },
      "factor: 0.1, patience: evaluations(10), minDelta: 0, compat: optax, relativeDelta: 0.0001, accumulate: 1",
    ],
  ];
  for (const [given, text] of cases) {
    assert.equal(scaleText(plateauScale(given)), `plateauScale(validation.loss, min, ${text})`);
  }
});

Deno.test("a scale comes back from JSON as it was, and so does its state", () => {
  const any = fc.record({
    factor: fc.constantFrom(0.1, 0.5),
    patience: fc.constantFrom(evaluations(3), steps(25), epochs(1.5)),
    minDelta: fc.constantFrom(0, 0.01),
    minDeltaKind: fc.constantFrom("absolute" as const, "relative" as const),
    cooldown: fc.constantFrom(evaluations(2), epochs(2.5)),
    startAfter: fc.constantFrom(steps(30), seconds(5)),
    minScale: fc.constantFrom(0, 0.2),
  }, { requiredKeys: [] });
  const values = fc.array(fc.constantFrom(1, 2, 3, 2.99, NaN, Infinity, -Infinity), { maxLength: 20 });
  const compat = fc.constantFrom("keras" as const, "torch" as const, "optax" as const);
  fc.assert(fc.property(any, compat, values, (given, library, values) => {
    for (
      const rule of [plateauScale({ ...options, ...given }), plateauScale({ ...options, compat: library })]
    ) {
      assert.deepEqual(asScale(JSON.parse(JSON.stringify(rule))), rule);
      for (const state of statesOf(rule, values)) assert.deepEqual(JSON.parse(JSON.stringify(state)), state);
    }
  }));
});

Deno.test("a scale that makes no sense is refused by name and value", () => {
  const cases: [object, string | RegExp][] = [
    [{ factor: 1 }, "invalid factor: 1 (between 0 and 1)"],
    [{ cooldown: 2 }, "invalid cooldown: 2 is a bare number; write evaluations(2), epochs(2) or steps(2)"],
    [{ minScale: 2 }, "invalid minScale: 2 (from 0 to 1)"],
    [{ patience: 5 }, "invalid patience: 5 is a bare number; write evaluations(5), epochs(5) or steps(5)"],
    [{ metric: "test.loss" }, "test.loss is reported, never obeyed: name a validation metric"],
    [{ compat: "jax" }, 'invalid compat: "jax" (keras, torch or optax)'],
    [{ compat: "torch", patience: steps(5) }, "invalid patience: steps(5) (in evaluations)"],
    [{ compat: "optax", mode: "max" }, 'invalid mode: "max" (min)'],
    [{ compat: "optax", accumulate: 0 }, "invalid accumulate: 0 (a whole number, at least 1)"],
    [{ compat: "keras", minDeltaKind: "relative" }, 'invalid minDeltaKind: "relative" (absolute)'],
    [
      { compat: "keras", startAfter: steps(5) },
      /^unknown option of plateauScale with compat keras: startAfter/,
    ],
    [{ eps: 1 }, /^unknown option of plateauScale: eps/],
  ];
  for (const [given, message] of cases) {
    assert.throws(() => plateauScale({ ...options, ...given }), { message });
  }
  assert.throws(() => asScale([]), { message: "invalid scale: [] (schedules.plateauScale)" });
});
