import assert from "node:assert/strict";
import fc from "fast-check";
import { type Diagnosis, diagnosis } from "../../lib/curves/diagnosis.ts";
import { recorded } from "./recordings.ts";

const curve = (count: number, at: (i: number) => number) => Array.from({ length: count }, (_, i) => at(i));
const wave = (i: number) => 0.01 * Math.sin(2.4 * i);
const CURVES: readonly [name: string, kind: Diagnosis["kind"], values: readonly number[]][] = [
  ["falls to its end", "tooShort", curve(40, (i) => 1 / (1 + i))],
  ["rises after its best", "overfits", curve(40, (i) => Math.max(1 - i / 12, (i - 12) / 60) + wave(i))],
  ["stays within its noise", "flat", curve(40, (i) => Math.exp(-i / 3) + wave(i) - (i === 20 ? 0.01 : 0))],
  ["ends in no number", "diverged", [...curve(20, (i) => 1 / (1 + i)), NaN]],
  [
    "ends worse than it began while the training loss fell",
    "overfits",
    curve(20, (i) => i < 8 ? 1 - i / 10 : i),
  ],
  ["has no number", "diverged", [NaN, Infinity, NaN, NaN]],
  ["is too short to say", "unknown", [3, 2, 1]],
  ["has nothing", "unknown", []],
];
for (const [name, kind, values] of CURVES) {
  Deno.test(`a curve that ${name} is ${kind}`, () => {
    assert.equal(diagnosis(recorded({ losses: values })).kind, kind);
  });
}

Deno.test("a curve that ends worse than it began diverged where nothing says that the training loss fell", () => {
  const rising = recorded({ losses: curve(20, (i) => i < 8 ? 1 - i / 10 : i) }), { updates } = rising;
  const kindOf = (loss: Float64Array) => diagnosis({ ...rising, updates: { ...updates, loss } }).kind;
  assert.equal(kindOf(updates.loss), "overfits");
  assert.equal(kindOf(updates.loss.toReversed()), "diverged");
  assert.equal(kindOf(updates.loss.map((loss, i) => i === updates.loss.length - 1 ? NaN : loss)), "diverged");
  assert.equal(kindOf(new Float64Array()), "diverged", "not logged");
});

Deno.test("upside down and scaled, a curve is diagnosed alike", () => {
  // halving the smallest of doubles would round: these scale exactly
  const value = fc.integer({ min: 0, max: 2 ** 30 }).map((n) => n / 2 ** 26);
  const values = fc.array(value, { minLength: 4, maxLength: 60 });
  fc.assert(fc.property(values, fc.constantFrom(0.5, 2, 1024), (values, by) => {
    const min = diagnosis(recorded({ losses: values }));
    const max = diagnosis(recorded({ losses: values.map((value) => -by * value) }), "validation.loss", "max");
    assert.equal(max.kind, min.kind);
    assert.equal(max.bestStep, min.bestStep);
  }));
});
Deno.test("an unknown metric is told with those there are", () => {
  assert.throws(
    () => diagnosis(recorded({ losses: [1] }), "val_los"),
    /^UnknownMetric: unknown metric: val_los \(has/,
  );
});
