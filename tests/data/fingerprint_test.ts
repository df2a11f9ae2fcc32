import assert from "node:assert/strict";
import { augmented } from "../../lib/data/augmented.ts";
import { blobs } from "../../lib/data/blobs.ts";
import type { Dataset } from "../../lib/data/dataset.ts";
import { fingerprint } from "../../lib/data/fingerprint.ts";
import { fromArrays } from "../../lib/data/from_arrays.ts";
import { streamed } from "../../lib/data/streamed.ts";

const held = { x: [0, 1, 1, 0], y: [0, 1] };
const stream = (options: object) =>
  streamed({
    open: () => [],
    count: 9,
    features: 2,
    classes: ["a", "b"],
    validation: held,
    test: held,
    ...options,
  });
const rows = Array.from({ length: 40 }, (_, i) => i % 7);
const arrays = (x: readonly number[]) =>
  fromArrays({ x, y: rows.map((value) => value % 2), features: 1, classes: ["even", "odd"] });

const OTHERS: [string, () => Dataset, () => Dataset][] = [
  ["another seed", () => blobs(), () => blobs({ seed: 5 })],
  ["another split", () => arrays(rows), () => arrays(rows.toReversed())],
  ["one other number", () => arrays(rows), () => arrays(rows.with(17, 0.5))],
  ["what is done to them", () => blobs(), () => augmented(blobs(), { noise: 0.1 })],
  ["another shuffle", () => stream({}), () => stream({ shuffle: 5 })],
  ["other passes", () => stream({}), () => stream({ passes: 3 })],
];
for (const [what, one, other] of OTHERS) {
  Deno.test(`data is told apart by ${what}, and is itself whenever it is made`, () => {
    assert.match(fingerprint(one()), /^[0-9a-f]{12}$/);
    assert.equal(fingerprint(one()), fingerprint(one()));
    assert.notEqual(fingerprint(one()), fingerprint(other()));
  });
}
