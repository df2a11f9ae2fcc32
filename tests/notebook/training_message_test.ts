/** Cells may say anything of trainings: what is none is refused before the store hears of it. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { sessionTrainings } from "../../lib/notebook/session_trainings.ts";
import { openStore } from "../../lib/store/open_store.ts";
import type { RunRow, Store } from "../../lib/store/store.ts";
import { inFolder } from "../in_folder.ts";

const numbers = (...each: number[]) => Float64Array.from(each);
const run = {
  ...{ name: "n", source: "training", config: {}, seed: 0, kind: "other", rule: "" },
  ...{ counting: { unit: "updates", fromZero: false }, batches: {} },
};
const loss = { step: numbers(1, 2), value: numbers(1, NaN) };
const begin = { run, identity: "n", soFar: { rows: { loss } } };

/** What is in the store after one kernel has said all this of its trainings, and what it was answered. */
async function after(messages: readonly [training: unknown, news: unknown][], file = "a.ts") {
  let rows: RunRow[] = [];
  const said: string[] = [];
  await inFolder(async (project) => {
    const trainings = sessionTrainings({ file: join(project, file), project }, (line) => said.push(line));
    for (const [training, news] of messages) trainings.take({ t: "training", training, news } as never);
    await trainings.close();
    const path = join(project, ".plateau", "runs.sqlite");
    await inStore(path, async (store) => {
      rows = await store.runs();
      for (const { id, metrics } of rows) for (const metric of metrics) await store.series(id, metric);
    });
  });
  return { rows, said };
}
async function inStore(path: string, act: (store: Store) => Promise<void>) {
  const store = await openStore(path);
  await act(store).finally(() => store.close());
}

Deno.test("news that are none of a training's are refused, and nothing of them is stored", async (t) => {
  const withRun = (changed: object) => ({ begin: { ...begin, run: { ...run, ...changed } } });
  const withLoss = (changed: object) => ({
    begin: { ...begin, soFar: { rows: { loss: { ...loss, ...changed } } } },
  });
  const wrong: Record<string, unknown> = {
    "no object": 7,
    "another source": withRun({ source: "tensorboard" }),
    "a key of its choice": withRun({ key: "notebook b.ts n" }),
    "no counting, by which pages read every run": withRun({ counting: null }),
    "a setting that is no plain value": withRun({ config: { lr: { deep: 1 } } }),
    "an unknown kind": withRun({ kind: "\u001b[2J" }),
    "columns of other numbers": withLoss({ value: new Int32Array(2) }),
    "a column that only says its length": withLoss({ value: { length: 1e9 } }),
    "columns of other lengths": withLoss({ epoch: numbers(1) }),
    "steps that go back": withLoss({ step: numbers(2, 1) }),
    "a step that is no number": withLoss({ step: numbers(1, NaN) }),
    "a name without end": withRun({ name: "n".repeat(1e5) }),
    "series without end": {
      begin: {
        ...begin,
        soFar: { rows: Object.fromEntries(Array.from({ length: 10_001 }, (_, i) => [`m${i}`, loss])) },
      },
    },
  };
  for (const [what, news] of Object.entries(wrong)) {
    await t.step(what, async () => {
      const { rows, said } = await after([[1, news]]);
      assert.deepEqual(rows, []);
      assert.equal(said.length, 1);
      assert.match(said[0], /^not recorded: invalid news of a training/);
    });
  }
  await t.step("an end that is none", async () => {
    const { rows: [row], said } = await after([[1, { begin }], [1, { end: { state: "running" } }]]);
    assert.equal(row.state, "interrupted");
    assert.match(said[0], /^not recorded: invalid news of a training: end\.state/);
  });
});

Deno.test("a training is one run, and named by a number", async () => {
  const { rows, said } = await after([
    [1, { begin }],
    [1, { begin: { ...begin, identity: "m" } }],
    ["2", { begin }],
    [{ a: 1 }, { begin }],
  ]);
  assert.equal(rows.length, 1);
  assert.equal(said.length, 3);
});

Deno.test("a notebook finds no run of another one, however it calls its trainings", () =>
  inFolder(async (project) => {
    const take = async (file: string, identity: string) => {
      const options = { file: join(project, file), project };
      const trainings = sessionTrainings(options, (line) => assert.fail(line));
      trainings.take({ t: "training", training: 1, news: { begin: { ...begin, identity } } as never });
      await trainings.close();
    };
    await take("a.ts b.ts", "n");
    await take("a.ts", "b.ts n");
    await inStore(join(project, ".plateau", "runs.sqlite"), async (store) => {
      assert.deepEqual((await store.runs()).map(({ from }) => from), ["a.ts", "a.ts b.ts"]);
    });
  }));

Deno.test("names that objects begin with are names", async () => {
  const named = (key: string) => ({ begin: { ...begin, soFar: { rows: { ["a"]: loss, [key]: loss } } } });
  const { rows: [row], said } = await after([[1, named("constructor")]]);
  assert.deepEqual([row.metrics, said], [["a", "constructor"], []]);
  const polluted = JSON.parse('{"__proto__": {"polluted": true}, "lr": 1}');
  await after([[1, { begin: { ...begin, run: { ...run, config: polluted } } }]]);
  assert.equal((({}) as Record<string, unknown>).polluted, undefined);
});

Deno.test("the recording of what failed is let go of, not left running", async () => {
  const { rows: [row] } = await after([[1, { begin }], [1, { rows: 3 }]]);
  assert.equal(row.state, "interrupted");
});

Deno.test("what is refused opens no further store", { ignore: Deno.build.os !== "linux" }, async () => {
  const open = () => [...Deno.readDirSync("/proc/self/fd")].length;
  const before = open();
  const wrong = Array.from({ length: 20 }, (_, i) => [[i, { begin }], [100 + i, 7]] as [number, unknown][]);
  const { rows, said } = await after(wrong.flat());
  assert.deepEqual([rows.length, said.length], [20, 20]);
  assert.equal(open(), before);
});

Deno.test("after a store was deleted the next training begins a new one", () =>
  inFolder(async (project) => {
    const said: string[] = [], folder = join(project, ".plateau"), path = join(folder, "runs.sqlite");
    const trainings = sessionTrainings({ file: join(project, "a.ts"), project }, (line) => said.push(line));
    const take = (training: number, news: unknown) =>
      trainings.take({ t: "training", training, news } as never);
    take(1, { begin });
    while (!existsSync(path)) await new Promise((done) => setTimeout(done, 5));
    await new Promise((done) => setTimeout(done, 100));
    Deno.removeSync(folder, { recursive: true });
    take(1, { rows: { loss: { step: numbers(3), value: numbers(1) } } });
    take(2, { begin: { ...begin, identity: "m" } });
    await trainings.close();
    assert.equal(said.length, 1);
    assert.match(said[0], /^not recorded: storage fault: .*it is gone, ENOENT/);
    await inStore(path, async (store) => assert.equal((await store.runs()).length, 1));
  }));
