import assert from "node:assert/strict";
import fc from "fast-check";
import { batchPlan } from "../../lib/batch_plan.ts";
import { augmented } from "../../lib/data/augmented.ts";
import { augmenterOf } from "../../lib/data/augmenter.ts";
import { batchSource } from "../../lib/data/batch_source.ts";
import type { Batch } from "../../lib/data/batch.ts";
import type { Augmentation, Dataset } from "../../lib/data/dataset.ts";
import { digits } from "../../lib/data/digits.ts";
import { betaShare } from "../../lib/data/mixup.ts";
import { moveImage } from "../../lib/data/move_image.ts";
import { spirals } from "../../lib/data/spirals.ts";
import { asStream, numbered } from "./fixture.ts";

const LOSS = "softmaxCrossEntropy";
const everything = { shift: 1, rotation: 20, noise: 0.1, mixup: 0.4 };

/** Rows of features and target, as text, in the order of the examples. */
async function rowsOf(data: Dataset, seed: number, batch: number, update: number): Promise<string[]> {
  const source = batchSource(data, LOSS, seed, batchPlan(data.training.count, batch));
  const perEpoch = Math.ceil(data.training.count / batch), rows: string[] = [];
  for (let i = 0; i < perEpoch; i++) {
    const [{ count, x, target }] = (await source.at(update * perEpoch + i)) as readonly [Batch];
    for (let row = 0; row < count; row++) {
      rows.push([...x.slice(row * 6, row * 6 + 6), ...target.slice(row * 3, row * 3 + 3)].join());
    }
  }
  return rows.sort();
}

Deno.test("what is done to an example depends on seed, example and epoch, and not on its batch", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 20 }), fc.nat(), fc.nat(5), async (batch, seed, epoch) => {
      const data = augmented(numbered(20), everything);
      const whole = await rowsOf(data, seed, 20, epoch);
      assert.deepEqual(await rowsOf(data, seed, batch, epoch), whole);
      assert.notDeepEqual(await rowsOf(data, seed, batch, epoch + 1), whole);
      assert.notDeepEqual(await rowsOf(data, seed + 1, batch, epoch), whole);
    }),
    { numRuns: 30 },
  );
});

Deno.test("augmentation leaves the dataset, its validation and its test alone", async () => {
  const plain = digits(), before = plain.training.x.slice();
  const data = augmented(plain, everything);
  await batchSource(data, LOSS, 0, batchPlan(1097, 32)).at(3);
  assert.deepEqual(plain.training.x, before);
  assert.equal(data.validation, plain.validation);
  assert.equal(data.test, plain.test);
  assert.equal(plain.augmentation, undefined);
});

Deno.test("an image moved by whole pixels is the image beside itself, with zeros behind", () => {
  const size = { height: 2, width: 3, channels: 1 }, image = Float32Array.of(1, 2, 3, 4, 5, 6);
  const moved = (
    down: number,
    right: number,
    degrees = 0,
  ) => [...moveImage(image, size, { down, right, degrees })];
  assert.deepEqual(moved(0, 0), [1, 2, 3, 4, 5, 6]);
  assert.deepEqual(moved(0, 1), [0, 1, 2, 0, 4, 5]);
  assert.deepEqual(moved(-1, 0), [4, 5, 6, 0, 0, 0]);
  assert.deepEqual(moved(0, 0.5), [0.5, 1.5, 2.5, 2, 4.5, 5.5]);
});

Deno.test("an image turned by quarters is turned clockwise about its centre, every channel alike", () => {
  const turned = (image: number[], degrees: number, channels = 1) => {
    const side = Math.sqrt(image.length / channels);
    const size = { height: side, width: side, channels };
    return [...moveImage(Float32Array.from(image), size, { down: 0, right: 0, degrees })].map((v) =>
      Math.round(v * 1e6) / 1e6
    );
  };
  assert.deepEqual(turned([1, 2, 3, 4], 90), [3, 1, 4, 2]);
  assert.deepEqual(turned([1, 2, 3, 4, 5, 6, 7, 8, 9], 180), [9, 8, 7, 6, 5, 4, 3, 2, 1]);
  assert.deepEqual(turned([1, 10, 2, 20, 3, 30, 4, 40], 90, 2), [3, 30, 1, 10, 4, 40, 2, 20]);
});

Deno.test("shift and rotation reach as far as they may and no further; noise has its deviation", () => {
  const shape = [41, 41], x = new Float32Array(41 * 41);
  x[20 * 41 + 30] = 1; // ten pixels right of the centre
  const base = { ...numbered(3), features: 41 * 41, shape };
  const centreOf = (augmentation: Augmentation, example: number) => {
    const seen = x.slice();
    augmenterOf({ ...base, augmentation }, 5)!(seen, example, 0);
    const mass = seen.reduce((sum, v) => sum + v);
    const mean = (of: (i: number) => number) => seen.reduce((sum, v, i) => sum + v * of(i), 0) / mass;
    return [mean((i) => Math.floor(i / 41)) - 20, mean((i) => i % 41) - 20];
  };
  const shifts = Array.from({ length: 300 }, (_, example) => centreOf({ shift: 2 }, example));
  for (const axis of [0, 1]) {
    const moved = shifts.map((at) => at[axis] - (axis === 1 ? 10 : 0));
    assert.ok(Math.min(...moved) > -2.001 && Math.min(...moved) < -1.9, `${Math.min(...moved)}`);
    assert.ok(Math.max(...moved) < 2.001 && Math.max(...moved) > 1.9, `${Math.max(...moved)}`);
  }
  const angles = Array.from({ length: 300 }, (_, example) => centreOf({ rotation: 30 }, example))
    .map(([down, right]) => Math.atan2(down, right) * 180 / Math.PI);
  assert.ok(
    Math.min(...angles) > -31 && Math.min(...angles) < -28 && Math.max(...angles) < 31 &&
      Math.max(...angles) > 28,
  );
  const noisy = x.slice();
  augmenterOf({ ...base, augmentation: { noise: 0.5 } }, 5)!(noisy, 0, 0);
  const deviation = Math.sqrt(noisy.reduce((sum, v, i) => sum + (v - x[i]) ** 2, 0) / x.length);
  assert.ok(Math.abs(deviation - 0.5) < 0.03, `${deviation}`);
});

Deno.test("mixup blends two examples of the training set and their targets by the same share", async () => {
  const data = augmented(numbered(50), { mixup: 1 });
  const [{ count, x, target }] = (await batchSource(data, LOSS, 3, batchPlan(50, 50)).at(0)) as readonly [
    Batch,
  ];
  const { x: plain, y } = data.training;
  let mixed = 0;
  for (let row = 0; row < count; row++) {
    const seen = x.subarray(row * 6, row * 6 + 6), shares = target.subarray(row * 3, row * 3 + 3);
    assert.ok(Math.abs(shares.reduce((a, b) => a + b) - 1) < 1e-6);
    if (Math.max(...shares) > 0.999) continue;
    mixed++;
    const fits = (a: number, b: number) => {
      const share = shares[y[a]];
      return y[a] !== y[b] && Math.abs(shares[y[b]] - (1 - share)) < 1e-6 &&
        seen.every((v, j) => Math.abs(v - share * plain[a * 6 + j] - (1 - share) * plain[b * 6 + j]) < 1e-4);
    };
    const all = [...Array(50).keys()];
    assert.ok(all.some((a) => all.some((b) => fits(a, b))), `row ${row} is no blend of two examples`);
  }
  assert.ok(mixed > 20, `${mixed} of 50 have two classes`);
});

for (const alpha of [0.05, 0.4, 1, 3]) {
  Deno.test(`mixup's share has mean 1/2 and the variance of Beta(${alpha}, ${alpha})`, () => {
    const shares = Array.from({ length: 4000 }, (_, index) => betaShare(1, index, alpha));
    assert.ok(shares.every((share) => share >= 0 && share <= 1));
    const mean = shares.reduce((a, b) => a + b) / 4000;
    const variance = shares.reduce((sum, share) => sum + (share - mean) ** 2, 0) / 4000;
    assert.ok(Math.abs(mean - 0.5) < 0.03, `mean ${mean}`);
    assert.ok(Math.abs(variance / (1 / (4 * (2 * alpha + 1))) - 1) < 0.08, `variance ${variance}`);
  });
}

const WRONG: [() => unknown, RegExp][] = [
  [() => augmented(spirals(), { shift: 1 }), /invalid shift: 3 spirals has no images \(its shape is \[2\]\)/],
  [() => augmented(spirals(), { rotation: 5 }), /invalid rotation: 3 spirals has no images/],
  [() => augmented(asStream(numbered(9)), { mixup: 0.2 }), /invalid mixup: stream is streamed/],
  [() => augmented(digits(), { noise: -1 }), /invalid noise: -1 \(a number, at least 0\)/],
  [() => augmented(digits(), { flip: true } as Augmentation), /unknown option of augmented: flip/],
];
for (const [call, message] of WRONG) {
  Deno.test(`augmented refuses what it cannot do: ${message.source}`, () => assert.throws(call, message));
}
