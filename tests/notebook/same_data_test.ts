import assert from "node:assert/strict";
import fc from "fast-check";
import { encode, sameData } from "../../lib/notebook/codec.ts";

const same = (a: unknown, b: unknown) => {
  const [x, y] = [encode(a), encode(b)];
  return x.length === y.length && x.every((byte, i) => byte === y[i]);
};

Deno.test("flat objects are the same data when, and only when, their bytes are", () => {
  const leaf = fc.oneof(
    fc.constantFrom(0, -0, NaN, 1, "1", "", true, null, undefined, 1n, "n"),
    fc.double(),
    fc.constantFrom([], {}, [1], { a: 1 }),
  );
  const flat = fc.dictionary(fc.constantFrom("t", "cell", "state", "__proto__", "1", "0"), leaf);
  fc.assert(
    fc.property(flat, flat, fc.boolean(), (a, other, copy) => {
      const b = copy ? Object.fromEntries(Object.entries(a)) : other;
      assert.equal(sameData(a, b), same(a, b));
    }),
    { numRuns: 500 },
  );
});

Deno.test("keys in another order, and a key that is undefined against one that is absent, are other data", () => {
  assert.ok(!sameData({ a: 1, b: 2 }, { b: 2, a: 1 }));
  assert.ok(!sameData({ a: undefined }, {}));
  assert.ok(!sameData({ a: 0 }, { a: -0 }));
  assert.ok(sameData({ a: NaN }, { a: NaN }));
});
