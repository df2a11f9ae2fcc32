import assert from "node:assert/strict";
import {
  charts,
  compareAll,
  type ComparedPolicy,
  confusion,
  criteria,
  datasets,
  display,
  evaluations,
  inputs,
  live,
  md,
  models,
  optimizers,
  type Policy,
  predict,
  replay,
  schedules,
  type Spec,
  steps,
  summarise,
  train,
  type Training,
  type TrainingEvent,
  view,
} from "plateau";

// %% title [markdown]
// # When should this network stop?
//
// Epochs, steps or the curve itself: three families of rules that decide how long a small network trains on
// handwritten digits, each judged on the same recorded trainings.

// %% question [markdown]
// ## The question
//
// A training budget can be fixed before the first update, as a number of **epochs** or of **steps**, or it can
// be left to the curve: stop when the validation loss has not improved for a while, or lower the learning rate
// when it stalls. A fixed budget is easy to plan and easy to get wrong. A plateau rule adapts, but it reads a
// noisy signal.
//
// Each seed is trained once, well past the point of interest, and everything is recorded. The rules are then
// _replayed_ on the recording: for each, where it would have stopped, which weights it would have kept, and
// what that cost. Only lowering the rate changes the training itself. Up to its first cut it is the same training,
// so there it _forks_: what lies before is shared, and only what follows is trained. **Regret** is the validation
// loss of the kept weights less the lowest that any training of the same seed reached.

// %% inputs [markdown]
// ## Inputs
//
// The sliders replay: nothing is trained again. The learning rate does train: a change of it waits for Run where
// a kernel runs, and stays out of reach in a report.

// %% rules
const epochBudget = view(
  inputs.range([1, 160], { label: "Fixed epochs", value: 20, step: 1, unit: "epochs" }),
);
const stepCap = view(
  inputs.range([25, 3000], { label: "Fixed steps", value: 1000, step: 25, unit: "steps" }),
);
const patience = view(inputs.range([1, 60], { label: "Patience", value: 8, step: 1, unit: "evaluations" }));
const minDelta = view(inputs.range([0, 0.02], { label: "Min Δ", value: 0.001, step: 0.001 }));

// %% rate
const learningRate = view(inputs.choice([1e-3, 5e-3, 2e-2], {
  label: "Learning rate",
  value: 5e-3,
  labels: ["0.001", "0.005", "0.02"],
}));

// %% training [markdown]
// ## Training
//
// Three seeds of a 64–128–128–10 network on 1,097 images of 8×8 pixels, 3,000 updates each at a constant rate. At
// the first evaluation that is five after the last improvement of the validation loss, a second training leaves each:
// there the rate is halved, and again whenever the loss has not improved for five evaluations.

// %% cap
const lastStep = 3000;

// %% data
const data = datasets.digits();
const specs = [0, 1, 2].map((seed): Spec => ({
  model: models.mlp({ layers: [64, 128, 128, 10], init: "he" }),
  data,
  optimizer: optimizers.adam(),
  schedule: schedules.constant(learningRate),
  batch: 64,
  evaluate: { every: steps(25) },
  stop: criteria.maxSteps(lastStep),
  seed,
}));

// %% lowering
const best = criteria.best("validation.loss", "min");
/** Trained to the end with the rate lowered on the way, the best weights kept. */
const onPlateau: ComparedPolicy = {
  name: "LR on plateau",
  kind: "lr",
  rule: "× 0.5, patience 5",
  stop: criteria.maxSteps(lastStep),
  select: best,
  changes: {
    scale: schedules.plateauScale({
      metric: "validation.loss",
      mode: "min",
      factor: 0.5,
      patience: evaluations(5),
      minScale: 0.01,
    }),
  },
};

// %% recordings
const comparisons = await live(compareAll(specs, [onPlateau], { recordOn: true }));

// %% trainings
const recordings = comparisons.map(({ runs }) => runs[0]);
const forks = comparisons.flatMap(({ runs }) => runs.slice(1));
/** Of each seed the training whose rate is lowered: until the first cut the recording itself. */
const reduced = comparisons.map(({ runs, places }) => runs[places[0]]);

// %% policies
const earlyStopping: Policy = {
  name: "Early stopping",
  stop: criteria.plateau({
    metric: "validation.loss",
    mode: "min",
    patience: evaluations(patience),
    minDelta,
  }),
  select: best,
};
const policies: Policy[] = [
  { name: "Fixed epochs", stop: criteria.maxEpochs(epochBudget), select: criteria.last() },
  { name: "Fixed steps", stop: criteria.maxSteps(stepCap), select: criteria.last() },
  earlyStopping,
];

// %% runs
display(charts.trainingTable({ runs: [...recordings, ...forks], policy: earlyStopping }));

// %% curves heading [markdown]
// ## Learning curves

// %% axis
const axis = view(inputs.choice(["step", "epoch", "examples", "seconds"], { label: "x axis" }));
const smoothing = view(inputs.range([0, 0.95], { label: "Smoothing", value: 0, step: 0.05 }));

// %% judgements
const judgements = recordings.map((run, i) => {
  const compared = [run.trajectory, reduced[i].trajectory];
  return [
    ...replay(run.trajectory, policies, { compared }),
    ...replay(reduced[i].trajectory, [onPlateau], { compared }),
  ];
});
const summary = summarise(judgements);

// %% curves
const trajectories = recordings.map((run) => run.trajectory);
const changed = {
  trajectories: forks.map((run) => run.trajectory),
  name: "LR on plateau",
  kind: "lr" as const,
};
const progress = [...recordings, ...forks];
display(charts.learningCurves({ trajectories, changed, judgements, axis, smoothing, progress }));
display(charts.rateStrip({ trajectories, changed, axis, progress }));
display(charts.stopStrip({ trajectories, changed, judgements, axis, progress }));

// %% compared [markdown]
// ## Policies compared

// %% policy table
display(charts.policyTable({ judgements }));
display(charts.tradeoff({ judgements }));

// %% cost
const made = comparisons.reduce((total, { cost }) => total + cost.trained, 0);
const alone = judgements.flat().reduce((total, { at }) => total + (at?.step ?? lastStep), 0);
const updates = (count: number) => count.toLocaleString("en-US");
display(
  md`**${updates(made)}** updates trained against **${
    updates(alone)
  }** judged, which is what the rules above would take, each trained alone. The recordings go on to step ${
    updates(lastStep)
  } for the sliders: every other setting is judged on the same updates.`,
);

// %% kept [markdown]
// ## What the kept model gets wrong
//
// The weights with the lowest validation loss of each seed, asked about 400 test images that neither trained,
// stopped nor selected anything.

// %% mistakes
const ended = comparisons.map(({ runs }) => runs[0]).filter((run) => run.outcome?.kept);
const mistakes = ended.map((run) => confusion(data.test.y, predict(run, data.test), 10));
const classes = data.classes;

// %% confusion
const matrix = classes.map((_, truth) =>
  classes.map((_, predicted) => mistakes.reduce((sum, seed) => sum + seed[truth][predicted], 0))
);
display(charts.confusionMatrix({
  matrix,
  classes: [...classes],
  title: mistakes.length === 1 ? "Test images of 1 seed" : `Test images of ${mistakes.length} seeds`,
}));

// %% advice [markdown]
// ## What to do
//
// Record one training that is longer than you expect to need, and replay. If the policies that watch the curve
// stop long before its end, a later training of the same kind can stop there too; if they are censored, the
// recording was too short to say. Choose patience in the unit you evaluate in, and keep the best weights
// whichever rule ends the training: with the best weights kept, training too long costs time and nothing else.

// %% finding
const row = (policy: string) => summary.find((entry) => entry.policy === policy)!;
const regretOf = (seed: typeof judgements[number], policy: string) =>
  seed.find((judged) => judged.policy === policy)?.regret ?? null;
/** In how many seeds one policy keeps a loss no higher than another's, of those on which both keep something. */
const noHigher = (a: string, b: string) => {
  const pairs = judgements.flatMap((seed) => {
    const [first, second] = [regretOf(seed, a), regretOf(seed, b)];
    return first === null || second === null ? [] : [first <= second];
  });
  return pairs.length === 0
    ? "no seed that can be compared"
    : `**${pairs.filter(Boolean).length} of ${pairs.length}** seeds`;
};
const seeds = judgements.length;
const ends = [...recordings, ...reduced].map(({ outcome }) => outcome?.reason ?? "running");
const done = ends.filter((end) => end !== "running" && end !== "aborted").length;
const cut = ends.filter((end) => end === "aborted").length;
const stopped = row("Early stopping");
const lowered = row("LR on plateau");
const percent = (share: number | null) => share === null ? "–" : `${Math.round(share * 100)}%`;
const loss = (value: number | null) => value === null ? "–" : value.toFixed(3);
const count = (value: number | null) => value === null ? "–" : Math.round(value).toLocaleString("en-US");
if (cut > 0) {
  display(md`${cut} of ${2 * seeds} trainings were stopped by hand. Run them again for the finding.`);
} else if (done < 2 * seeds) {
  display(md`${done} of ${2 * seeds} trainings recorded; the finding follows when all are.`);
} else if (stopped.censored > 0) {
  display(
    md`**Early stopping** with ${stopped.rule} would go on past the ${
      count(lastStep)
    } recorded steps in ${stopped.censored} of ${seeds} seeds: nothing can be said of it. A shorter patience ends inside the recording.`,
  );
} else {
  display(
    md`**Early stopping** with ${stopped.rule} ends at step **${count(stopped.step)}** of ${
      count(lastStep)
    }, never more than **${loss(stopped.worstRegret)}** above the best loss of its seed, and saves **${
      percent(stopped.computeSaved)
    }** of the compute. It keeps a loss no higher than ${row("Fixed epochs").rule} in ${
      noHigher("Early stopping", "Fixed epochs")
    }, and than ${row("Fixed steps").rule} in ${
      noHigher("Early stopping", "Fixed steps")
    }. Lowering the rate on a plateau instead, to the end, keeps **${loss(lowered.kept)}** against **${
      loss(stopped.kept)
    }**, no higher in ${noHigher("LR on plateau", "Early stopping")}.`,
  );
}

// %% test a short training
/** The last event of a training: the one with its outcome. */
async function last(training: Training): Promise<TrainingEvent> {
  let event: TrainingEvent | undefined;
  for await (event of training);
  return event!;
}
const short = { ...specs[0], stop: criteria.maxSteps(100), select: best };
const shortRun = await last(train(short));
assert.equal(shortRun.at.step, 100);
assert.ok(shortRun.outcome!.kept!.metrics["validation.loss"] < Math.log(10), "better than a guess");

// %% test a rule that would go on past the recording is censored, and nothing is claimed of it
for (const { end, at, kept: weights } of replay(shortRun.trajectory, policies)) {
  assert.deepEqual([end, at, weights], ["censored", null, null]);
}

// %% test a replayed cap says exactly what a training under it records
{
  const cap: Policy = { name: "cap", stop: criteria.maxSteps(50), select: criteria.last() };
  const trained = await last(train({ ...short, stop: cap.stop, select: cap.select }));
  const [replayed] = replay(shortRun.trajectory, [cap]);
  assert.equal(replayed.at!.step, trained.at.step);
  assert.deepEqual(replayed.kept!.metrics, trained.outcome!.kept!.metrics);
}

// %% test until the first cut a lowered rate changes nothing
{
  const never = { metric: "validation.loss", mode: "min", minDelta: 100, factor: 0.5 } as const;
  const scale = schedules.plateauScale({ ...never, patience: evaluations(2) });
  const lowered = await last(train({ ...short, scale }));
  const [cut] = lowered.cuts;
  assert.equal(cut, 75, "nothing is a gain of 100: two evaluations after the first");
  const losses = [lowered, shortRun].map((run) => [...run.trajectory.updates.loss.slice(0, cut)]);
  assert.deepEqual(losses[0], losses[1]);
  assert.equal(lowered.trajectory.updates.rate.at(-1)! * 2, shortRun.trajectory.updates.rate.at(-1));
}

// %% test every test image is counted once, in the row of its class
{
  const counted = confusion(data.test.y, predict(shortRun, data.test), 10);
  const sizes = data.classes.map((_, truth) => data.test.y.filter((y) => y === truth).length);
  assert.deepEqual(counted.map((row) => row.reduce((sum, images) => sum + images, 0)), sizes);
}
