import assert from "node:assert/strict";
import {
  charts,
  criteria,
  datasets,
  display,
  inputs,
  live,
  md,
  models,
  optimizers,
  type Parameters,
  type Schedule,
  schedules,
  spaces,
  type Spec,
  steps,
  studies,
  type Study,
  type StudyRecord,
  type Table,
  trainAll,
  type Trajectory,
  view,
} from "plateau";

// %% title [markdown]
// # Many short trainings, then a few long ones
//
// Where compute is the bound, a study cannot be as long as the training it prepares. What a short round tells of a long
// one, how its schedule is extended, and whether that beats spending everything at once.

// %% question [markdown]
// ## The question
//
// A small network on digits whose images are moved and turned a little each time they are seen, and some thousand
// updates to spend. **Round 1** makes many trainings of a tenth of the length. **Round 2** makes three long ones, with
// what _transfers_ from the best short one. What does is graded by the Deep Learning Tuning Playbook (2023): warm-up
// and initialisation very likely, architecture likely, optimizer and regularisation perhaps, and the learning rate is
// unlikely to.

// %% inputs [markdown]
// ## Inputs
//
// These train: a change waits for Run. The seed draws other points, and other first weights.

// %% plan inputs
const roundCount = view(inputs.choice([2, 3], { label: "Rounds" }));
const firstTrials = view(inputs.choice([6, 12], { label: "Trials of round 1", value: 12 }));
const luck = view(inputs.choice([0, 1, 2], { label: "Seed" }));

// %% first [markdown]
// ## The plan

// %% study
const production = 2000, short = production / 10;
const data = datasets.augmented(datasets.digits(), { shift: 1, rotation: 10 });
const study: Study = {
  name: "rounds",
  spec: {
    model: models.mlp({ layers: [64, 64, 10], init: "he", dropout: 0.1 }),
    data,
    optimizer: optimizers.adam(),
    schedule: schedules.warmupStableDecay({
      warmup: steps(20),
      peak: 5e-3,
      decay: steps(60),
      horizon: steps(short),
    }),
    batch: 32,
    evaluate: { every: steps(25) },
  },
  space: {
    "schedule.peak": spaces.logUniform(5e-4, 2e-2),
    "schedule.warmup.count": spaces.integer(1, 40),
    "model.init": spaces.choice(["he", "glorot"]),
    "model.layers.1": spaces.choice([32, 128]),
    "model.dropout": spaces.choice([0, 0.1]),
  },
  budget: steps(short),
  trials: firstTrials,
  sampler: { kind: "sobol", seed: luck },
  seeds: [luck],
};
const { rounds } = studies.planRounds(study, { production, rounds: roundCount, last: 3 });

// %% plan read
const planned = rounds.map((round) => ({
  text: studies.roundText(round),
  steps: round.steps,
  trials: round.study.trials!,
}));
const transfers = Object.keys(study.space).map((path) => {
  const round = rounds.find(({ takenOver }) => takenOver.some((each) => each.path === path))?.round ?? null;
  return { ...studies.transferOf(path), round };
});
const updates = planned.reduce((sum, { steps: each, trials }) => sum + each * trials, 0);

// %% words
const countText = (count: number) => count.toLocaleString("en-US");
const lossText = (value: number | null | undefined) => value == null ? "–" : value.toFixed(4);
/** One training as a study, by its validation loss. */
const asStudy = (trajectory: Trajectory): StudyRecord => ({
  name: trajectory.name,
  metric: "validation.loss",
  mode: "min",
  space: null,
  trials: [{
    number: 0,
    name: trajectory.name,
    parameters: {},
    seed: null,
    maxSteps: null,
    state: "done",
    because: "",
    trajectory,
  }],
});

// %% plan shown
display(
  md`${planned.map(({ text }) => text[0].toUpperCase() + text.slice(1)).join(". ")}. ${
    countText(updates)
  } updates in all.`,
);

// %% schedule [markdown]
// ## The same schedule, longer
//
// A schedule is made for a length. Had it merely gone on past its end, all the extra updates would train at a tiny rate,
// or none. So it is extended by its kind: one that ends in a linear decay keeps that decay and gets a longer **constant
// part**; a cosine keeps its base rate and is **stretched**. The dashed rule is a tenth of the peak.

// %% kind
const kind = view(
  inputs.choice(["linear", "cosine"], { label: "Schedule", labels: ["linear decay", "cosine"] }),
);
const length = view(
  inputs.range([400, 8000], { label: "Extended to", value: 2000, step: 200, unit: "steps" }),
);

// %% made
/** A schedule of each kind, made for the short round. */
const made: Schedule = kind === "cosine"
  ? schedules.cosine({ peak: 5e-3, horizon: steps(200) })
  : schedules.warmupStableDecay({ peak: 5e-3, warmup: steps(20), decay: steps(60), horizon: steps(200) });
/** How an epoch of the digits is cut into updates. */
const batches = { trainingExamples: 1097, batch: 32, remainder: "train" } as const;
const extension = studies.extendedFor(made, 200, length, batches);

// %% made chart
display(charts.scheduleRates({
  schedules: [
    { name: "extended", schedule: extension.schedule },
    { name: "merely gone on", schedule: made },
  ],
  batches,
  steps: length,
}));

// %% pitfall [markdown]
// What that costs, trained: the same settings for 2,000 steps under each schedule, once extended and once merely gone on.

// %% pitfall trained
const ofLength = (schedule: Schedule) =>
  studies.extendedFor(schedule, short, production, {
    trainingExamples: data.training.count,
    batch: study.spec.batch,
    remainder: "train",
  }).schedule;
const linear = study.spec.schedule, cosine = schedules.cosine({ peak: 5e-3, horizon: steps(short) });
const ways = [
  { name: "linear decay, constant part longer", schedule: ofLength(linear) },
  { name: "linear decay, merely gone on", schedule: linear },
  { name: "cosine, stretched", schedule: ofLength(cosine) },
  { name: "cosine, merely gone on", schedule: cosine },
];
const long = await live(trainAll(ways.map(({ name, schedule }): Spec => ({
  ...study.spec,
  name,
  schedule,
  seed: luck,
  stop: criteria.maxSteps(production),
}))));

// %% pitfall table
/** The share of the updates after the peak whose rate was below a tenth of it. */
const tinyShare = (rate: Float64Array) => {
  const peak = rate.reduce((most, each) => Math.max(most, each), 0), from = rate.indexOf(peak);
  return rate.length === 0
    ? null
    : rate.subarray(from).filter((each) => each < 0.1 * peak).length / rate.length;
};
const ended = long.filter(({ outcome }) => outcome !== null).length;
const pitfalls = long.map(({ plan, at, trajectory }) => ({
  name: plan.name,
  step: at.step,
  tiny: tinyShare(trajectory.updates.rate),
  kept: studies.trialResults(asStudy(trajectory))[0],
}));
const pitfallTable: Table = {
  type: "table",
  columns: [
    { label: "schedule" },
    { label: "updates", align: "right", optional: true },
    { label: "at a tiny rate", align: "right" },
    { label: "best loss", align: "right" },
    { label: "at step", align: "right" },
  ],
  rows: pitfalls.map(({ name, step, tiny, kept }) => [
    { text: name },
    { text: countText(step), value: step },
    { text: tiny === null ? "–" : `${Math.round(100 * tiny)}%`, value: tiny },
    { text: lossText(kept.best), value: kept.best },
    { text: kept.bestStep === null ? "–" : countText(kept.bestStep), value: kept.bestStep },
  ]),
};
display(pitfallTable);

// %% round one [markdown]
// ## The rounds
//
// Round 1, the best first. Of its parameters some are taken over from its best trial. The peak of the rate is searched
// again, from there down to a ninth: what wins a short training is often too high for a long one.

// %% rounds
/** A round with what the best trial before it hands on, and the peak searched again below that trial's. */
function readied(round: typeof rounds[number], before: StudyRecord | null, fixed: Parameters) {
  if (before === null) return { study: round.study, fixed };
  const { parameters } = before.trials[studies.retrospective(before).best!.number];
  const handed = Object.fromEntries(round.takenOver.map(({ path }) => [path, parameters[path]]));
  const all = { ...fixed, ...handed }, peak = parameters["schedule.peak"] as number;
  const spec = studies.withParameters(round.study.spec, all);
  const space = { ...round.study.space, "schedule.peak": spaces.logUniform(peak / 9, peak) };
  const isLast = Object.keys(space).length === 1;
  const sampler = isLast ? { kind: "grid", levels: round.study.trials! } as const : round.study.sampler;
  return { study: { ...round.study, spec, space, sampler }, fixed: all };
}
/** The rounds in turn, each as the one before it says. */
async function* inTurn() {
  const records: StudyRecord[] = [];
  let fixed: Parameters = {};
  for (const round of rounds) {
    const next = readied(round, records.at(-1) ?? null, fixed);
    fixed = next.fixed;
    let last: StudyRecord | undefined;
    for await (last of studies.train(next.study)) yield [...records, last];
    records.push(last!);
  }
}
const trained = await live(inTurn());

// %% first round
display(charts.trialTable(trained[0]));

// %% transfer [markdown]
// ### What transfers

// %% transfer table
const bestOf = (record: StudyRecord) => studies.retrospective(record).best;
const firstBest = bestOf(trained[0]);
const found = firstBest === null ? {} : trained[0].trials[firstBest.number].parameters;
const shown = (value: unknown) =>
  typeof value === "number" && !Number.isInteger(value)
    ? String(+value.toPrecision(2))
    : String(value ?? "–");
const transferTable: Table = {
  type: "table",
  columns: [
    { label: "parameter" },
    { label: "best of round 1", align: "right" },
    { label: "transfers" },
    { label: "because", optional: true },
    { label: "then" },
  ],
  rows: transfers.map(({ path, grade, why, round }) => [
    { text: path, mono: true },
    { text: shown(found[path]) },
    { text: grade },
    { text: why },
    { text: round === null ? "searched again in each round" : `taken over in round ${round}` },
  ]),
};
display(transferTable);

// %% last round [markdown]
// ### The long run
//
// Three trainings of the whole length, which differ in the peak of their rate alone.

// %% last round shown
const lastRound = trained.length < planned.length ? null : trained[planned.length - 1];
const noTrial: Table = {
  type: "table",
  columns: [{ label: "trial" }],
  rows: [],
  empty: "Waiting for the rounds before.",
};
display(lastRound === null ? noTrial : charts.trialTable(lastRound));

// %% bound
const bound = lastRound === null ? null : studies.computeBound(lastRound);
const boundFound = lastRound === null || bound === null
  ? null
  : studies.computeBoundFinding(lastRound, bound);
display(boundFound === null ? md`The long trainings follow.` : md`${boundFound.text}`);

// %% all at once [markdown]
// ## All at once
//
// The same updates without rounds: as many trainings of the whole length as they pay for, at points drawn from the whole
// space. Neither way sees the test rows; what is kept is chosen on the validation rows.

// %% once
const batchesOf = {
  trainingExamples: data.training.count,
  batch: study.spec.batch,
  remainder: "train",
} as const;
const spent = rounds.reduce((sum, round) => sum + round.steps * round.study.trials!, 0);
const onceStudy: Study = {
  ...study,
  name: "all at once",
  spec: {
    ...study.spec,
    schedule: studies.extendedFor(study.spec.schedule, short, production, batchesOf).schedule,
  },
  budget: steps(production),
  trials: Math.round(spent / production),
};
const once = await live(studies.train(onceStudy));

// %% once shown
display(charts.trialTable(once));

// %% compared
/** What a way of spending keeps, with the test rows at that checkpoint. */
const keptBy = (records: readonly StudyRecord[]) => {
  const last = records[records.length - 1], best = bestOf(last);
  const spent = records.flatMap(({ trials }) =>
    trials.map(({ trajectory }) => trajectory.updates.step.at(-1) ?? 0)
  );
  if (best === null) return null;
  const { evaluations } = last.trials[best.number].trajectory, row = evaluations.step.indexOf(best.step);
  return {
    best,
    trials: spent.length,
    updates: spent.reduce((sum, each) => sum + each, 0),
    testLoss: evaluations.metrics["test.loss"][row],
    testAccuracy: evaluations.metrics["test.accuracy"][row],
  };
};
const byRounds = lastRound === null ? null : keptBy(trained), atOnce = keptBy([once]);
const firstAlone = keptBy(trained.slice(0, 1));

// %% compared table
const spendings = [
  [`${planned.length} rounds`, byRounds],
  ["all at once", atOnce],
  ["round 1 alone", firstAlone],
] as const;
const comparedTable: Table = {
  type: "table",
  columns: [
    { label: "spent" },
    { label: "trials", align: "right" },
    { label: "updates", align: "right" },
    { label: "validation loss", align: "right" },
    { label: "test loss", align: "right" },
    { label: "test accuracy", align: "right" },
  ],
  rows: spendings.flatMap(([name, kept]) =>
    kept === null ? [] : [[
      { text: name },
      { text: String(kept.trials), value: kept.trials },
      { text: countText(kept.updates), value: kept.updates },
      { text: lossText(kept.best.value), value: kept.best.value },
      { text: lossText(kept.testLoss), value: kept.testLoss },
      { text: `${(100 * kept.testAccuracy).toFixed(1)}%`, value: kept.testAccuracy },
    ]]
  ),
  caption: `One seed (${luck}); another draws other points`,
  empty: "Waiting for the trainings.",
};
display(comparedTable);

// %% advice [markdown]
// ## What to do
//
// Where compute is the bound, spend a part on many short trainings and most on a few long ones. Take over warm-up,
// initialisation and architecture, search the rate again, and extend the schedule by its kind, so that the extra updates
// train at a rate that moves something. More rounds, each longer by the same factor, are the same thing again: the input
// **Rounds** trains three. What a single comparison of ways to spend says is luck in part: change the seed before you
// believe it.

// %% finding
const running = trained.length < planned.length ||
  [...trained, once].some(({ trials }) =>
    trials.some(({ state }) => state === "waiting" || state === "running")
  );
if (running || ended < long.length || byRounds === null || atOnce === null || firstBest === null) {
  const records = [...trained, once].flatMap(({ trials }) => trials);
  const there = records.filter(({ state }) => state !== "waiting" && state !== "running").length;
  display(md`${there} trials recorded; the finding follows when all are.`);
} else {
  const [extendedLinear, goneOn] = pitfalls;
  const before = found["schedule.peak"] as number;
  const after = lastRound!.trials[byRounds.best.number].parameters["schedule.peak"] as number;
  const peaks = after === before
    ? "the peak of round 1 stays the best"
    : `the best peak is ${shown(after / before)} times that of round 1`;
  const better = byRounds.best.value < atOnce.best.value ? "less than" : "not less than";
  display(
    md`**${planned.length} rounds keep a validation loss of ${lossText(byRounds.best.value)}** with ${
      countText(byRounds.updates)
    } updates, with this seed ${better} the **${lossText(atOnce.best.value)}** of ${
      countText(atOnce.updates)
    } updates spent at once on ${atOnce.trials} long trainings; round 1 alone came to ${
      lossText(firstBest.value)
    }. In the long run ${peaks}. A schedule with a linear decay that merely goes on trains **${
      Math.round(100 * goneOn.tiny!)
    }%** of ${countText(production)} updates at a tiny rate and keeps ${
      lossText(goneOn.kept.best)
    }; with its constant part extended ${Math.round(100 * extendedLinear.tiny!)}%, and **${
      lossText(extendedLinear.kept.best)
    }**.`,
  );
}

// %% test a longer constant part keeps its decay, and a stretched cosine its base rate
{
  const linear = schedules.warmupStableDecay({ peak: 1e-2, decay: steps(30), horizon: steps(100) });
  const plan = { trainingExamples: 1097, batch: 32, remainder: "train" } as const;
  const long = studies.extendedFor(linear, 100, 1000, plan), at = schedules.resolve(long.schedule, plan).rate;
  assert.deepEqual([at(0), at(969), at(970), at(985), at(1000)].map((rate) => +rate.toFixed(6)), [
    ...[0.01, 0.01, 0.01, 0.005, 0],
  ]);
  assert.ok(long.tiny < 0.01 && long.tinyUnchanged > 0.9);
  const cosine = studies.extendedFor(schedules.cosine({ peak: 1e-2, horizon: steps(100) }), 100, 1000, plan);
  const stretched = schedules.resolve(cosine.schedule, plan).rate;
  assert.deepEqual([stretched(0), +stretched(500).toFixed(6)], [0.01, 0.005]);
}

// %% test rounds hand on what transfers, and search the rate again
{
  const { rounds: three } = studies.planRounds(study, { production, rounds: 3 });
  assert.deepEqual(three.map((round) => round.steps), [200, 632, 2000]);
  assert.deepEqual(three[1].takenOver.map(({ path }) => path), [
    ...["schedule.warmup.count", "model.init", "model.layers.1"],
  ]);
  assert.deepEqual(three[2].takenOver.map(({ path }) => path), ["model.dropout"]);
  assert.deepEqual(Object.keys(three[2].study.space), ["schedule.peak"]);
}
