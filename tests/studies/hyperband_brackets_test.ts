import assert from "node:assert/strict";
import fc from "fast-check";
import { hyperbandBrackets } from "../../lib/studies/hyperband_brackets.ts";

Deno.test("the brackets of the paper's own example, 81 and 3, are those of its algorithm", () => {
  const brackets = hyperbandBrackets(81, 3).map(({ s, rungs }) =>
    `${s}: ${rungs.map(({ trials, resource }) => `${trials}×${resource}`).join(" ")}`
  );
  assert.deepEqual(brackets, [
    "4: 81×1 27×3 9×9 3×27 1×81",
    "3: 34×3 11×9 3×27 1×81",
    "2: 15×9 5×27 1×81",
    "1: 8×27 2×81",
    "0: 5×81",
  ]);
});

Deno.test("a power of eta has all its brackets, also where a floating logarithm falls short", () => {
  const power = fc.record({ eta: fc.integer({ min: 2, max: 10 }), s: fc.integer({ min: 0, max: 12 }) });
  fc.assert(fc.property(power, ({ eta, s }) => {
    const brackets = hyperbandBrackets(eta ** s, eta);
    assert.equal(brackets.length, s + 1);
    assert.equal(brackets[0].rungs[0].resource, 1);
  }));
  assert.equal(Math.floor(Math.log(243) / Math.log(3)), 4, "the trap: it is 5");
});

Deno.test("every bracket ends with the whole resource, and no round has more trials than the one before", () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 5_000 }), fc.integer({ min: 2, max: 6 }), (R, eta) => {
    for (const { s, rungs } of hyperbandBrackets(R, eta)) {
      assert.equal(rungs.length, s + 1);
      assert.equal(rungs[s].resource, R);
      rungs.slice(1).forEach(({ trials }, i) => assert.ok(trials >= 1 && trials <= rungs[i].trials));
    }
  }));
});

Deno.test("a resource or an eta that is no whole number is refused", () => {
  const cases: [number, number, string][] = [
    [0, 3, "invalid R: 0 (a whole number, at least 1)"],
    [8.5, 2, "invalid R: 8.5 (a whole number, at least 1)"],
    [81, 1, "invalid eta: 1 (a whole number, at least 2)"],
    [81, NaN, "invalid eta: NaN (a whole number, at least 2)"],
  ];
  for (const [R, eta, message] of cases) assert.throws(() => hyperbandBrackets(R, eta), { message });
});
