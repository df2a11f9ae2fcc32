/** What a notebook trains is recorded by its parent: its kernel may not write the store. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { runNotebook } from "../../lib/notebook/run.ts";
import { openSession } from "../../lib/notebook/session.ts";
import { sessionTrainings } from "../../lib/notebook/session_trainings.ts";
import { openStore } from "../../lib/store/open_store.ts";
import type { Store } from "../../lib/store/store.ts";
import type { TrainingNews } from "../../lib/store/training_story.ts";
import { inFolder } from "../in_folder.ts";

const lib = new URL("../../lib/", import.meta.url).href;
const story =
  `import { criteria, datasets, live, models, optimizers, schedules, steps, train } from "plateau";
// %% train
const data = datasets.blobs({ centers: [[-1, 0], [1, 0]], perClass: 30 });
const run = await live(train({
  model: models.mlp({ layers: [2, 4, 2] }),
  data,
  optimizer: optimizers.sgd(),
  schedule: schedules.constant(0.1),
  batch: 8,
  evaluate: { every: steps(5) },
  stop: criteria.maxSteps(20),
  name: "blobs",
}));
// %% said
console.log("step", run.at.step);
`;

const inProject = (act: (project: string, file: string) => Promise<void>) =>
  inFolder(async (project) => {
    Deno.writeTextFileSync(
      join(project, "deno.json"),
      JSON.stringify({ imports: { plateau: `${lib}mod.ts` } }),
    );
    Deno.mkdirSync(join(project, "notebooks"));
    const file = join(project, "notebooks", "a.ts");
    Deno.writeTextFileSync(file, story);
    await act(project, file);
  });

async function withStore(project: string, act: (store: Store) => Promise<void>) {
  const store = await openStore(join(project, ".plateau", "runs.sqlite"));
  await act(store).finally(() => store.close());
}

async function run(project: string, file: string) {
  let out = "", err = "";
  const code = await runNotebook({
    ...{ file, project, engine: "wasm", terminal: false },
    out: (text) => out += text,
    err: (text) => err += text,
  });
  return { code, out, err };
}

Deno.test("plateau run records what a notebook trains, once however often it is run; a page as well", () =>
  inProject(async (project, file) => {
    for (let i = 0; i < 2; i++) {
      const { code, out, err } = await run(project, file);
      assert.deepEqual([code, out], [0, "step 20\n"]);
      assert.doesNotMatch(err, /not recorded/);
    }
    const check = (store: Store) =>
      store.runs().then(async (rows) => {
        assert.deepEqual(rows.map(({ name, from, state, step }) => [name, from, state, step]), [
          ["blobs", "notebooks/a.ts", "stopped", 20],
        ]);
        const { updates, evaluations } = (await store.trajectory(rows[0].id))!;
        assert.equal(updates.loss.length, 20);
        assert.deepEqual([...evaluations.step], [5, 10, 15, 20]);
      });
    await withStore(project, check);

    const session = await openSession({ file, project, engine: "wasm" });
    try {
      await withStore(project, async (store) => {
        const before = (await store.runs())[0].updated;
        for (let waited = 0; waited < 60_000; waited += 100) {
          const [{ updated, state }] = await store.runs();
          if (updated > before && state === "stopped") break;
          await new Promise((done) => setTimeout(done, 100));
        }
        assert.ok((await store.runs())[0].updated > before);
        await check(store);
      });
    } finally {
      await session.close();
    }
  }));

Deno.test("what cannot be recorded is said in one line, and the notebook goes on", () =>
  inProject(async (project, file) => {
    Deno.mkdirSync(join(project, ".plateau"));
    Deno.writeTextFileSync(join(project, ".plateau", "runs.sqlite"), "no store".repeat(1000));
    const { code, out, err } = await run(project, file);
    assert.equal(out, "step 20\n");
    assert.match(
      err,
      /^not recorded: damaged store: .*runs\.sqlite \(file is not a database\): move it away/m,
    );
    assert.equal(err.match(/not recorded/g)!.length, 1);
    assert.equal(code, 0);
  }));

const news = (step: number): TrainingNews => ({
  begin: {
    run: {
      ...{ name: "n", source: "training", config: {}, seed: 0, kind: "other", rule: "" },
      counting: { unit: "updates", fromZero: false },
      batches: {},
    },
    identity: "n",
    soFar: { rows: { loss: { step: new Float64Array([step]), value: new Float64Array([1]) } } },
  },
});

Deno.test("a training whose kernel ends is interrupted, and the next kernel's takes its place", () =>
  inFolder(async (project) => {
    const said: string[] = [], options = { file: join(project, "a.ts"), project };
    for (const step of [1, 2]) {
      const trainings = sessionTrainings(options, (line) => said.push(line));
      trainings.take({ t: "training", training: 1, news: news(step) });
      await trainings.close();
      await withStore(project, async (store) => {
        const [row, ...others] = await store.runs();
        assert.deepEqual([row.state, row.step, others], ["interrupted", step, []]);
      });
    }
    const broken = sessionTrainings(options, (line) => said.push(line));
    broken.take({ t: "training", training: 1, news: { rows: {} } });
    broken.take({ t: "training", training: 1, news: { rows: {} } });
    broken.take({ t: "training", training: 1, news: null });
    await broken.close();
    assert.deepEqual(said, ["not recorded: invalid news: the first of a training tells how it begins"]);
  }));
