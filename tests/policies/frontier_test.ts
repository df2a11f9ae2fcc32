import assert from "node:assert/strict";
import fc from "fast-check";
import { frontier, type TradeOff } from "../../lib/policies/frontier.ts";

const beats = (a: TradeOff, b: TradeOff): boolean =>
  a.regret! <= b.regret! && a.computeSaved! >= b.computeSaved! &&
  (a.regret! < b.regret! || a.computeSaved! > b.computeSaved!);

Deno.test("the frontier is exactly those that no other beats, the smallest regret first", () => {
  const coarse = fc.option(fc.integer({ min: 0, max: 6 }), { freq: 8 });
  const points = fc.array(fc.record({ regret: coarse, computeSaved: coarse }), { maxLength: 12 });
  fc.assert(fc.property(points, (points) => {
    const judged = points.filter(({ regret, computeSaved }) => regret !== null && computeSaved !== null);
    const found = frontier(points),
      expected = judged.filter((each) => !judged.some((other) => beats(other, each)));
    assert.deepEqual(new Set(found), new Set(expected));
    assert.deepEqual(found, found.toSorted((a, b) => a.regret! - b.regret!));
  }));
});
