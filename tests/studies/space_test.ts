import assert from "node:assert/strict";
import fc from "fast-check";
import { asSpace, choice, integer, logUniform, pointsIn, uniform } from "../../lib/studies/space.ts";
import { spaces } from "./arbitraries.ts";

Deno.test("a space is plain data: it comes back from JSON as it was", () => {
  fc.assert(
    fc.property(spaces, (space) => assert.deepEqual(asSpace(JSON.parse(JSON.stringify(space))), space)),
  );
});

Deno.test("what cannot be a parameter is refused in one line", () => {
  const cases: [() => unknown, string][] = [
    [() => uniform(2, 1), "invalid parameter: min 2 above max 1"],
    [() => uniform(NaN, 1), "invalid min: NaN (a number)"],
    [() => uniform(0, Infinity), "invalid max: Infinity (a number)"],
    [() => uniform(-1.7e308, 1.7e308), "invalid parameter: -1.7e+308 to 1.7e+308 (too far apart)"],
    [() => logUniform(0, 1), "invalid min: 0 (above 0: the logarithm of 0 has no end)"],
    [() => logUniform(-1, 1), "invalid min: -1 (above 0: the logarithm of 0 has no end)"],
    [() => integer(0.5, 3), "invalid min: 0.5 (a whole number)"],
    [() => integer(0, 3, { log: true }), "invalid min: 0 (above 0: the logarithm of 0 has no end)"],
    [() => integer(1, 3, { step: 2 } as never), "unknown option of integer: step (has log)"],
    [() => choice([]), "invalid values: [] (a list of at least one)"],
    [() => choice([1, 2, 1]), "invalid values: 1 is there twice"],
    [() => choice([[1]] as never), "invalid values[0]: [1] (text, a number, true, false or null)"],
    [() => choice([NaN]), "invalid values[0]: NaN (text, a number, true, false or null)"],
    [() => asSpace([]), 'invalid space: [] (parameters by their path, as { "schedule.rate": … })'],
    [() => asSpace({ batch: 3 }), "batch: invalid parameter: 3 (as spaces.uniform(0, 0.5) makes it)"],
    [
      () => asSpace({ batch: { kind: "normal" } }),
      'batch: invalid kind: "normal" (float, integer or choice)',
    ],
    [
      () => asSpace({ rate: { kind: "float", min: 0, max: 1, log: true } }),
      "rate: invalid min: 0 (above 0: the logarithm of 0 has no end)",
    ],
    [
      () => asSpace({ "schedule.rate": uniform(0, 1), schedule: choice([1]) }),
      "invalid space: schedule.rate lies within schedule",
    ],
  ];
  for (const [make, message] of cases) assert.throws(make, { message });
});

Deno.test("the points of a space are counted, and are without end where a number may be any", () => {
  assert.equal(pointsIn({}), 1);
  assert.equal(pointsIn({ a: choice([1, 2]), b: integer(3, 5), c: uniform(1, 1) }), 6);
  assert.equal(pointsIn({ a: choice([1, 2]), b: uniform(0, 1) }), Infinity);
});
