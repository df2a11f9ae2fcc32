import assert from "node:assert/strict";
import fc from "fast-check";
import { normals, permutation, philox, uniforms } from "../lib/random.ts";

const hex = (words: readonly number[]) => words.map((word) => word.toString(16).padStart(8, "0")).join(" ");

// Known answers published with the generator (Random123, kat_vectors, philox4x32 10 rounds).
const KNOWN: [number[], number[], string][] = [
  [[0, 0, 0, 0], [0, 0], "6627e8d5 e169c58d bc57ac4c 9b00dbd8"],
  [new Array(4).fill(0xffffffff), new Array(2).fill(0xffffffff), "408f276d 41c83b0e a20bc7c6 6d5451fd"],
  [
    [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    [0xa4093822, 0x299f31d0],
    "d16cfe09 94fdcceb 5001e420 24126ea1",
  ],
];
for (const [counter, key, words] of KNOWN) {
  Deno.test(`philox of ${hex(counter)} is the published ${words}`, () => {
    const [first, second, third, fourth] = counter, given = key as [number, number];
    assert.equal(hex([...philox(1, [first, second, third, fourth], given)]), words);
    const before = [...philox(3, [first - 2, second, third, fourth], given)];
    assert.equal(hex(before.slice(8)), words, "a block that others come before is the same");
  });
}

Deno.test("numbers are a pure function of (seed, purpose, index)", () => {
  fc.assert(
    fc.property(
      fc.nat(),
      fc.string(),
      fc.nat(1000),
      fc.integer({ min: 1, max: 50 }),
      (seed, purpose, index, n) => {
        assert.deepEqual(uniforms(seed, purpose, index, n), uniforms(seed, purpose, index, n));
        assert.deepEqual(
          uniforms(seed, purpose, index, n),
          uniforms(seed, purpose, index, n + 9).slice(0, n),
        );
      },
    ),
  );
});

Deno.test("a different seed, purpose or index gives different numbers", () => {
  const base = uniforms(7, "noise", 3, 4).join();
  for (
    const other of [
      uniforms(8, "noise", 3, 4),
      uniforms(7, "order", 3, 4),
      uniforms(7, "noise", 4, 4),
      uniforms(7 + 2 ** 32, "noise", 3, 4),
    ]
  ) {
    assert.notEqual(other.join(), base);
  }
});

Deno.test("100,000 uniforms have the mean and variance of the uniform distribution", () => {
  const values = uniforms(1, "moments", 0, 100_000);
  const mean = values.reduce((a, b) => a + b) / values.length;
  const variance = values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length;
  assert.ok(Math.abs(mean - 0.5) < 0.004 && Math.abs(variance * 12 - 1) < 0.015, `${mean} ${variance * 12}`);
  assert.ok(values.every((value) => value >= 0 && value < 1));
});

Deno.test("100,000 normals have mean 0, variance 1 and no tail missing", () => {
  const values = normals(1, "moments", 0, 100_000);
  const mean = values.reduce((a, b) => a + b) / values.length;
  const variance = values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length;
  assert.ok(Math.abs(mean) < 0.015 && Math.abs(variance - 1) < 0.02, `${mean} ${variance}`);
  const beyond2 = values.filter((value) => Math.abs(value) > 2).length / values.length;
  assert.ok(Math.abs(beyond2 - 0.0455) < 0.003, `${beyond2}`);
});

Deno.test("a permutation holds each index once", () => {
  fc.assert(fc.property(fc.nat(), fc.nat(200), fc.nat(500), (seed, index, length) => {
    assert.deepEqual(
      [...permutation(seed, "p", index, length)].sort((a, b) => a - b),
      Array.from({ length }, (_, i) => i),
    );
  }));
});

Deno.test("every place of a permutation is equally likely to hold any index", () => {
  const counts = Array.from({ length: 4 }, () => [0, 0, 0, 0]);
  for (let index = 0; index < 8000; index++) {
    permutation(3, "p", index, 4).forEach((value, place) => counts[place][value]++);
  }
  for (const count of counts.flat()) assert.ok(Math.abs(count - 2000) < 200, `${counts}`);
});
