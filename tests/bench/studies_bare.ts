/**
 * The updates and evaluations of some trials, one after another, and nothing else; compiled once. Arguments: engine, its
 * threads, trials of the study, updates of each, which trial is the first, and every how many of them is one of its own.
 */
import { type EngineName, setEngineChoice, startEngine } from "../../lib/engine/engine.ts";
import { toSteps } from "../../lib/batch_plan.ts";
import { trialsOf } from "../../lib/studies/trials_of.ts";
import { filledSpec } from "../../lib/training/spec.ts";
import { updatesFor } from "../../lib/training/updates_for.ts";
import { bareUpdates } from "./bare_updates.ts";
import { trialsOfM } from "./studies_trials.ts";

const [engine, threads, trials, updates, first, stride] = Deno.args;
setEngineChoice(engine as EngineName, { threads: Number(threads) });
const started = await startEngine(), plans = trialsOf(trialsOfM("bare", Number(trials), Number(updates)));
for (let i = Number(first); i < plans.length; i += Number(stride)) {
  const spec = filledSpec(plans[i].spec), every = toSteps(spec.evaluate.every, spec.batches);
  const made = bareUpdates(spec, await updatesFor(spec, started), every);
  await made.run(Number(updates));
  await made.end();
}
Deno.exit(0); // an engine's threads may still wait for work
