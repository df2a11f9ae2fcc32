import assert from "node:assert/strict";
import {
  charts,
  criteria,
  datasets,
  display,
  epochs,
  evaluations,
  inputs,
  live,
  md,
  models,
  optimizers,
  type Policy,
  replay,
  schedules,
  signal,
  type Spec,
  summarise,
  type Table,
  train,
  trainAll,
  type Training,
  type TrainingEvent,
  view,
} from "plateau";

// %% title [markdown]
// # How many epochs, and how many calls of fit?
//
// Once is enough, for as many epochs as the validation loss falls. Three ways of choosing them on a table of 569
// tumours, and four mistakes that code for them makes.

// %% question [markdown]
// ## The question
//
// “How many times should `model.fit` be executed?” mixes two counts. An **epoch** is one pass over the training
// rows; a **call** makes as many as it is told. The usual answers are about epochs: a _fixed number_, 10 to 20 to
// begin with; _early stopping_ on the validation loss, with patience; a _learning rate_ that is halved when the
// loss stalls.
//
// The model is logistic regression, one logit from 30 measures of the cell nuclei, trained by Adam on the binary
// cross-entropy. Each seed splits the table anew, 369 rows to train on, 100 to validate and 100 to test, as with so few
// rows the split is part of the luck. Each is trained once, far past the point of interest, and the rules are
// _replayed_ on the recording; a rule that changes the rate changes the training, so it is trained on its own.

// %% inputs [markdown]
// ## Inputs
//
// All of them replay what was recorded: nothing is trained again.

// %% rules
const epochBudget = view(
  inputs.range([1, 120], { label: "Fixed epochs", value: 20, step: 1, unit: "epochs" }),
);
const patience = view(inputs.range([1, 40], { label: "Patience", value: 5, step: 1, unit: "epochs" }));
const learningRate = view(
  inputs.choice([0.005, 0.02, 0.1], {
    label: "Learning rate",
    value: 0.02,
    labels: ["0.005", "0.02", "0.1"],
  }),
);

// %% training [markdown]
// ## Training
//
// Three learning rates, five seeds each, first at the constant rate, then with the rate halved whenever the
// validation loss has not improved for five epochs.

// %% spec
const lastEpoch = 120;
const learningRates = [0.005, 0.02, 0.1], seeds = [0, 1, 2, 3, 4];
const splits = seeds.map((seed) => datasets.breastCancer({ seed }));
const data = splits[0];
const spec = {
  model: models.logistic({ features: data.features }),
  data,
  optimizer: optimizers.adam(),
  batch: 32,
  evaluate: { every: epochs(1) },
  metrics: ["loss", "accuracy", "rocAuc"],
} satisfies Omit<Spec, "stop" | "schedule">;
const specs = learningRates.flatMap((rate) =>
  seeds.map((seed): Spec => ({
    ...spec,
    data: splits[seed],
    name: `rate ${rate}, seed ${seed}`,
    schedule: schedules.constant(rate),
    stop: criteria.maxEpochs(lastEpoch),
    seed,
  }))
);

// %% recordings
const recordings = await live(trainAll(specs));

// %% reduced
const halving = schedules.plateauScale({
  metric: "validation.loss",
  mode: "min",
  factor: 0.5,
  patience: evaluations(5),
  minScale: 0.01,
});
const reduced = await live(trainAll(specs.map((each) => ({ ...each, scale: halving }))));

// %% kept
const best = criteria.best("validation.loss", "min");

// %% policies
const earlyStopping: Policy = {
  name: "Early stopping",
  stop: criteria.plateau({ metric: "validation.loss", mode: "min", patience: epochs(patience) }),
  select: best,
};
const policies: Policy[] = [
  { name: "Fixed epochs", stop: criteria.maxEpochs(epochBudget), select: criteria.last() },
  earlyStopping,
];
const onPlateau: Policy[] = [{
  name: "LR on plateau",
  kind: "lr",
  rule: "× 0.5, patience 5",
  stop: criteria.maxEpochs(lastEpoch),
  select: best,
}];

// %% chosen
/** The trainings of one learning rate. */
const ofRate = (rate: number, all: readonly TrainingEvent[]) =>
  all.slice(learningRates.indexOf(rate) * seeds.length, (learningRates.indexOf(rate) + 1) * seeds.length);
const constantRate = ofRate(learningRate, recordings), loweredRate = ofRate(learningRate, reduced);

// %% runs
display(charts.trainingTable({ runs: [...constantRate, ...loweredRate], policy: earlyStopping }));

// %% curves heading [markdown]
// ## Learning curves

// %% shown metric
const metric = view(inputs.choice(["loss", "accuracy", "rocAuc"], {
  label: "Metric",
  labels: ["loss", "accuracy", "ROC AUC"],
}));

// %% judgements
/** What the rules come to at one learning rate, seed by seed. */
const judged = (rate: number) => {
  const lowered = ofRate(rate, reduced);
  return ofRate(rate, recordings).map((run, i) => {
    const compared = [run.trajectory, lowered[i].trajectory];
    return [
      ...replay(run.trajectory, policies, { compared }),
      ...replay(lowered[i].trajectory, onPlateau, { compared }),
    ];
  });
};
const shown = judged(learningRate);

// %% curves
const trajectories = constantRate.map((run) => run.trajectory);
const changed = {
  trajectories: loweredRate.map((run) => run.trajectory),
  name: "LR on plateau",
  kind: "lr" as const,
};
const progress = [...constantRate, ...loweredRate];
display(charts.learningCurves({
  trajectories,
  changed,
  judgements: shown,
  metric: `validation.${metric}`,
  mode: metric === "loss" ? "min" : "max",
  axis: "epoch",
  progress,
}));
display(charts.rateStrip({ trajectories, changed, axis: "epoch", progress }));
display(charts.stopStrip({ trajectories, changed, judgements: shown, axis: "epoch", progress }));

// %% policy table
display(charts.policyTable({ judgements: shown }));

// %% three rates heading [markdown]
// ### The same rules at three learning rates
//
// A number of epochs that fits one learning rate does not fit another. Regret is the validation loss kept less the
// lowest that any training of the same rate and seed reached; beside it, the epoch at which the rule stops.

// %% three rates
const all = [...recordings, ...reduced];
const done = all.filter(({ outcome }) => outcome !== null).length;
const summaries = done < all.length ? [] : learningRates.map((rate) => summarise(judged(rate)));
const regretText = (value: number | null) =>
  value === null ? "–" : value < 0.0005 ? "0.000" : `+${value.toFixed(3)}`;
const ratesTable: Table = {
  type: "table",
  columns: [
    { label: "regret" },
    ...learningRates.map((rate) => ({ label: `at rate ${rate}`, align: "right" }) as const),
  ],
  rows: summaries.length === 0 ? [] : ["Fixed epochs", "Early stopping", "LR on plateau"].map((policy) => {
    const entries = summaries.map((summary) => summary.find((entry) => entry.policy === policy)!);
    return [
      { text: policy, policy: entries[0].kind, sub: entries[0].rule },
      ...entries.map(({ epoch, regret, censored, strength }) => ({
        text: regretText(regret),
        value: regret,
        sub: epoch === null ? "censored" : `epoch ${epoch.toFixed(0)}${censored > 0 ? `, ${strength}` : ""}`,
      })),
    ];
  }),
  caption: `Medians of ${seeds.length} seeds, or of those in which the rule stops before the recording ends`,
  empty: "Waiting for the recordings.",
};
display(ratesTable);

// %% mistakes [markdown]
// ## Four mistakes
//
// Each is run as it is usually written, beside what it meant: on the split of seed 0, at a rate of 0.02, 20 epochs,
// patience 5. A loop by hand reads the training's events and asks it to stop.

// %% loops
/** The last event of a training: the one with its outcome. */
async function ended(training: Training): Promise<TrainingEvent> {
  let last: TrainingEvent | undefined;
  for await (const event of training) last = event;
  return last!;
}
/** A loop by hand: it counts evaluations without gain and asks the training to stop when `over` says so. */
export async function byHand(
  training: Training,
  over: (waited: number) => boolean,
): Promise<TrainingEvent> {
  let lowest = Infinity, waited = 0, last: TrainingEvent | undefined;
  for await (const event of training) {
    last = event;
    if (event.type !== "evaluation") continue;
    const loss = event.trajectory.evaluations.metrics["validation.loss"].at(-1)!;
    waited = loss < lowest ? 0 : waited + 1;
    lowest = Math.min(lowest, loss);
    if (over(waited)) training.abort();
  }
  return last!;
}
const loss = (value: number | undefined) => value === undefined ? "–" : value.toFixed(4);
/** Validation loss where a training ended. */
export const lossAtEnd = ({ trajectory: { evaluations, final } }: TrainingEvent) =>
  final?.metrics["validation.loss"] ?? evaluations.metrics["validation.loss"].at(-1)!;

// %% calls [markdown]
// ### Calls for epochs
//
// ```python
// for epoch in range(5):
//     model.fit(X, y, epochs=20, callbacks=[EarlyStopping(patience=5)])
// ```
//
// Five calls of 20 epochs are 100 epochs, of the same weights. And each call begins its early stopping anew: what was
// the best so far, and for how long, is forgotten, so that a training which had stopped goes on. The same five calls
// are run with early stopping that is part of the saved state.

// %% meant
const calls = 5, epochsMeant = 20, patienceMeant = 5;
const stalled = criteria.plateau({
  metric: "validation.loss",
  mode: "min",
  patience: epochs(patienceMeant),
});
const aCall = criteria.maxSteps({ for: epochsMeant * Math.ceil(data.training.count / spec.batch) });
const again = { ...spec, schedule: schedules.constant(0.02) } satisfies Omit<Spec, "stop">;
const long = { ...again, stop: criteria.maxEpochs(lastEpoch), select: criteria.last() } satisfies Spec;

// %% called
let byEpochs: TrainingEvent | undefined, repeated: TrainingEvent | undefined;
let stopped: TrainingEvent | undefined, forgetful: TrainingEvent | undefined;
const from = (run?: TrainingEvent) => run?.outcome?.state ?? null;
for (let call = 0; call < calls; call++) {
  byEpochs = await ended(
    train({ ...again, from: from(byEpochs), stop: criteria.maxEpochs(epochsMeant), signal }),
  );
  repeated = await ended(train({ ...again, from: from(repeated), stop: aCall, signal }));
  stopped = await ended(
    train({ ...again, from: from(stopped), stop: criteria.any(stalled, aCall), signal }),
  );
  forgetful = await byHand(
    train({ ...again, from: from(forgetful), stop: aCall, signal }),
    (waited) => waited >= patienceMeant,
  );
}
const called = { byEpochs: byEpochs!, repeated: repeated!, stopped: stopped!, forgetful: forgetful! };

// %% calls table
const callRow = (what: string, told: string, run: TrainingEvent) => [
  { text: what, sub: told },
  { text: run.at.epoch.toFixed(0), value: run.at.epoch },
  { text: loss(lossAtEnd(run)) },
  { text: run.outcome!.because.split(" (")[0] },
];
const callsTable: Table = {
  type: "table",
  columns: [
    { label: `${calls} calls` },
    { label: "end at epoch", align: "right" },
    { label: "validation loss", align: "right" },
    { label: "the last call" },
  ],
  rows: [
    callRow("epochs in all", `maxEpochs(${epochsMeant})`, called.byEpochs),
    callRow("epochs a call", `epochs=${epochsMeant}`, called.repeated),
    callRow("early stopping, kept", `patience ${patienceMeant}`, called.stopped),
    callRow("early stopping, anew", `patience ${patienceMeant}`, called.forgetful),
  ],
};
display(callsTable);

// %% patience [markdown]
// ### One evaluation late, and the wrong weights kept
//
// `if wait > patience` stops one evaluation after `>=` does. And a loop that breaks leaves the weights of its last
// epoch, which by then are past the best by the whole patience. (Such a loop often forgets `model.eval()` too. Without
// dropout or batch normalisation that changes nothing here; evaluations of Plateau never run in training mode.)

// %% late
const inTime = await byHand(train({ ...long, signal }), (waited) => waited >= patienceMeant);
const late = await byHand(train({ ...long, signal }), (waited) => waited > patienceMeant);
const untilStalled = { ...long, stop: criteria.any(stalled, long.stop) };
const lastKept = await ended(train({ ...untilStalled, signal }));
const bestKept = await ended(train({ ...untilStalled, select: best, signal }));

// %% late table
const keptRow = (what: string, run: TrainingEvent) => [
  { text: what },
  { text: run.at.epoch.toFixed(0), value: run.at.epoch },
  { text: run.outcome!.kept!.epoch.toFixed(0), value: run.outcome!.kept!.epoch },
  { text: loss(run.outcome!.kept!.metrics["validation.loss"]) },
];
const keptTable: Table = {
  type: "table",
  columns: [
    { label: "early stopping" },
    { label: "ends at epoch", align: "right" },
    { label: "keeps epoch", align: "right" },
    { label: "validation loss", align: "right" },
  ],
  rows: [
    keptRow("by hand, wait >= patience", inTime),
    keptRow("by hand, wait > patience", late),
    keptRow("criterion, last weights", lastKept),
    keptRow("criterion, best weights", bestKept),
  ],
};
display(keptTable);

// %% longer patience [markdown]
// The damage is what the patience lets pass. The recordings at the rate of 0.02 say how much, without training again:
// each patience replayed with the last weights kept and with the best, and both asked about test rows that neither
// stopped nor selected anything. The validation loss is lower with the best weights by construction. On the test rows
// it takes a long patience to tell: 100 of them cannot part losses that are this close.

// %% longer patience table
const recorded = ofRate(0.02, recordings).filter(({ outcome }) => outcome !== null);
/** What is kept after waiting so many epochs, seed by seed. */
const keptAfter = (waited: number, select: Policy["select"]) =>
  recorded.map(({ trajectory }) => {
    const stop = criteria.plateau({ metric: "validation.loss", mode: "min", patience: epochs(waited) });
    return replay(trajectory, [{ name: "patience", stop, select }]);
  });
/** One patience: where it stops, the losses of both weights, and in how many seeds the best are better on test. */
const patienceRow = (waited: number) => {
  const [lasts, bests] = [criteria.last(), best].map((select) => keptAfter(waited, select));
  const [last, kept] = [lasts, bests].map((judged) => summarise(judged)[0]);
  const testLoss = ([judged]: typeof bests[number]) => judged.kept?.metrics["test.loss"] ?? NaN;
  const lower = bests.filter((judged, seed) => testLoss(judged) < testLoss(lasts[seed]));
  return [
    { text: `${waited} epochs`, value: waited, sub: `stops at ${last.epoch?.toFixed(0) ?? "–"}` },
    ...["validation.loss", "test.loss"].flatMap((name) =>
      [last, kept].map(({ metrics }) => ({ text: loss(metrics[name]), value: metrics[name] }))
    ),
    { text: `in ${lower.length} of ${seeds.length}`, value: lower.length },
  ];
};
const patienceTable: Table = {
  type: "table",
  columns: [
    { label: "patience" },
    { label: "validation: last", align: "right" },
    { label: "best", align: "right" },
    { label: "test: last", align: "right" },
    { label: "best", align: "right" },
    { label: "best lower on test", align: "right" },
  ],
  rows: recorded.length < seeds.length ? [] : [5, 20, 60].map(patienceRow),
  caption: `Loss of the last and of the best weights, medians of ${seeds.length} seeds`,
  empty: "Waiting for the recordings.",
};
display(patienceTable);

// %% wrong loss [markdown]
// ### The rate that watches the training loss
//
// `scheduler.step(train_loss)` halves the rate when the _training_ loss stalls. Over the rows that are trained on it
// falls long after the validation loss has turned, so the rule sees nothing. Here the rule is given the training rows
// to watch, and the validation rows are kept aside to report.

// %% fed
const fedValidation = await ended(train({ ...long, scale: halving, signal }));
const fedTraining = await ended(train({
  ...long,
  data: {
    ...data,
    name: "breast cancer, watched on its training rows",
    validation: data.training,
    test: data.validation,
  },
  scale: halving,
  signal,
}));

// %% fed table
const fedRow = (what: string, run: TrainingEvent, validation: string) => [
  { text: what },
  { text: String(run.cuts.length), value: run.cuts.length },
  { text: run.cuts.length === 0 ? "–" : (run.cuts[0] / run.plan.updatesPerEpoch).toFixed(0) },
  { text: String(+run.trajectory.updates.rate.at(-1)!.toPrecision(2)) },
  { text: loss(run.trajectory.evaluations.metrics[validation].at(-1)) },
];
const fedTable: Table = {
  type: "table",
  columns: [
    { label: "the rule watches" },
    { label: "cuts", align: "right" },
    { label: "first at epoch", align: "right" },
    { label: "last rate", align: "right" },
    { label: "validation loss at the end", align: "right" },
  ],
  rows: [
    fedRow("validation loss", fedValidation, "validation.loss"),
    fedRow("training loss", fedTraining, "test.loss"),
  ],
};
display(fedTable);

// %% advice [markdown]
// ## What to do
//
// Call the training once. Give it more epochs than you expect to need, a rule on the validation loss with patience
// in a unit, and keep the best weights, whichever rule ends it; on rows as few as these nobody can tell the
// difference, as the table of patience shows. Start it again only to go on, from its saved state, rule and all. Let
// what lowers the rate watch the same validation loss. And where rows are few, try several splits before you believe
// a number of epochs.

// %% finding
/** The most that a policy keeps above the best, over the learning rates, and how often it is not known. */
const worst = (policy: string) => {
  const entries = summaries.map((summary) => summary.find((entry) => entry.policy === policy)!);
  const known = entries.flatMap(({ regret }) => regret ?? []), regret = Math.max(...known);
  const beyond = entries.reduce((sum, { censored }) => sum + censored, 0);
  if (known.length === 0) return "no one knows how much, as it goes on past every recording,";
  const unknown = beyond === 0 ? "" : ` (it goes on past the recording in ${beyond} of ${recordings.length})`;
  return `${regret < 0.0005 ? "less than **0.001**" : `up to **${regret.toFixed(3)}**`}${unknown}`;
};
/** `46`, or that the lowest loss may come later than was recorded. */
const lowestEpoch = (epoch: number) => epoch < lastEpoch ? `**${epoch}**` : `**${epoch}** or later`;
const toTheEnd = [{ name: "In hindsight", stop: criteria.maxEpochs(lastEpoch), select: best }];
const epochOf = (run: TrainingEvent) => run.at.epoch.toFixed(0);
if (done < all.length) {
  display(md`${done} of ${all.length} trainings recorded; the finding follows when all are.`);
} else {
  const bestEpochs = constantRate.map(({ trajectory }) => replay(trajectory, toTheEnd)[0].kept!.epoch);
  display(
    md`**Once.** At a learning rate of ${learningRate} the validation loss is lowest at epoch ${
      lowestEpoch(Math.min(...bestEpochs))
    } to ${
      lowestEpoch(Math.max(...bestEpochs))
    }, depending on the seed and its split. Over three learning rates, a fixed budget (epochs: ${epochBudget}) keeps ${
      worst("Fixed epochs")
    } above the best validation loss, early stopping with patience ${patience} ${
      worst("Early stopping")
    }, a rate halved on a plateau ${
      worst("LR on plateau")
    } (medians of ${seeds.length} seeds). ${calls} calls of fit train **${
      epochOf(called.repeated)
    }** epochs where ${epochsMeant} were meant, and early stopping that each call begins anew ends at epoch **${
      epochOf(called.forgetful)
    }** instead of ${
      epochOf(called.stopped)
    }. A rate rule fed the training loss makes **${fedTraining.cuts.length}** cuts, fed the validation loss **${fedValidation.cuts.length}**.`,
  );
}

// %% test an epoch is one pass, a call as many as it is told
{
  const first = await ended(train({ ...again, stop: criteria.maxEpochs(2) }));
  assert.equal(first.at.step, 2 * Math.ceil(data.training.count / spec.batch));
  const inAll = await ended(train({ ...again, from: first.outcome!.state, stop: criteria.maxEpochs(2) }));
  assert.deepEqual([inAll.outcome!.reason, inAll.at.epoch], ["alreadyComplete", 2]);
  const more = criteria.maxSteps({ for: first.at.step });
  const aCallMore = await ended(train({ ...again, from: first.outcome!.state, stop: more }));
  assert.equal(aCallMore.at.epoch, 4);
}

// %% test early stopping that is saved stays stopped, and begun anew waits anew
{
  const never = { metric: "validation.loss", mode: "min", minDelta: 100 } as const;
  const stop = criteria.any(criteria.plateau({ ...never, patience: epochs(1) }), aCall);
  const once = await ended(train({ ...again, stop }));
  assert.equal(once.at.epoch, 2, "nothing is a gain of 100: one epoch after the first evaluation");
  const kept = await ended(train({ ...again, from: once.outcome!.state, stop }));
  assert.deepEqual([kept.at.epoch, kept.outcome!.alreadyComplete!.by], [2, "verdict"]);
  let evaluated = 0;
  const anew = await byHand(
    train({ ...again, from: once.outcome!.state, stop: aCall }),
    () => ++evaluated >= 2,
  );
  assert.equal(anew.at.epoch, 4);
}

// %% test the best weights lose no more on validation than the last
const tested = await ended(train({ ...long, stop: criteria.maxEpochs(6), select: best }));
{
  const { kept } = tested.outcome!;
  const losses = tested.trajectory.evaluations.metrics["validation.loss"];
  assert.equal(kept!.metrics["validation.loss"], Math.min(...losses));
  assert.equal(lossAtEnd(tested), losses.at(-1));
}

// %% test the split is another for each seed, and loses no row
for (const { training, validation, test } of splits) {
  assert.deepEqual([training, validation, test].map(({ count }) => count), [369, 100, 100]);
}
assert.notDeepEqual([...splits[0].test.y], [...splits[1].test.y]);
