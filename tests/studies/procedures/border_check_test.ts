import assert from "node:assert/strict";
import fc from "fast-check";
import { borderCheck, borderFindings } from "../../../lib/studies/procedures/border_check.ts";
import type { Space } from "../../../lib/studies/space.ts";
import { studyFrom, upsideDown } from "./study_from.ts";

const SPACE: Space = { "schedule.rate": { kind: "float", min: 1e-4, max: 1e-1, log: true } };
/** Losses that are lowest at a rate, by its distance in orders of magnitude. */
const sweep = (lowest: number, rates: readonly number[], space: Space | null = SPACE) =>
  studyFrom(
    rates.map((rate) => ({
      losses: [9, Math.abs(Math.log10(rate / lowest)) + 0.1],
      parameters: { "schedule.rate": rate },
    })),
    space,
  );
const RATES = Array.from({ length: 13 }, (_, i) => 1e-4 * 10 ** (i / 4));

const CASES: readonly (readonly [what: string, lowest: number, side: "min" | "max" | null])[] = [
  ["inside", 3e-3, null],
  ["on the upper end", 1, "max"],
  ["near the upper end", 10 ** -1.25, "max"],
  ["on the lower end", 1e-6, "min"],
];
for (const [what, lowest, side] of CASES) {
  Deno.test(`a best ${what} of the space is found there`, () => {
    const { borders: [border] } = borderCheck(sweep(lowest, RATES));
    assert.equal(border.side, side);
    assert.equal(border.of, "space");
    assert.equal(borderFindings(borderCheck(sweep(lowest, RATES))).length, side === null ? 0 : 1);
    if (side !== null) assert.ok(border.gain! > 0);
  });
}

Deno.test("the parts tell the shape of the results from end to end", () => {
  const { parts } = borderCheck(sweep(1, RATES)).borders[0], bests = parts.map(({ best }) => best!);
  assert.equal(parts.reduce((sum, { trials }) => sum + trials, 0), RATES.length);
  assert.deepEqual(bests, bests.toSorted((a, b) => b - a));
  assert.ok(Math.abs(parts[0].from - 1e-4) < 1e-12 && Math.abs(parts[4].to - 1e-1) < 1e-9);
});
Deno.test("of logs the border is that of what was tried, and that is said", () => {
  const found = borderCheck(sweep(1, RATES, null)), [finding] = borderFindings(found);
  assert.deepEqual([found.borders[0].of, found.borders[0].log], ["tried", true]);
  assert.match(finding.text, /tried \(the logs do not say what was searched\), 0.1/);
  assert.match(finding.action, /^Search above 0.1 /);
});
Deno.test("choices, and numbers of fewer than three values, have no border", () => {
  const study = studyFrom(
    [0, 1, 2].map((i) => ({ losses: [i], parameters: { a: "xyz"[i], b: i % 2, c: i } })),
  );
  const { borders, without } = borderCheck(study);
  assert.deepEqual(borders.map(({ parameter }) => parameter), ["c"]);
  assert.deepEqual(without, ["a", "b"]);
});
Deno.test("a lower end of 0 is no finding, as nothing lies below it", () => {
  const study = studyFrom([0, 1, 2, 3, 4].map((i) => ({ losses: [i], parameters: { dropout: i / 10 } })));
  assert.equal(borderCheck(study).borders[0].side, "min");
  assert.deepEqual(borderFindings(borderCheck(study)), []);
});

Deno.test("in another order, upside down and scaled, the border is the same", () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-5, max: 1, noNaN: true }), fc.constantFrom(0.5, 8), (lowest, by) => {
      const study = sweep(lowest, RATES), [{ side, at, chance }] = borderCheck(study).borders;
      const turned = borderCheck({ ...study, trials: study.trials.toReversed() }).borders[0];
      const [mirrored] = borderCheck(upsideDown(study, by)).borders;
      assert.deepEqual([turned.side, turned.at, turned.chance], [side, at, chance]);
      assert.deepEqual([mirrored.side, mirrored.at, mirrored.chance], [side, at, chance]);
    }),
  );
});
