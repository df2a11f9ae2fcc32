import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { keptTrainings } from "../../lib/notebook/kernel_cache_trainings.ts";

const library = fileURLToPath(new URL("../../", import.meta.url));

/** A process that trains, or takes what one before it has kept, and says what it can do with that. */
const life = (folder: string) => `
  import { criteria, datasets, fork, models, optimizers, predict, schedules, steps, train } from "plateau";
  import { setEngineChoice } from "${library}lib/engine/engine.ts";
  import { CellCache } from "${library}lib/notebook/kernel_cache.ts";
  import { keptTrainings } from "${library}lib/notebook/kernel_cache_trainings.ts";
  setEngineChoice("cpu");
  const cache = new CellCache({
    folder: ${JSON.stringify(folder)},
    stamp: "cpu",
    trainings: keptTrainings(),
    reads: { begin() {}, files: () => Promise.resolve([]) },
  });
  const ended = async (training) => {
    let last;
    for await (const event of training) last = event;
    return last;
  };
  const data = datasets.blobs({ seed: 1 });
  const sizes = { features: data.features, classes: data.classes.length };
  const kept = await cache.recall("a1", {});
  const trained = (stop) => ended(train({
    model: models.logistic(sizes), data, optimizer: optimizers.sgd(), schedule: schedules.constant(0.1), stop,
    batch: 10, evaluate: { every: steps(5) }, signal: new AbortController().signal,
  }));
  const run = kept?.values.run ?? await trained(criteria.maxSteps(10));
  if (!kept && !await cache.keep("a1", {}, { values: { run, end: run.outcome.state }, shown: [], seconds: 1 })) throw "not kept";
  const other = await trained(criteria.maxSteps(3)); // whose ids must be others
  const forked = await ended(fork(run, 5, { stop: criteria.maxSteps(8) }));
  const onward = await ended(train({
    model: models.logistic(sizes), data, optimizer: optimizers.sgd(), schedule: schedules.constant(0.1),
    stop: criteria.maxSteps(12), batch: 10, evaluate: { every: steps(5) }, from: kept?.values.end ?? run.outcome.state,
  }));
  console.log(JSON.stringify({
    kept: kept !== undefined,
    ids: [run.outcome.checkpoint, run.outcome.state, other.outcome.checkpoint, other.outcome.state],
    told: [...predict(run, data.test)],
    losses: [run, forked, onward].map(({ trajectory }) => [...trajectory.updates.loss]),
  }));
`;

Deno.test("weights and states that kept values name are there in the next process, under ids of their own", async () => {
  const folder = Deno.makeTempDirSync({ prefix: "plateau kept " });
  const file = `${folder}/life.ts`;
  try {
    Deno.writeTextFileSync(file, life(folder));
    const lives = [];
    for (let i = 0; i < 2; i++) {
      const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
        args: ["run", "--quiet", "--no-check", "--allow-all", `--config=${library}deno.json`, file],
      }).output();
      const text = new TextDecoder().decode(stdout);
      assert.ok(text.startsWith("{"), text + new TextDecoder().decode(stderr));
      lives.push(JSON.parse(text));
    }
    const [first, second] = lives;
    assert.deepEqual([first.kept, second.kept], [false, true]);
    assert.deepEqual(second.told, first.told);
    assert.deepEqual(second.losses, first.losses);
    assert.deepEqual(second.ids.slice(0, 2), first.ids.slice(0, 2));
    assert.equal(new Set([...first.ids, ...second.ids]).size, 6);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("values that name no training name none", () => {
  const cyclic: Record<string, unknown> = { id: "c1", state: "s2", list: ["c3", new Map([["s4", 1]])] };
  cyclic.self = cyclic;
  assert.equal(keptTrainings().named(cyclic), null);
});
