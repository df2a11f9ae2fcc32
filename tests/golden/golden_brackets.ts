/** Hyperband's bracket tables. */
import assert from "node:assert/strict";
import { hyperbandBrackets } from "../../lib/studies/hyperband_brackets.ts";
import type { Check } from "./vectors.ts";

interface Bracket {
  readonly s: number;
  readonly rungs: readonly (readonly [trials: number, resource: number])[];
}

export const bracketsCheck: Check = (file, golden) => {
  if (file.name !== "hyperband") return null;
  const { R, eta } = golden.params as Record<string, number>;
  return () => {
    const expected = golden.all.brackets as readonly Bracket[], found = hyperbandBrackets(R, eta);
    assert.deepEqual(
      found.map(({ s, rungs }) => ({ s, trials: rungs.map(({ trials }) => trials) })),
      expected.map(({ s, rungs }) => ({ s, trials: rungs.map(([trials]) => trials) })),
      golden.id,
    );
    found.forEach(({ rungs }, i) =>
      rungs.forEach(({ resource }, round) => {
        const given = expected[i].rungs[round][1];
        assert.ok(Math.abs(resource - given) <= 1e-9 * given, `${golden.id}: ${resource}, expected ${given}`);
      })
    );
  };
};
