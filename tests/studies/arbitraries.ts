/** Random spaces and samplers. */
import fc from "fast-check";
import { choice, integer, logUniform, type Space, uniform } from "../../lib/studies/space.ts";
import type { Sampler } from "../../lib/studies/sampler.ts";

const finite = fc.double({ min: -1e6, max: 1e6, noNaN: true });
const ordered = (a: number, b: number): [number, number] => a <= b ? [a, b] : [b, a];

const parameter = fc.oneof(
  fc.tuple(finite, finite).map(([a, b]) => uniform(...ordered(a, b))),
  fc.tuple(fc.double({ min: 1e-9, max: 1e9, noNaN: true }), fc.double({ min: 1e-9, max: 1e9, noNaN: true }))
    .map(([a, b]) => logUniform(...ordered(a, b))),
  fc.tuple(fc.integer(), fc.integer()).map(([a, b]) => integer(...ordered(a, b))),
  fc.tuple(fc.integer({ min: 1 }), fc.integer({ min: 1 }))
    .map(([a, b]) => integer(...ordered(a, b), { log: true })),
  fc.uniqueArray(fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null)), { minLength: 1 })
    .map((values) => choice(values)),
);

export const spaces: fc.Arbitrary<Space> = fc.dictionary(fc.stringMatching(/^[a-z]{1,6}$/), parameter, {
  minKeys: 1,
  maxKeys: 6,
  noNullPrototype: true,
});

export const sequences: fc.Arbitrary<Exclude<Sampler, { kind: "grid" }>> = fc.record({
  kind: fc.constantFrom("random" as const, "sobol" as const, "halton" as const),
  seed: fc.oneof(fc.constant(0), fc.nat()),
});
