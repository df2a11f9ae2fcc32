/** What every store promises of runs. */
import assert from "node:assert/strict";
import { openStore } from "../../lib/store/open_store.ts";
import type { SeriesRows, Store } from "../../lib/store/store.ts";
import { RunBeingWritten, UnknownRun } from "../../lib/store/store_fault.ts";
import { newRun, points } from "./fixture.ts";
import type { InPlace } from "./study_laws.ts";

async function begun(store: Store, said = {}) {
  const writer = await store.begin(newRun(said));
  return { id: writer.id, append: (rows: SeriesRows) => writer.append(rows), writer };
}

const LAWS: Readonly<Record<string, (store: Store, place: string) => Promise<void>>> = {
  "a column that only some appends have is NaN where it lacks; one that none has is left out": async (
    store,
  ) => {
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
  },
  "of an append that is refused nothing stands": async (store) => {
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
  },
  "the same key goes on with the run, and what is known takes the place of what was": async (store) => {
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
  },
  "a run at whose end nothing was trained keeps the end that it had": async (store) => {
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
  },
  "a run that a live process writes is kept from others, who are told which process": async (
    store,
    place,
  ) => {
    const { id, append, writer } = await begun(store), other = await openStore(place);
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
  },
  "a closed store lets go of its runs": async (store, place) => {
    const other = await openStore(place), writer = await other.begin(newRun());
    assert.equal((await store.run(writer.id))!.state, "running");
    await other.close();
    assert.equal((await store.run(writer.id))!.state, "interrupted");
  },
  "the version rises with every change, whoever makes it": async (store, place) => {
    const other = await openStore(place), seen = [await store.version()];
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
  },
  "runs are listed newest first, with names from the nasty list as they are": async (store) => {
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
  },
  "what a database cannot keep in a text is kept as what it looks like": async (store, place) => {
    const writer = await store.begin(newRun({ name: "a\0b\ud800" }));
    await writer.append({ "m\0": points([1]) });
    await writer.append({ "m\0": points([2]) });
    const other = await openStore(place), { name, metrics } = (await other.run(writer.id))!;
    assert.deepEqual([name, metrics], ["a␀b\ufffd", ["m␀"]]);
    assert.equal((await other.series(writer.id, "m\0"))!.step.length, 2);
    await other.close();
  },
  "an id is not used again": async (store) => {
    const seen = new Set<string>();
    for (let i = 0; i < 20; i++) {
      const { id, writer } = await begun(store, { key: null });
      seen.add(id);
      await writer.release();
      await store.remove(id);
    }
    assert.equal(seen.size, 20);
    assert.deepEqual(await store.runs(), []);
  },
  "what is counted from 0 on was measured after one more, and a run says so of its end and its best": async (
    store,
  ) => {
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
  },
};

/** Each promise as a test. */
export function runLaws(inPlace: InPlace, missing: string | null = null): void {
  for (const [name, law] of Object.entries(LAWS)) {
    Deno.test({
      name: missing ? `${name} (${missing})` : name,
      ignore: missing !== null,
      fn: () => inPlace(async (place, open) => law(await open(), place)),
    });
  }
}
