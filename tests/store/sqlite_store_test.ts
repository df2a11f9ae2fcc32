import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import type { Series } from "../../lib/curves/logged.ts";
import { runId } from "../../lib/store/run_row.ts";
import { openStore } from "../../lib/store/open_store.ts";
import { inStore, newRun, points, span } from "./fixture.ts";
import { inSqlite } from "./in_sqlite.ts";
import { runLaws } from "./run_laws.ts";

runLaws(inSqlite);

/** Points of a list that an append leaves, and what it adds. */
function appended(before: [number, number][], step: readonly number[], value: readonly number[]) {
  const cut = step.length === 0 ? before : before.filter(([each]) => each < step[0]);
  return [...cut, ...step.map((each, i): [number, number] => [each, value[i]])];
}
const pairs = ({ step, value }: Series) => Array.from(step, (each, i): [number, number] => [each, value[i]]);

/** Some appends: where each begins, how many points, and which of two series. */
const appends = fc.array(
  fc.record({
    from: fc.integer({ min: 1, max: 60 }),
    // of 0 and -0 neither is the smaller
    values: fc.array(fc.double().map((value) => value === 0 ? 0 : value), { maxLength: 12 }),
    tags: fc.subarray(["val_loss", "b"], { minLength: 1 }),
  }),
  { maxLength: 20 },
);

Deno.test("whatever is appended, a series holds what a list would", async () => {
  await fc.assert(
    fc.asyncProperty(appends, fc.boolean(), (all, anew) =>
      inStore(async (store, path) => {
        const model: Record<string, [number, number][]> = {};
        let writer = await store.begin(newRun());
        for (const { from, values, tags } of all) {
          const step = span(from, from + values.length - 1);
          await writer.append(Object.fromEntries(tags.map((tag) => [tag, points(step, values)])));
          for (const tag of tags) model[tag] = appended(model[tag] ?? [], step, values);
          if (!anew) continue;
          await writer.release();
          writer = await store.begin(newRun());
        }
        const other = await openStore(path), { id } = writer;
        for (const [tag, expected] of Object.entries(model)) {
          const series = (await other.series(id, tag))!;
          assert.deepEqual(pairs(series), expected);
          if (expected.length > 0) assert.deepEqual(series, points([...series.step], [...series.value]));
        }
        const best = (await other.run(id))!.best, losses = model.val_loss ?? [];
        const finite = losses.map(([, value]) => value).filter(Number.isFinite);
        assert.equal(best?.value, finite.length > 0 ? Math.min(...finite) : undefined);
        assert.equal(best?.step, losses.find(([, value]) => value === best?.value)?.[0]);
        await other.close();
      })),
    { numRuns: 25 },
  );
});

Deno.test("thousands of small appends become few pieces, and columns that series share are kept once", () =>
  inStore(async (store, path) => {
    const writer = await store.begin(newRun());
    for (let i = 0; i < 4200; i++) {
      const some = points([i * 3 + 1, i * 3 + 2, i * 3 + 3]);
      await writer.append({ "training.loss": some, rate: some });
    }
    const expected = points(span(1, 12_600));
    assert.deepEqual(await store.series(writer.id, "training.loss"), expected);
    assert.deepEqual(await store.series(writer.id, "rate"), expected);
    const db = new DatabaseSync(path, { readOnly: true });
    const count = (table: string) => Number(db.prepare(`SELECT count(*) AS n FROM ${table}`).get()!.n);
    assert.ok(count("pieces") < 2 * 3 * 64, `${count("pieces")} pieces`);
    assert.equal(count("chunks"), count("pieces") / 2);
    db.close();
  }));

Deno.test("10,000 ids are 10,000, of six letters and digits", () => {
  const ids = new Set(span(1, 10_000).map((number) => runId(number, 123_456_789)));
  assert.equal(ids.size, 10_000);
  for (const id of ids) assert.match(id, /^[0-9a-z]{6}$/);
});
