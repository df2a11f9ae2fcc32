import assert from "node:assert/strict";
import { asDuration, durationText, epochs, evaluations, examples, seconds, steps } from "../lib/durations.ts";

Deno.test("a duration refuses a count that does not fit its unit, by name and value", () => {
  const cases: [() => unknown, string][] = [
    [() => steps(0), "invalid steps: 0 (a whole number, at least 1)"],
    [() => steps(1.5), "invalid steps: 1.5 (a whole number, at least 1)"],
    [() => examples(-1), "invalid examples: -1 (a whole number, at least 1)"],
    [() => evaluations(NaN), "invalid evaluations: NaN (a whole number, at least 1)"],
    [() => epochs(0), "invalid epochs: 0 (a number above 0)"],
    [() => seconds(Infinity), "invalid seconds: Infinity (a number above 0)"],
  ];
  for (const [make, message] of cases) assert.throws(make, { name: "RangeError", message });
});

Deno.test("a duration is read at the border, and what is none is refused by name", () => {
  assert.deepEqual(asDuration({ unit: "epochs", count: 0.5 }, "horizon"), epochs(0.5));
  const cases: [unknown, string][] = [
    [5, "invalid patience: 5 is a bare number; write evaluations(5), epochs(5) or steps(5)"],
    ["5", 'invalid patience: "5" (a duration, such as steps(5))'],
    [null, "invalid patience: null (a duration, such as steps(5))"],
    [
      { unit: "days", count: 2 },
      'invalid patience: {"unit":"days","count":2} (a duration, such as steps(5))',
    ],
    [{ unit: "steps", count: 0 }, "invalid patience: steps(0) (a whole number, at least 1)"],
  ];
  for (const [value, message] of cases) assert.throws(() => asDuration(value, "patience"), { message });
  assert.throws(() => asDuration(seconds(60), "horizon", ["steps", "epochs"]), {
    message: "invalid horizon: seconds(60) (in steps or epochs)",
  });
  assert.throws(() => asDuration(9, "horizon", ["steps", "epochs"]), {
    message: "invalid horizon: 9 is a bare number; write epochs(9) or steps(9)",
  });
});

Deno.test("a duration reads as a person says it", () => {
  const cases = [[evaluations(8), "8 evaluations"], [epochs(1), "1 epoch"], [
    epochs(1.5),
    "1.5 epochs",
  ]] as const;
  for (const [duration, text] of cases) assert.equal(durationText(duration), text);
  assert.equal(durationText(steps(8_000)), "8,000 steps");
});
