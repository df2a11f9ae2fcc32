import assert from "node:assert/strict";
import fc from "fast-check";
import { crossings } from "../../lib/studies/crossings.ts";
import { type Recorded, studyRecord } from "./records.ts";

const trials: fc.Arbitrary<Recorded[]> = fc.array(
  fc.record({
    values: fc.array(fc.integer({ min: 0, max: 9 }).map((value) => value === 9 ? NaN : value), {
      minLength: 6,
      maxLength: 6,
    }),
    state: fc.constantFrom("done" as const, "done" as const, "pruned" as const),
  }),
  { minLength: 1, maxLength: 15 },
);

Deno.test("crossings are the pairs that were one way round up to a step and the other at the end", () => {
  fc.assert(fc.property(trials, fc.integer({ min: 1, max: 6 }), (given, rows) => {
    const least = (values: readonly number[]) =>
      Math.min(...values.map((value) => Number.isNaN(value) ? Infinity : value));
    const done = given.slice(1).filter(({ state }) => state === "done").map(({ values }) => ({
      then: least(values.slice(0, rows)),
      last: least(values),
    }));
    let pairs = 0, crossed = 0;
    done.forEach((a, i) =>
      done.slice(i + 1).forEach((b) => {
        pairs++;
        if (a.then < b.then && a.last > b.last || a.then > b.then && a.last < b.last) crossed++;
      })
    );
    const record = studyRecord(given);
    assert.deepEqual(crossings(record, record.trials[0], rows * 10), { pairs, crossed });
  }));
});

Deno.test("at the end no pair is still to cross", () => {
  fc.assert(fc.property(trials, (given) => {
    const record = studyRecord(given);
    assert.equal(crossings(record, record.trials[0], 60).crossed, 0);
  }));
});
