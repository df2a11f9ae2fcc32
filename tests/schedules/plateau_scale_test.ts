import assert from "node:assert/strict";
import { evaluations, steps } from "../../lib/durations.ts";
import {
  initialScale,
  observeScale,
  plateauScale,
  type PlateauScaleOptions,
} from "../../lib/schedules/plateau_scale.ts";
import { scaleText } from "../../lib/schedules/resolve.ts";

const options: PlateauScaleOptions = { metric: "m", mode: "min", patience: evaluations(2), minDelta: 0 };

/** Steps (10 an evaluation) at which the scale was cut, and the scale in the end. */
function cutsOf(given: PlateauScaleOptions, values: readonly number[]): [readonly number[], number] {
  const rule = plateauScale(given);
  let state = initialScale();
  values.forEach((m, i) => {
    // Through JSON at every evaluation: a state that was saved goes on the same.
    state = observeScale(rule, JSON.parse(JSON.stringify(state)), { step: (i + 1) * 10, metrics: { m } });
  });
  return [state.cuts, state.scale];
}

Deno.test("the scale is cut after as many evaluations without gain as patience says", () => {
  const flat = [1, 1, 1, 1, 1, 1, 1];
  const cases: [PlateauScaleOptions, number[], [number[], number]][] = [
    [options, flat, [[30, 50, 70], 0.125]],
    [{ ...options, factor: 0.1 }, flat.slice(0, 4), [[30], 0.1]],
    [options, [3, 2, 2, 1, 1, 1], [[60], 0.5]],
    [{ ...options, mode: "max" }, [3, 2, 2, 1, 1, 1], [[30, 50], 0.25]],
    [{ ...options, minDelta: 0.5 }, [3, 2.75, 2.6, 2.5], [[30], 0.5]],
  ];
  for (const [given, values, expected] of cases) {
    assert.deepEqual(cutsOf(given, values), expected, scaleText(plateauScale(given)));
  }
});

Deno.test("trap 26: cooldown counts the cut's own evaluation, so that 1 equals 0, as in Keras", () => {
  const flat = Array(13).fill(1);
  const gaps = [0, 1, 2, 3].map((cooldown) => {
    const [cuts] = cutsOf({ ...options, cooldown }, flat);
    return (cuts[1] - cuts[0]) / 10;
  });
  assert.deepEqual(gaps, [2, 2, 3, 4]);
});

Deno.test("trap 29: at its floor the scale is not cut any more, and the cut to it is exact", () => {
  assert.deepEqual(cutsOf({ ...options, minScale: 0.3 }, Array(9).fill(1)), [[30, 50], 0.3]);
});

Deno.test("trap 19: what is not finite is never the best, but first in Keras it is for ever", () => {
  const recovering = [NaN, 5, 4, 3, 2, 1];
  assert.deepEqual(cutsOf(options, recovering), [[], 1]);
  assert.deepEqual(cutsOf({ ...options, compat: "keras" }, recovering), [[30, 50], 0.25]);
});

Deno.test("an evaluation that did not measure the metric changes nothing", () => {
  const state = initialScale();
  assert.equal(observeScale(plateauScale(options), state, { step: 1, metrics: {} }), state);
});

Deno.test("the defaults are a factor of 0.5 after 5 evaluations, and a gain of 1e-4", () => {
  const rule = plateauScale({ metric: "validation.loss", mode: "min" });
  assert.equal(
    scaleText(rule),
    "plateauScale(validation.loss, min, factor: 0.5, patience: evaluations(5), minDelta: 0.0001)",
  );
});

Deno.test("a scale that makes no sense is refused by name and value", () => {
  const cases: [object, string][] = [
    [{ factor: 1 }, "invalid factor: 1 (between 0 and 1)"],
    [{ cooldown: 0.5 }, "invalid cooldown: 0.5 (a whole number of evaluations, at least 0)"],
    [{ minScale: 2 }, "invalid minScale: 2 (from 0 to 1)"],
    [{ patience: steps(5) }, "invalid patience: steps(5) (in evaluations)"],
    [{ patience: 5 }, "invalid patience: 5 is a bare number; write evaluations(5)"],
    [{ metric: "test.loss" }, "test.loss is reported, never obeyed: name a validation metric"],
    [{ compat: "torch" }, 'invalid compat: "torch" (keras)'],
  ];
  for (const [given, message] of cases) {
    assert.throws(() => plateauScale({ ...options, ...given }), { message });
  }
});
