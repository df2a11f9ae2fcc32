/**
 * Runs a study of six trials on three rates and two seeds, and says the process ids of its workers as they come.
 * Arguments: the folder, how many workers, updates of each trial.
 */
import { steps } from "../../lib/durations.ts";
import { choice } from "../../lib/studies/space.ts";
import { runStudy } from "../../lib/studies/run_study.ts";
import type { Study } from "../../lib/studies/study.ts";
import { small } from "../training/fixture.ts";

const [folder, workers, updates] = Deno.args;
const { model, data, optimizer, schedule, batch } = small;
const study: Study = {
  name: "cut",
  spec: { model, data, optimizer, schedule, batch, evaluate: { every: steps(50) } },
  space: { "schedule.rate": choice([3e-3, 1e-3, 1e-2]) },
  budget: steps(Number(updates)),
  sampler: { kind: "grid", levels: 2 },
  seeds: [0, 1],
};
const options = { store: `${folder}/runs.sqlite`, folder, workers: Number(workers), engine: "wasm" as const };
for await (const { workers, study: { counts, steps } } of runStudy(study, options)) {
  console.log(JSON.stringify({ workers, counts, steps }));
}
Deno.exit(0);
