/** What comparing costs: twelve policies of the main notebook, against the trainings that they cannot do without. */
import { best } from "../../lib/criteria/best.ts";
import { last } from "../../lib/criteria/last.ts";
import { maxEpochs } from "../../lib/criteria/max_epochs.ts";
import { maxSteps } from "../../lib/criteria/max_steps.ts";
import { plateau } from "../../lib/criteria/plateau.ts";
import { digits } from "../../lib/data/digits.ts";
import { evaluations, steps } from "../../lib/durations.ts";
import { type EngineName, setEngineChoice } from "../../lib/engine/engine.ts";
import { enginesReport } from "../../lib/engine/report.ts";
import { mlp } from "../../lib/models/mlp.ts";
import { adam } from "../../lib/optimizers/adam.ts";
import { constant } from "../../lib/schedules/constant.ts";
import { plateauScale } from "../../lib/schedules/plateau_scale.ts";
import { compare, type ComparedPolicy, type Comparison } from "../../lib/training/compare.ts";
import type { Spec } from "../../lib/training/spec.ts";
import { train } from "../../lib/training/train.ts";
import { type Figure, interleave } from "./interleave.ts";

const LAST = 3000;
const ROUNDS = 5;
/** Would take half an hour, and tell the same. */
const SLOW: ReadonlySet<string> = new Set(["cpu"]);
const LOSS = { metric: "validation.loss", mode: "min" } as const;
const select = best("validation.loss", "min");

/** The main notebook's training, of one seed. */
const spec: Spec = {
  model: mlp({ layers: [64, 128, 128, 10], init: "he" }),
  data: digits(),
  optimizer: adam(),
  schedule: constant(5e-3),
  batch: 64,
  evaluate: { every: steps(25) },
  stop: maxSteps(LAST),
};

/** Settings of its sliders, the whole recording, and its plateau rule at two settings. */
const policies: readonly ComparedPolicy[] = [
  ...[10, 20, 40].map((epochs) => ({
    name: `${epochs} epochs`,
    stop: maxEpochs(epochs),
    select: last(),
  })),
  ...[500, 1000, LAST].map((count) => ({ name: `${count} steps`, stop: maxSteps(count), select: last() })),
  ...[3, 5, 8, 15].map((patience) => ({
    name: `patience ${patience}`,
    stop: plateau({ ...LOSS, patience: evaluations(patience), minDelta: 0.001 }),
    select,
  })),
  ...[5, 20].map((patience) => ({
    name: `LR on plateau, patience ${patience}`,
    stop: maxSteps(LAST),
    select,
    changes: {
      scale: plateauScale({ ...LOSS, factor: 0.5, patience: evaluations(patience), minScale: 0.01 }),
    },
  })),
];

async function lastOf<T>(source: AsyncIterable<T>): Promise<T> {
  let last: { value: T } | null = null;
  for await (const value of source) last = { value };
  return last!.value;
}

/** Makes each training of a comparison by itself: the trunk from the beginning, a fork from where it left. */
const aloneOf = ({ runs, places }: Comparison): Promise<readonly (() => Promise<unknown>)[]> =>
  Promise.all(runs.map(async ({ forked }, place) => {
    const changed = { ...spec, ...policies[places.indexOf(place)].changes };
    if (!forked) return () => lastOf(train(changed));
    const { outcome } = await lastOf(train({ ...changed, stop: maxSteps(forked.step) }));
    return () => lastOf(train({ ...changed, from: outcome!.state }));
  }));

/**
 * On each engine: what comparing takes against its trunk and its forks trained by themselves, and how many updates it
 * makes for how many that the policies would have made, each trained alone.
 */
export async function compareCost(): Promise<Figure[]> {
  const { engines } = await enginesReport(), figures: Figure[] = [];
  const found = engines.filter(({ name, msPerUpdate }) => msPerUpdate !== null && !SLOW.has(name));
  for (const { name } of found) {
    setEngineChoice(name as EngineName);
    const comparison = await lastOf(compare(spec, policies)), { trained, judged } = comparison.cost;
    const alone = await aloneOf(comparison);
    const times = await interleave({
      compared: () => lastOf(compare(spec, policies)),
      alone: async () => {
        for (const training of alone) await training();
      },
    }, ROUNDS);
    const what = `${name}, 12 policies`;
    figures.push(
      {
        bench: "compare",
        what: `${what} ÷ the trunk and its ${comparison.runs.length - 1} forks`,
        value: times.compared / times.alone,
        unit: "×",
        goal: "at most 1.05",
      },
      { bench: "compare", what: `${what}, updates trained ÷ judged`, value: trained / judged, unit: "×" },
    );
  }
  return figures;
}
