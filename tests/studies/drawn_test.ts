import assert from "node:assert/strict";
import fc from "fast-check";
import { drawn } from "../../lib/studies/drawn.ts";
import { asSampler } from "../../lib/studies/sampler.ts";
import {
  choice,
  integer,
  logUniform,
  type Parameter,
  type ParameterValue,
  pointsIn,
  uniform,
} from "../../lib/studies/space.ts";
import { levelsOf } from "../../lib/studies/value_at.ts";
import { sequences, spaces } from "./arbitraries.ts";

const sobol = { kind: "sobol", seed: 0 } as const;

function isIn(parameter: Parameter, value: ParameterValue): boolean {
  if (parameter.kind === "choice") return parameter.values.includes(value);
  if (typeof value !== "number" || parameter.kind === "integer" && !Number.isInteger(value)) return false;
  return value >= parameter.min && value <= parameter.max;
}

Deno.test("every draw is in the space, and has a value for each of its parameters", () => {
  fc.assert(fc.property(spaces, sequences, (space, sampler) => {
    for (const point of drawn(space, sampler, Math.min(20, pointsIn(space)))) {
      assert.deepEqual(Object.keys(point), Object.keys(space));
      for (const [path, value] of Object.entries(point)) {
        assert.ok(isIn(space[path], value), `${path}: ${value}`);
      }
    }
  }));
});

Deno.test("the n-th draw does not depend on how many are asked for, nor on the order of the parameters", () => {
  fc.assert(fc.property(spaces, sequences, fc.integer({ min: 1, max: 20 }), (space, sampler, count) => {
    const most = Math.min(20, pointsIn(space)), few = Math.min(count, most);
    const all = drawn(space, sampler, most);
    assert.deepEqual(drawn(space, sampler, few), all.slice(0, few));
    const turned = Object.fromEntries(Object.entries(space).reverse());
    assert.deepEqual(
      drawn(turned, sampler, most).map((point) => ({ ...point })),
      all.map((point) => ({ ...point })),
    );
  }));
});

Deno.test("another seed draws other points, the same seed the same", () => {
  const space = { a: uniform(0, 1), b: logUniform(1e-4, 1) };
  for (const kind of ["random", "sobol", "halton"] as const) {
    assert.deepEqual(drawn(space, { kind, seed: 3 }, 8), drawn(space, { kind, seed: 3 }, 8));
    assert.notDeepEqual(drawn(space, { kind, seed: 3 }, 8), drawn(space, { kind, seed: 4 }, 8));
  }
});

Deno.test("whole numbers and choices come equally often, those at the ends too", () => {
  const space = { units: integer(1, 4), kind: choice(["a", "b", "c", "d"]) };
  for (const seed of [0, 5]) {
    const points = drawn({ ...space, rate: uniform(0, 1) }, { kind: "sobol", seed }, 64);
    for (const path of ["units", "kind"] as const) {
      const counts = Map.groupBy(points, (point) => (point as Record<string, ParameterValue>)[path]);
      assert.deepEqual([...counts.values()].map(({ length }) => length), [16, 16, 16, 16]);
    }
  }
});

Deno.test("whole numbers by their logarithm reach both ends, and small ones come more often", () => {
  const points = drawn({ batch: integer(1, 16, { log: true }), rate: uniform(0, 1) }, sobol, 256);
  const counts = Array.from({ length: 16 }, (_, i) => points.filter(({ batch }) => batch === i + 1).length);
  counts.forEach((count, i) =>
    assert.ok(count > 0 && count <= (counts[i - 1] ?? Infinity) + 1, counts.join(" "))
  );
});

Deno.test("every order of magnitude of a logarithmic range has its share", () => {
  const rates = drawn({ rate: logUniform(1e-4, 1) }, sobol, 64).map(({ rate }) =>
    Math.floor(Math.log10(rate as number) + 1e-9)
  );
  for (const decade of [-4, -3, -2, -1]) assert.equal(rates.filter((each) => each === decade).length, 16);
});

Deno.test("no point comes twice where parameters have only so many values, and all of them come", () => {
  const space = { units: integer(1, 5), depth: integer(1, 9, { log: true }), kind: choice(["a", "b", null]) };
  fc.assert(
    fc.property(sequences, fc.integer({ min: 1, max: 135 }), (sampler, count) => {
      const points = drawn(space, sampler, count).map((point) => JSON.stringify(point));
      assert.equal(new Set(points).size, count);
    }),
    { numRuns: 30 },
  );
});

Deno.test("Sobol's first point is the corner of all that is least and stays; Halton's is left out", () => {
  const space = { a: uniform(2, 6), b: uniform(0, 9) };
  assert.deepEqual(drawn(space, sobol, 2), [{ a: 2, b: 0 }, { a: 4, b: 4.5 }]);
  assert.deepEqual(drawn(space, { kind: "halton", seed: 0 }, 1), [{ a: 4, b: 3 }]);
});

Deno.test("a grid has every combination, the last parameter fastest, its ends exactly", () => {
  const space = { rate: logUniform(0.001, 0.1), depth: integer(1, 2), shape: choice(["a", "b"]) };
  assert.deepEqual(
    drawn(space, { kind: "grid", levels: 3 }, null).map((point) => Object.values(point).join(" ")),
    [
      ...["0.001 1 a", "0.001 1 b", "0.001 2 a", "0.001 2 b"],
      ...[
        "0.010000000000000004 1 a",
        "0.010000000000000004 1 b",
        "0.010000000000000004 2 a",
        "0.010000000000000004 2 b",
      ],
      ...["0.1 1 a", "0.1 1 b", "0.1 2 a", "0.1 2 b"],
    ],
  );
  assert.deepEqual(drawn({}, { kind: "grid", levels: 3 }, null), [{}]);
});

Deno.test("the levels of whole numbers come once, of a choice all, of one number one", () => {
  assert.deepEqual(levelsOf(integer(1, 3), 5), [1, 2, 3]);
  assert.deepEqual(levelsOf(integer(16, 256, { log: true }), 5), [16, 32, 64, 128, 256]);
  assert.deepEqual(levelsOf(choice(["a", null]), 5), ["a", null]);
  assert.deepEqual(levelsOf(uniform(0.5, 0.5), 5), [0.5]);
});

Deno.test("more points than a space or a study can have are refused in one line", () => {
  const six = { a: integer(1, 3), b: choice([true, false]) };
  const cases: [() => unknown, string][] = [
    [() => drawn(six, sobol, 7), "invalid trials: 7 (the space has 6 points)"],
    [() => drawn({}, sobol, 2), "invalid trials: 2 (the space has 1 point)"],
    [() => drawn(six, sobol, 0), "invalid trials: 0 (a whole number, at least 1)"],
    [() => drawn(six, sobol, null), "invalid trials: null (a whole number, at least 1)"],
    [() => drawn({ a: uniform(0, 1) }, sobol, 100_001), "invalid trials: 100001 (at most 100,000)"],
    [
      () => drawn(six, { kind: "grid", levels: 5 }, 5),
      "invalid trials: 5 (the grid has 6 points; leave trials out)",
    ],
    [
      () =>
        drawn(Object.fromEntries([..."abcdefgh"].map((path) => [path, uniform(0, 1)])), {
          kind: "grid",
          levels: 5,
        }, null),
      "invalid sampler: a grid of 390,625 points (at most 100,000; fewer levels, or sobol)",
    ],
    [() => asSampler({ kind: "tpe" }), 'invalid sampler: "tpe" (grid, random, sobol or halton)'],
    [() => asSampler({ kind: "grid", levels: 1 }), "invalid levels: 1 (a whole number, at least 2)"],
    [() => asSampler({ kind: "sobol", seed: -1 }), "invalid seed: -1 (a whole number, at least 0)"],
    [() => asSampler({ kind: "sobol", levels: 3 }), "unknown option of sobol: levels (has kind, seed)"],
    [() => asSampler("sobol"), 'invalid sampler: "sobol" (as { kind: "sobol", seed: 0 })'],
  ];
  for (const [draw, message] of cases) assert.throws(draw, { message });
});
