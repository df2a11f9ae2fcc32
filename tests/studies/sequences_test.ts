import assert from "node:assert/strict";
import fc from "fast-check";
import { uniforms } from "../../lib/random.ts";
import { halton } from "../../lib/studies/halton.ts";
import { type Sequence, sobol } from "../../lib/studies/sobol.ts";

const pointsOf = (sequence: Sequence, count: number) => Array.from({ length: count }, (_, n) => sequence(n));

/** Centred L2 discrepancy (Hickernell 1998), squared: how far from even the points fill the cube. */
function discrepancy(points: readonly Float64Array[]): number {
  const n = points.length, dimensions = points[0].length;
  const far = (x: number) => Math.abs(x - 0.5);
  const product = (term: (axis: number) => number) =>
    Array.from({ length: dimensions }, (_, axis) => term(axis)).reduce((all, each) => all * each, 1);
  let single = 0, pairs = 0;
  for (const x of points) {
    single += product((k) => 1 + far(x[k]) / 2 - far(x[k]) ** 2 / 2);
    for (const y of points) {
      pairs += product((k) => 1 + far(x[k]) / 2 + far(y[k]) / 2 - Math.abs(x[k] - y[k]) / 2);
    }
  }
  return (13 / 12) ** dimensions - 2 * single / n + pairs / (n * n);
}

const seeds = fc.oneof(fc.constant(0), fc.nat());

Deno.test("the first 2^k points of Sobol's sequence have one in every part of every axis, scrambled or not", () => {
  fc.assert(
    fc.property(seeds, fc.integer({ min: 0, max: 8 }), (seed, k) => {
      const points = pointsOf(sobol(64, seed), 2 ** k);
      for (let axis = 0; axis < 64; axis++) {
        assert.equal(
          new Set(points.map((point) => Math.floor(point[axis] * 2 ** k))).size,
          2 ** k,
          `axis ${axis}`,
        );
      }
    }),
    { numRuns: 20 },
  );
});

Deno.test("of its first two axes every box of one in 2^k has one of 2^k points, whatever its shape", () => {
  fc.assert(
    fc.property(seeds, fc.integer({ min: 0, max: 6 }), (seed, k) => {
      const points = pointsOf(sobol(2, seed), 2 ** k);
      for (let wide = 0; wide <= k; wide++) {
        const boxes = points.map(([x, y]) =>
          Math.floor(x * 2 ** wide) * 2 ** (k - wide) + Math.floor(y * 2 ** (k - wide))
        );
        assert.equal(new Set(boxes).size, 2 ** k);
      }
    }),
    { numRuns: 50 },
  );
});

Deno.test("the first b^k points of Halton's sequence have one in every part of the axis of base b, scrambled or not", () => {
  const bases = [2, 3, 5, 7, 11];
  fc.assert(
    fc.property(seeds, (seed) => {
      const sequence = halton(bases.length, seed);
      bases.forEach((base, axis) => {
        const points = pointsOf(sequence, base ** 2);
        // scrambled digits end short of a border by rounding at most
        assert.equal(
          new Set(points.map((point) => Math.floor(point[axis] * base ** 2 + 1e-9))).size,
          base ** 2,
        );
      });
    }),
    { numRuns: 20 },
  );
});

Deno.test("both fill the cube more evenly than random points, scrambled or not", () => {
  for (const dimensions of [2, 5]) {
    const random = discrepancy(pointsOf((n) => uniforms(1, "trial", n, dimensions), 128));
    for (const seed of [0, 1, 2, 3]) {
      for (const sequence of [sobol, halton]) {
        const found = discrepancy(pointsOf(sequence(dimensions, seed), 128));
        assert.ok(
          found < random / 2,
          `${sequence.name} ${seed} in ${dimensions}: ${found}, random ${random}`,
        );
      }
    }
  }
});

Deno.test("a seed scrambles: its points are elsewhere, the same each time, and in the mean in the middle", () => {
  for (const sequence of [sobol, halton]) {
    const means = [1, 2, 3, 4, 5, 6, 7, 8].map((seed) => sequence(6, seed)(0)[5]);
    assert.equal(new Set(means).size, 8);
    const first = Array.from({ length: 200 }, (_, seed) => sequence(1, seed + 1)(0)[0]);
    const mean = first.reduce((sum, value) => sum + value) / 200;
    // the mean of 200 uniform numbers has a standard error of 0.02
    assert.ok(Math.abs(mean - 0.5) < 0.1, `${sequence.name}: ${mean}`);
    assert.deepEqual(sequence(6, 7)(1_000), sequence(6, 7)(1_000));
  }
});

Deno.test("every number is from 0, below 1", () => {
  fc.assert(fc.property(seeds, fc.nat(), fc.constantFrom(sobol, halton), (seed, index, sequence) => {
    for (const value of sequence(20, seed)(index)) assert.ok(value >= 0 && value < 1, String(value));
  }));
});

Deno.test("there are directions for 64 axes, and for more none", () => {
  assert.equal(sobol(64, 0)(1).length, 64);
  assert.throws(() => sobol(65, 0), {
    message: "invalid space: 65 parameters (at most 64 for sobol; halton and random take more)",
  });
});
