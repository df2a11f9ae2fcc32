import assert from "node:assert/strict";
import { digits, type DigitsOptions } from "../../lib/data/digits.ts";

const data = digits();

Deno.test("digits has 1,097, 300 and 400 images of 64 numbers, each in one split", () => {
  const splits = [data.training, data.validation, data.test];
  assert.deepEqual(splits.map(({ count }) => count), [1097, 300, 400]);
  for (const { count, x, y } of splits) assert.ok(x.length === count * 64 && y.length === count);
  assert.equal(new Set(splits.flatMap(({ rows }) => [...rows])).size, 1797);
});

Deno.test("every class is in every split, in proportion", () => {
  for (const { y, count } of [data.training, data.validation, data.test]) {
    const counts = data.classes.map((_, k) => y.filter((label) => label === k).length / count);
    for (const share of counts) assert.ok(share > 0.09 && share < 0.11, `${counts}`);
  }
});

Deno.test("the training split has mean 0 and deviation 1 in every feature that varies; the others are scaled by its numbers", () => {
  const { x, count } = data.training, raw = digits({ standardise: false });
  for (let j = 0; j < 64; j++) {
    const column = Array.from({ length: count }, (_, i) => x[i * 64 + j]);
    const mean = column.reduce((a, b) => a + b) / count;
    const variance = column.reduce((a, b) => a + (b - mean) ** 2, 0) / count;
    assert.ok(Math.abs(mean) < 1e-5, `mean of feature ${j}: ${mean}`);
    assert.ok(variance === 0 || Math.abs(variance - 1) < 1e-4, `variance of feature ${j}: ${variance}`);
    const [a, b] = [0, 1].map((i) => raw.training.x[i * 64 + j]), [sa, sb] = [0, 1].map((i) => x[i * 64 + j]);
    if (a !== b) {
      const scale = (sa - sb) / (a - b), expected = sa + (raw.validation.x[j] - a) * scale;
      assert.ok(Math.abs(data.validation.x[j] - expected) < 1e-4);
    }
  }
});

Deno.test("pixels are 0 to 16 before scaling and the first row of the file is a zero", () => {
  const raw = digits({ standardise: false });
  assert.ok(raw.training.x.every((value) => value >= 0 && value <= 16 && Number.isInteger(value)));
  for (const split of [raw.training, raw.validation, raw.test]) {
    const at = split.rows.indexOf(0);
    if (at >= 0) assert.equal(split.y[at], 0);
  }
});

const WRONG: [DigitsOptions, RegExp][] = [
  [{ split: { training: 1000, validation: 0, test: 400 } }, /invalid split: 0 validation rows/],
  [
    { split: { training: 1700, validation: 300, test: 400 } },
    /invalid split: 1700 \+ 300 \+ 400 rows of 1797/,
  ],
  [{ seed: -1 }, /invalid seed: -1/],
  [
    { standardize: false } as DigitsOptions,
    /unknown option of digits: standardize \(has split, seed, standardise\)/,
  ],
];
for (const [options, message] of WRONG) {
  Deno.test(`digits refuses what it cannot give: ${message.source}`, () => {
    assert.throws(() => digits(options), message);
  });
}
