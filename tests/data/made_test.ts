import assert from "node:assert/strict";
import { blobs } from "../../lib/data/blobs.ts";
import { breastCancer } from "../../lib/data/breast_cancer.ts";
import type { MemoryDataset } from "../../lib/data/dataset.ts";
import { fromArrays, type FromArraysOptions } from "../../lib/data/from_arrays.ts";
import { spirals } from "../../lib/data/spirals.ts";
import { streamed, type StreamedOptions } from "../../lib/data/streamed.ts";

const splitsOf = ({ training, validation, test }: MemoryDataset) => [training, validation, test];

Deno.test("breastCancer has 569 rows of 30 measures, 212 malignant and 357 benign, in proportion in each split", () => {
  const data = breastCancer(), splits = splitsOf(data);
  assert.deepEqual(splits.map(({ count }) => count), [369, 100, 100]);
  assert.equal(new Set(splits.flatMap(({ rows }) => [...rows])).size, 569);
  assert.deepEqual(data.classes, ["malignant", "benign"]);
  assert.equal(splits.flatMap(({ y }) => [...y]).filter((label) => label === 1).length, 357);
  for (const { y, count } of splits) {
    assert.ok(Math.abs(y.filter((label) => label === 1).length / count - 357 / 569) < 0.01);
  }
  const { x, count } = data.training;
  for (let j = 0; j < 30; j++) {
    const column = Array.from({ length: count }, (_, i) => x[i * 30 + j]),
      mean = column.reduce((a, b) => a + b) / count;
    assert.ok(Math.abs(mean) < 1e-5 && Math.abs(column.reduce((a, b) => a + b * b, 0) / count - 1) < 1e-4);
  }
});

Deno.test("breastCancer's numbers are those of the file", () => {
  const { training, validation, test } = breastCancer({ standardise: false });
  const first = [training, validation, test].map((split) => [split, split.rows.indexOf(0)] as const).find((
    [, at],
  ) => at >= 0)!;
  const [{ x, y }, at] = first;
  assert.deepEqual([...x.slice(at * 30, at * 30 + 3)], [17.99, 10.38, 122.8].map(Math.fround));
  assert.equal(y[at], 0);
});

Deno.test("spirals lie on their arms when there is no noise, and away from them by its deviation", () => {
  const of = (noise: number) =>
    spirals({
      classes: 2,
      perClass: 100,
      turns: 1,
      noise,
      split: { training: 180, validation: 10, test: 10 },
    }).training;
  const exact = of(0), noisy = of(0.1);
  let away = 0;
  exact.rows.forEach((row, i) => {
    const radius = (row % 100 + 1) / 100, angle = 2 * Math.PI * (Math.floor(row / 100) / 2 + radius);
    assert.equal(exact.y[i], Math.floor(row / 100));
    assert.ok(
      Math.hypot(exact.x[2 * i] - radius * Math.cos(angle), exact.x[2 * i + 1] - radius * Math.sin(angle)) <
        1e-6,
    );
    away += Math.hypot(noisy.x[2 * i] - exact.x[2 * i], noisy.x[2 * i + 1] - exact.x[2 * i + 1]) ** 2 / 2 /
      exact.count;
  });
  assert.ok(Math.abs(Math.sqrt(away) - 0.1) < 0.015, `${Math.sqrt(away)}`);
});

Deno.test("blobs lie around their centres by their spread", () => {
  const centers = [[-5, 0, 1], [5, 2, 3]];
  const { training, features } = blobs({ centers, perClass: 1000, spread: 0.5 });
  assert.equal(features, 3);
  for (const k of [0, 1]) {
    const rows = [...Array(training.count).keys()].filter((i) => training.y[i] === k);
    for (let j = 0; j < 3; j++) {
      const column = rows.map((i) => training.x[i * 3 + j]),
        mean = column.reduce((a, b) => a + b) / column.length;
      const deviation = Math.sqrt(column.reduce((sum, v) => sum + (v - mean) ** 2, 0) / column.length);
      assert.ok(
        Math.abs(mean - centers[k][j]) < 0.1 && Math.abs(deviation - 0.5) < 0.05,
        `${mean} ± ${deviation}`,
      );
    }
  }
});

Deno.test("made data is a function of its seed", () => {
  for (
    const make of [(seed: number) => spirals({ seed }), (seed: number) => blobs({ seed, dimensions: 4 })]
  ) {
    assert.deepEqual(make(1), make(1));
    assert.notDeepEqual(make(1).training.x, make(2).training.x);
  }
});

Deno.test("fromArrays keeps each row with its target, and takes values where there are no classes", () => {
  const x = Array.from({ length: 60 }, (_, i) => i), y = Array.from({ length: 20 }, (_, row) => row / 4);
  const data = fromArrays({ x, y, features: 3, seed: 2 });
  assert.deepEqual(splitsOf(data).map(({ count }) => count), [12, 4, 4]);
  assert.deepEqual(data.classes, []);
  for (const split of splitsOf(data)) {
    assert.ok(split.y instanceof Float32Array);
    split.rows.forEach((row, i) => {
      assert.equal(split.y[i], row / 4);
      assert.deepEqual([...split.x.slice(i * 3, i * 3 + 3)], [3 * row, 3 * row + 1, 3 * row + 2]);
    });
  }
  const labelled = fromArrays({ x, y: y.map((_, row) => row % 2), features: 3, classes: ["a", "b"] });
  assert.ok(labelled.training.y instanceof Int32Array);
  assert.equal(labelled.training.y.filter((label) => label === 1).length, 6);
});

const good = { x: [1, 2, 3, 4, 5], y: [0, 1, 0, 1, 0], features: 1 };
const held = { x: [1], y: [0] };
const stream = { open: () => [], count: 4, features: 1, validation: held, test: held };
const WRONG: [() => unknown, RegExp][] = [
  [() => fromArrays({ ...good, x: [1, 2, 3] }), /invalid x: 3 numbers \(5 rows of 1 features\)/],
  [
    () => fromArrays({ ...good, x: [1, 2, NaN, 4, 5] }),
    /invalid x: NaN at row 2, feature 0 \(a finite number\)/,
  ],
  [() => fromArrays({ ...good, x: [1, 2, 1e300, 4, 5] }), /invalid x: 1e\+300 at row 2/],
  [
    () => fromArrays({ ...good, y: [0, 1, 2, 0, 1], classes: ["a", "b"] }),
    /invalid y: 2 at row 2 \(a class from 0 to 1\)/,
  ],
  [() => fromArrays({ ...good, y: [0, 0.5, 0, 0, 1], classes: ["a", "b"] }), /invalid y: 0.5 at row 1/],
  [
    () => fromArrays({ ...good, y: [0, Infinity, 0, 0, 1] }),
    /invalid y: Infinity at row 1 \(a finite number\)/,
  ],
  [() => fromArrays({ ...good, features: 0 }), /invalid features: 0/],
  [() => fromArrays({ ...good, shape: [2, 2] }), /invalid shape: \[2,2\] \(a product of 1, the features\)/],
  [() => fromArrays({ ...good, x: [1, 2], y: [0, 1] }), /invalid data: 2 rows \(at least 5, or a split\)/],
  [
    () => fromArrays({ ...good, split: { training: 5, validation: 1, test: 1 } }),
    /invalid split: 5 \+ 1 \+ 1 rows of 5/,
  ],
  [
    () => fromArrays({ features: 1, y: [1] } as unknown as FromArraysOptions),
    /invalid x: undefined \(numbers in an array\)/,
  ],
  [() => fromArrays({ ...good, label: 1 } as FromArraysOptions), /unknown option of fromArrays: label/],
  [() => spirals({ classes: 1 }), /invalid classes: 1 \(a whole number, at least 2\)/],
  [() => spirals({ turns: 0 }), /invalid turns: 0 \(a number above 0\)/],
  [() => blobs({ centers: [[1, 2], [3]] }), /invalid centers\[1\]: \[3\] \(2 finite numbers, at least 1\)/],
  [() => blobs({ centers: 1 }), /invalid centers: 1 \(a whole number, at least 2\)/],
  [() => blobs({ spread: -1 }), /invalid spread: -1/],
  [() => breastCancer({ seed: 0.5 }), /invalid seed: 0.5/],
  [
    () => streamed({ ...stream, open: [] } as unknown as StreamedOptions),
    /invalid open: \[\] \(a function of the pass\)/,
  ],
  [() => streamed({ ...stream, count: 0 }), /invalid count: 0/],
  [() => streamed({ ...stream, passes: 0 }), /invalid passes: 0/],
  [
    () => streamed({ ...stream, validation: { x: [1, 2], y: [0] } }),
    /invalid validation.x: 2 numbers \(1 rows of 1 features\)/,
  ],
  [() => streamed({ ...stream, test: { x: [], y: [] } }), /invalid test: 0 rows \(at least 1\)/],
];
for (const [call, message] of WRONG) {
  Deno.test(`made data is refused by field and value: ${message.source}`, () => assert.throws(call, message));
}
