/** What recording costs: `train()` with all its recording against the same updates and evaluations bare. */
import { maxSteps } from "../../lib/criteria/max_steps.ts";
import { digits } from "../../lib/data/digits.ts";
import { steps } from "../../lib/durations.ts";
import { type Engine, type EngineName, setEngineChoice, startEngine } from "../../lib/engine/engine.ts";
import { mlp } from "../../lib/models/mlp.ts";
import { adam } from "../../lib/optimizers/adam.ts";
import { constant } from "../../lib/schedules/constant.ts";
import { filledSpec, type Spec } from "../../lib/training/spec.ts";
import { train } from "../../lib/training/train.ts";
import { updatesFor } from "../../lib/training/updates_for.ts";
import { bareUpdates } from "./bare_updates.ts";
import { type Figure, interleave } from "./interleave.ts";

const EVERY = 50;

/** Enough that beginning and end weigh little: compiled updates are ten times as fast. */
const updatesOn = (engine: EngineName) => engine === "tensorflow" ? 6000 : 300;

const specOf = (updates: number): Spec => ({
  model: mlp({ layers: [64, 128, 128, 10] }),
  data: digits(),
  optimizer: adam(),
  schedule: constant(1e-3),
  batch: 32,
  evaluate: { every: steps(EVERY) },
  stop: maxSteps(updates),
});

async function bare(engine: Engine, updates: number): Promise<void> {
  const spec = filledSpec(specOf(updates));
  const made = bareUpdates(spec, await updatesFor(spec, engine), EVERY);
  await made.run(updates);
  await made.end();
}

async function recorded(updates: number): Promise<void> {
  for await (const _ of train(specOf(updates)));
}

export async function trainOverhead(engines: readonly EngineName[]): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const name of engines) {
    setEngineChoice(name);
    const engine = await startEngine(), updates = updatesOn(name);
    const times = await interleave({
      bare: () => bare(engine, updates),
      recorded: () => recorded(updates),
    }, 9);
    figures.push(
      { bench: "train", what: `${name}, bare`, value: times.bare / updates, unit: "ms/update" },
      {
        bench: "train",
        what: `${name}, train() ÷ bare`,
        value: times.recorded / times.bare,
        unit: "×",
        goal: "at most 1.15",
      },
    );
  }
  return figures;
}
