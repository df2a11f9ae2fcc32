import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import type { Series } from "../../lib/curves/logged.ts";
import { runId } from "../../lib/store/run_row.ts";
import { openStore } from "../../lib/store/sqlite_store.ts";
import type { SeriesRows } from "../../lib/store/store.ts";
import { RunBeingWritten, UnknownRun } from "../../lib/store/store_fault.ts";
import { inStore, newRun, points, span } from "./fixture.ts";

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

Deno.test("a column that only some appends have is NaN where it lacks; one that none has is left out", () =>
  inStore(async (store) => {
    const { id, ...writer } = await begun(store);
    await writer.append({ a: { step: new Float64Array([1]), value: new Float64Array([5]) } });
    await writer.append({
      a: { step: new Float64Array([2]), value: new Float64Array([6]), epoch: new Float64Array([1]) },
    });
    assert.deepEqual(await store.series(id, "a"), {
      step: new Float64Array([1, 2]),
      epoch: new Float64Array([NaN, 1]),
      value: new Float64Array([5, 6]),
    });
  }));

async function begun(store: Parameters<Parameters<typeof inStore>[0]>[0], said = {}) {
  const writer = await store.begin(newRun(said));
  return { id: writer.id, append: (rows: SeriesRows) => writer.append(rows), writer };
}

Deno.test("of an append that is refused nothing stands", () =>
  inStore(async (store) => {
    const { id, append } = await begun(store);
    await append({ a: points([1, 2]) });
    const short = { step: new Float64Array([1, 2]), value: new Float64Array([1]) };
    await assert.rejects(append({ a: points([2, 3]), b: short }), {
      message: "invalid series: b has 1 values and 2 numbers of step",
    });
    assert.deepEqual(await store.series(id, "a"), points([1, 2]));
    assert.equal(await store.series(id, "b"), null);
    await append({ a: points([3]) });
    assert.deepEqual(await store.series(id, "a"), points([1, 2, 3]));
  }));

Deno.test("the same key goes on with the run, and what is known takes the place of what was", () =>
  inStore(async (store) => {
    const first = await store.begin(newRun());
    await first.append({ a: points([1, 2, 3]), b: points([1]) });
    await first.checkpoint(2, "step-2", "aa");
    await first.checkpoint(3, "step-3", "bb");
    await first.release();
    assert.equal((await store.run(first.id))!.state, "interrupted");

    const on = await store.begin(newRun({ name: "renamed" }));
    assert.equal(on.id, first.id);
    assert.deepEqual(await on.recorded(), { a: 3, b: 1 });
    await on.append({ a: points([4]) });
    await on.release();

    const anew = await store.begin(newRun(), { rows: { a: points([1, 2]) } });
    assert.deepEqual(await anew.recorded(), { a: 2 });
    assert.deepEqual(await store.checkpoints(anew.id), [{ step: 2, path: "step-2", sha256: "aa" }]);
    await anew.end("stopped", "reached 2 steps", null);
    const { state, because, step } = (await store.run(anew.id))!;
    assert.deepEqual({ state, because, step }, { state: "stopped", because: "reached 2 steps", step: 2 });
    assert.equal((await store.runs()).length, 1);
    assert.notEqual(
      (await store.begin(newRun({ key: null }))).id,
      (await store.begin(newRun({ key: null }))).id,
    );
  }));

Deno.test("a run at whose end nothing was trained keeps the end that it had", () =>
  inStore(async (store) => {
    const first = await store.begin(newRun());
    await first.append({ a: points([1]) });
    await first.end("diverged", "the loss is no number", null);
    const again = await store.begin(newRun(), { rows: { a: points([1]) } });
    assert.equal((await store.run(again.id))!.state, "running");
    await again.end("alreadyComplete", "", null);
    assert.equal((await store.run(again.id))!.because, "the loss is no number");
    const other = await store.begin(newRun());
    await other.append({ a: points([2]) });
    await other.end("alreadyComplete", "", null);
    assert.equal((await store.run(again.id))!.state, "alreadyComplete");
  }));

Deno.test("a run that a live process writes is kept from others, who are told which process", () =>
  inStore(async (store, path) => {
    const { id, append, writer } = await begun(store), other = await openStore(path);
    const busy = {
      name: "RunBeingWritten",
      message: `run being written: ${id} (by process ${Deno.pid}): wait for its end, or stop it`,
    };
    for (const each of [store, other]) {
      await assert.rejects(each.begin(newRun()), busy);
      await assert.rejects(each.remove(id), RunBeingWritten);
      assert.equal((await each.run(id))!.state, "running");
    }
    await writer.release();
    const taken = await other.begin(newRun());
    await assert.rejects(append({ a: points([1]) }), UnknownRun);
    await taken.end("stopped", "", null);
    await other.remove(id);
    assert.equal(await store.run(id), null);
    await assert.rejects(store.remove(id), { message: `unknown run: ${id}` });
    await other.close();
  }));

Deno.test("a closed store lets go of its runs", () =>
  inStore(async (store, path) => {
    const other = await openStore(path), writer = await other.begin(newRun());
    assert.equal((await store.run(writer.id))!.state, "running");
    await other.close();
    assert.equal((await store.run(writer.id))!.state, "interrupted");
  }));

Deno.test("the version rises with every change, whoever makes it", () =>
  inStore(async (store, path) => {
    const other = await openStore(path), seen = [await store.version()];
    const changed = async () => {
      const now = await store.version();
      assert.ok(now > seen.at(-1)!);
      assert.equal(await other.version(), now);
      seen.push(now);
    };
    const writer = await other.begin(newRun());
    await changed();
    await writer.append({ a: points([1]) });
    await changed();
    const before = (await store.run(writer.id))!.version;
    await store.tag(writer.id, ["good", "good", "a b"]);
    await changed();
    const { tags, version } = (await other.run(writer.id))!;
    assert.deepEqual(tags, ["good", "a b"]);
    assert.ok(version > before);
    await writer.warn([{ file: "a", offset: 3, message: "damaged record skipped" }]);
    await writer.end("stopped", "", null);
    await changed();
    await store.judge(writer.id, [{ policy: "maxSteps(3)", judgement: { regret: NaN } }]);
    await store.judge(writer.id, [{ policy: "maxSteps(3)", judgement: { regret: Infinity } }]);
    await changed();
    assert.deepEqual(await other.verdicts(writer.id), [{
      policy: "maxSteps(3)",
      judgement: { regret: Infinity },
    }]);
    assert.equal((await other.run(writer.id))!.warnings.length, 1);
    await other.remove(writer.id);
    await changed();
    assert.equal(await store.version(), seen.at(-1));
    await other.close();
  }));

Deno.test("runs are listed newest first, with names from the nasty list as they are", () =>
  inStore(async (store) => {
    const names = ["__proto__", "constructor", "a'; DROP TABLE runs;--", "é\u2028", ""];
    for (const name of names) {
      const config = JSON.parse(`{"__proto__": 1, ${JSON.stringify(`k${name}`)}: ${JSON.stringify(name)}}`);
      const writer = await store.begin(newRun({ name, key: name, config }));
      await writer.append(Object.fromEntries([[`m${name}`, points([1])], ["__proto__", points([2])]]));
    }
    const rows = await store.runs();
    assert.deepEqual(rows.map(({ name }) => name), names.toReversed());
    for (const { id, name, config, metrics } of rows) {
      assert.equal(config[`k${name}`], name);
      assert.ok(Object.hasOwn(config, "__proto__"));
      assert.deepEqual(metrics, [`m${name}`, "__proto__"]);
      assert.deepEqual((await store.series(id, "__proto__"))!.step, new Float64Array([2]));
    }
    assert.equal(({} as Record<string, unknown>).lr, undefined);
  }));

Deno.test("what SQLite cannot keep in a text is kept as what it looks like", () =>
  inStore(async (store, path) => {
    const writer = await store.begin(newRun({ name: "a\0b\ud800" }));
    await writer.append({ "m\0": points([1]) });
    await writer.append({ "m\0": points([2]) });
    const other = await openStore(path), { name, metrics } = (await other.run(writer.id))!;
    assert.deepEqual([name, metrics], ["a␀b\ufffd", ["m␀"]]);
    assert.equal((await other.series(writer.id, "m\0"))!.step.length, 2);
    await other.close();
  }));

Deno.test("10,000 ids are 10,000, of six letters and digits", () => {
  const ids = new Set(span(1, 10_000).map((number) => runId(number, 123_456_789)));
  assert.equal(ids.size, 10_000);
  for (const id of ids) assert.match(id, /^[0-9a-z]{6}$/);
});

Deno.test("an id is not used again", () =>
  inStore(async (store) => {
    const seen = new Set<string>();
    for (let i = 0; i < 20; i++) {
      const { id, writer } = await begun(store, { key: null });
      seen.add(id);
      await writer.release();
      await store.remove(id);
    }
    assert.equal(seen.size, 20);
    assert.deepEqual(await store.runs(), []);
  }));

Deno.test("what is counted from 0 on was measured after one more, and a run says so of its end and its best", () =>
  inStore(async (store) => {
    const rows = { "val_loss": points([0, 1, 2, 3], [0.9, 0.4, 0.5, 0.6]) };
    const places = async (fromZero: boolean) => {
      const key = `from zero ${fromZero}`, counting = { unit: "epochs" as const, fromZero };
      const { id } = await store.begin(newRun({ key, counting }), {
        rows,
        end: { state: "stopped", because: "" },
      });
      const { step, best } = (await store.run(id))!;
      return [step, best?.step];
    };
    assert.deepEqual([await places(true), await places(false)], [[4, 2], [3, 1]]);
  }));
