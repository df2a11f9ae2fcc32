import assert from "node:assert/strict";
import { digits } from "../../lib/data/digits.ts";
import { fromArrays } from "../../lib/data/from_arrays.ts";
import { noisyLabels } from "../../lib/data/noisy_labels.ts";
import { asStream, numbered } from "./fixture.ts";

const clean = digits();

Deno.test("exactly the share of training labels is wrong, validation and test none", () => {
  for (const share of [0, 0.1, 0.333, 1]) {
    const noisy = noisyLabels(clean, { share });
    const wrong = noisy.training.y.filter((label, i) => label !== clean.training.y[i]).length;
    assert.equal(wrong, Math.round(share * 1097));
    assert.equal(noisy.validation, clean.validation);
    assert.equal(noisy.test, clean.test);
  }
});

Deno.test("a wrong label is any of the other classes, and the same noise comes again by its seed", () => {
  const { y } = noisyLabels(clean, { share: 1 }).training;
  for (let k = 0; k < 10; k++) {
    const taken = new Set([...y].filter((_, i) => clean.training.y[i] === k));
    assert.deepEqual([...taken].sort(), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].filter((other) => other !== k));
  }
  const noise = (seed: number) => noisyLabels(clean, { share: 0.2, seed }).training.y.join();
  assert.equal(noise(1), noise(1));
  assert.notEqual(noise(1), noise(2));
});

Deno.test("what is wrong at a small share is wrong at a larger one too", () => {
  const few = noisyLabels(clean, { share: 0.1 }).training.y,
    many = noisyLabels(clean, { share: 0.3 }).training.y;
  few.forEach((label, i) => label !== clean.training.y[i] && assert.equal(many[i], label));
});

const values = fromArrays({ x: [1, 2, 3, 4, 5], y: [1, 2, 3, 4, 5], features: 1 });
const WRONG: [() => unknown, RegExp][] = [
  [() => noisyLabels(clean, { share: 20 }), /invalid share: 20 \(from 0 to 1\)/],
  [() => noisyLabels(clean, { share: NaN }), /invalid share: NaN/],
  [() => noisyLabels(values, { share: 0.1 }), /invalid data: data has no other class/],
  [() => noisyLabels(asStream(numbered(9)), { share: 0.1 }), /invalid data: stream is streamed/],
];
for (const [call, message] of WRONG) {
  Deno.test(`noisyLabels refuses what it cannot do: ${message.source}`, () => assert.throws(call, message));
}
