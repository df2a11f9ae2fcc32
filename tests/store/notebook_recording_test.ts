/** What a notebook trains is recorded by its parent: its kernel may not write the store. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { sessionTrainings } from "../../lib/notebook/session_trainings.ts";
import type { TrainingNews } from "../../lib/store/training_story.ts";
import { inFolder } from "../in_folder.ts";
import { inProject, run, withStore } from "./recorded_notebook.ts";

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
