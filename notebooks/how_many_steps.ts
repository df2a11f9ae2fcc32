import assert from "node:assert/strict";
import {
  charts,
  datasets,
  display,
  inputs,
  live,
  md,
  models,
  optimizers,
  schedules,
  spaces,
  steps,
  studies,
  type Study,
  type StudyRecord,
  type Table,
  view,
} from "plateau";

// %% title [markdown]
// # How many steps should each training get?
//
// A study tries many settings and gives each the same number of steps. Which number, whether it was right, and what
// is kept of it: on handwritten digits, read from what was recorded.

// %% question [markdown]
// ## The question
//
// A study compares settings, and a **budget** of steps is no setting among them: a longer training would win for being
// longer. So the budget is chosen before, kept for the whole study, and judged afterwards by where the **best steps**
// fall, the step of each trial at which its validation loss was lowest. All within the first tenth: far too long.
// Mostly in the last quarter: too short.
//
// Two things decide how hard to think about it. Where compute is no bound, train long enough and keep the best
// checkpoint of each trial, chosen _afterwards_. Where it is, train as long as can be afforded, in rounds: that is the
// notebook `two_rounds.ts`. The procedures are those of the Deep Learning Tuning Playbook (Godbole, Dahl, Gilmer,
// Shallue and Nado, 2023).

// %% inputs [markdown]
// ## Inputs
//
// The sliders look at what was recorded: nothing is trained again. The number of trials does train: a change of it
// waits for Run.

// %% look
const given = view(inputs.range([100, 2400], { label: "Steps given", value: 400, step: 100, unit: "steps" }));
const perfect = view(
  inputs.range([0.005, 0.05], { label: "Perfect fit", value: 0.01, step: 0.005, unit: "training loss" }),
);
const target = view(
  inputs.range([0.08, 0.4], { label: "Target", value: 0.12, step: 0.02, unit: "validation loss" }),
);

// %% size
const trialCount = view(inputs.choice([6, 12], { label: "Trials of the study", value: 12 }));

// %% never [markdown]
// ## Never in the space
//
// The number of steps is refused as a parameter, by whatever name, and so is what goes with it. Each of these was
// asked for as a parameter of the study below.

// %% study
const data = datasets.digits();
const longest = 2400;
const study: Study = {
  name: "digits",
  spec: {
    model: models.mlp({ layers: [64, 64, 10], init: "he", dropout: 0.2 }),
    data,
    optimizer: optimizers.adam(),
    schedule: schedules.constant(3e-3),
    batch: 32,
    evaluate: { every: steps(25) },
    metrics: ["loss", "accuracy", "f1", "rocAuc"],
  },
  space: {
    "schedule.rate": spaces.logUniform(1e-3, 3e-2),
    "model.layers.1": spaces.choice([32, 128]),
    "model.dropout": spaces.choice([0, 0.3]),
  },
  budget: steps(longest),
  trials: trialCount,
};

// %% refusals
/** What a study answers that has this parameter. */
function answer(path: string): string {
  try {
    studies.trials({ ...study, space: { [path]: spaces.integer(100, 1000) } });
    return "accepted";
  } catch (error) {
    return (error as Error).message;
  }
}
const asked = ["max_train_steps", "budget", "schedule.horizon", "seed", "batch"];
const answers = asked.map((path) => ({ path, said: answer(path) }));

// %% refusals table
const refusalTable: Table = {
  type: "table",
  columns: [{ label: "parameter" }, { label: "answer" }],
  rows: answers.map(({ path, said }) => [
    { text: path, mono: true },
    { text: said.replace(/^invalid parameter: \S+ \((.*)\)$/s, "refused: $1") },
  ]),
};
display(refusalTable);

// %% first [markdown]
// ## A first number
//
// Nothing is known yet, so: find settings that fit the _training_ set perfectly within N steps, without dropout or
// augmentation, which only keep from fitting. Then sweep constant rates at those N steps with these settings. The
// fastest trial that comes to a perfect fit gives the first number.
//
// The sweep is made twice. Once it looks where it should, and once at rates that are all too low, as one does who
// remembers a default. The best of those lies on the upper border of what was searched: not the best rate, only the
// best of the ones looked at, and the number of steps that goes with it is a self-deception.

// %% rates searched
const searched = view(inputs.choice(["wide", "narrow"], {
  label: "Rates searched",
  value: "narrow",
  labels: ["0.001 to 0.1", "0.001 to 0.003"],
}));

// %% initial
const firstLook = { ...study, budget: steps(800) };
const wide = studies.planInitialSteps(firstLook, { rates: { min: 1e-3, max: 1e-1 }, search: 6, sweep: 9 });
const narrow = studies.planInitialSteps(firstLook, { rates: { min: 1e-3, max: 3e-3 }, sweep: 7 });
const taken = wide.removed.join(", ");
/** The settings that fitted fastest, put into a sweep of rates. */
function withFastest(sweep: Study, found: StudyRecord): Study {
  const [fastest] = studies.readInitialSteps(found).fits;
  const { parameters } = found.trials.find(({ number }) => number === fastest.number)!;
  const kept = Object.entries(parameters).filter(([path]) => !path.startsWith("schedule."));
  return { ...sweep, spec: studies.withParameters(sweep.spec, Object.fromEntries(kept)) };
}
/** Three studies in turn: the later ones take their settings from the first. */
async function* initialStudies() {
  let found: StudyRecord | null = null, wideSweep: StudyRecord | null = null;
  let narrowSweep: StudyRecord | null = null;
  const all = () => ({ found, wideSweep, narrowSweep });
  for await (found of studies.train(wide.search)) yield all();
  for await (wideSweep of studies.train(withFastest(wide.sweep, found!))) yield all();
  for await (narrowSweep of studies.train(withFastest(narrow.sweep, found!))) yield all();
}
const initial = await live(initialStudies());

// %% initial read
const sweepShown = searched === "wide" ? initial.wideSweep : initial.narrowSweep;
const fits = sweepShown === null ? null : studies.readInitialSteps(sweepShown, perfect);
const ends = searched === "wide" ? [1e-3, 1e-1] : [1e-3, 3e-3];

// %% initial chart
display(charts.parameterResults({
  parameter: "rate",
  metric: "steps to a perfect fit",
  results: (fits?.fits ?? []).flatMap(({ name, rate, steps: took }) =>
    rate === null ? [] : [{ name, value: rate, result: took }]
  ),
  min: ends[0],
  max: ends[1],
  log: true,
}));

// %% initial finding
if (fits === null || initial.found === null) {
  display(md`The sweep follows the search.`);
} else {
  const { text, action } = studies.initialStepsFinding(fits);
  const search = studies.readInitialSteps(initial.found, perfect);
  display(
    md`Without ${taken}, ${
      String(search.fits.length)
    } of ${search.trials} trials of the search came to a training loss of ${perfect}. ${text} ${action}`,
  );
}

// %% fixed [markdown]
// ## The study, and where its best steps fall
//
// Each trial is given the same steps, here 2,400 at a constant rate. Constant, so that the same record also tells of
// every shorter budget: a trial of 400 steps is the first 400 of a trial of 2,400, bit for bit. A rate that decays would
// have to be trained anew for every length. The slider **Steps given** cuts the record.

// %% recorded
const recorded = await live(studies.train(study));

// %% cut
const cut = studies.cutAt(recorded, given);
const ended = recorded.trials.filter(({ state }) => state !== "waiting" && state !== "running").length;

// %% trials
display(charts.trialTable(cut));

// %% diagnosis
const diagnosis = studies.bestStepDiagnosis(cut);
display(studies.figureOf({ chart: "bestSteps" }, cut));

// %% diagnosis finding
const diagnosed = studies.bestStepFinding(diagnosis);
display(
  diagnosed === null
    ? md`Fewer than three trials have used ${given} steps.`
    : md`${diagnosed.text} ${diagnosed.action}`,
);

// %% bound [markdown]
// ## Would longer have helped?
//
// The best step alone may mislead: a curve that wanders has its lowest point anywhere. Asked of the better half of the
// trials, the ones that would be trained on: did the best come late, _and_ was the curve still falling by more than its
// noise? What lies past the record is not known, and said to be extrapolated where a number is given for it.

// %% bound at
const lengths = [100, 200, 400, 800, 1200, 1600, 2000, 2400];
const words = {
  yes: "yes",
  no: "no",
  unclear: "unclear",
  unknown: "unknown",
};
const extrapolate = studies.extrapolateFor("validation.loss", "min");
const isWhole = ended === recorded.trials.length;
const byLength = !isWhole ? [] : lengths.map((length) => {
  const shorter = studies.cutAt(recorded, length), best = studies.bestStepDiagnosis(shorter);
  return { length, best, bound: studies.computeBound(shorter), kept: studies.retrospective(shorter) };
});

// %% bound table
const lossText = (value: number | undefined) => value === undefined ? "–" : value.toFixed(4);
const lengthTable: Table = {
  type: "table",
  columns: [
    { label: "steps given", align: "right" },
    { label: "best late", align: "right" },
    { label: "still falling", align: "right" },
    { label: "longer helps?", align: "right" },
    { label: "loss kept", align: "right" },
  ],
  rows: byLength.map(({ length, best, bound, kept }) => [
    { text: length.toLocaleString("en-US"), value: length },
    { text: `${best.late} of ${best.trials.length}`, value: best.late },
    { text: `${bound.improving} of ${bound.trials.length}`, value: bound.improving },
    { text: words[bound.verdict] },
    { text: lossText(kept.best?.value), value: kept.best?.value ?? null },
  ]),
  caption: "One record, cut at each length. Late: in the last quarter. Still falling: of the better half",
  empty: "Waiting for the trials.",
};
display(lengthTable);

// %% bound finding
const bound = studies.computeBound(cut, isWhole ? { extrapolate } : {});
const boundFound = studies.computeBoundFinding(cut, bound);
display(boundFound === null ? md`Too little is recorded.` : md`${boundFound.text} ${boundFound.action}`);

// %% past [markdown]
// ### What was said of the steps to come, and what came
//
// The record is longer than the cuts, so it can be asked: at each length the curves of the better half of the trials are
// continued to one and a half times of it, with a band that is meant to hold four times of five.

// %% past read
const continued = byLength.filter(({ length }) => 1.5 * length <= longest).map(({ length, bound }) => {
  const to = 1.5 * length, shorter = studies.cutAt(recorded, length);
  const told = bound.trials.flatMap(({ number }) => {
    const said = extrapolate(shorter.trials[number].trajectory, to);
    const { step, metrics } = recorded.trials[number].trajectory.evaluations;
    return said === null ? [] : [{ ...said, came: metrics["validation.loss"][step.indexOf(to)] }];
  });
  return { length, to, of: bound.trials.length, told };
});
const bands = continued.flatMap(({ told }) => told);
const held = bands.filter(({ low, high, came }) => low <= came && came <= high).length;

// %% past table
const pastTable: Table = {
  type: "table",
  columns: [
    { label: "steps given", align: "right" },
    { label: "continued to", align: "right" },
    { label: "curves that tell", align: "right" },
    { label: "came within the band", align: "right" },
  ],
  rows: continued.map(({ length, to, of, told }) => {
    const within = told.filter(({ low, high, came }) => low <= came && came <= high).length;
    return [
      { text: length.toLocaleString("en-US"), value: length },
      { text: to.toLocaleString("en-US"), value: to },
      { text: `${told.length} of ${of}`, value: told.length },
      { text: told.length === 0 ? "–" : `${within} of ${told.length}`, value: within },
    ];
  }),
  empty: "Waiting for the trials.",
};
display(pastTable);

// %% kept [markdown]
// ## What is kept
//
// With the best checkpoint of every trial chosen afterwards, more steps never make the result worse: the line of what
// is kept is flat or better, for every metric. The last checkpoint of a trial has no such promise.

// %% metric
const metric = view(inputs.choice(["loss", "accuracy", "f1", "rocAuc"], {
  label: "Metric",
  labels: ["loss", "accuracy", "F1", "ROC AUC"],
}));

// %% declines
/** Evaluations at which a line is worse than at the one before. */
const declines = ({ mode }: { mode: "min" | "max" }, values: readonly number[]) =>
  values.filter((value, i) => i > 0 && (mode === "min" ? value > values[i - 1] : value < values[i - 1]))
    .length;

// %% curves
const curves = studies.retrospectiveCurves(cut, (name) => name.endsWith("loss") ? "min" : "max");

// %% kept chart
const curve = curves.find((each) => each.metric === `validation.${metric}`);
display(charts.keptCurve({
  metric: `validation.${metric}`,
  step: curve?.step ?? [],
  kept: curve?.kept ?? [],
  last: curve?.last ?? [],
}));

// %% kept finding
const keptFound = studies.retrospectiveFinding(cut, studies.retrospective(cut));
const keptWorse = curves.map((each) => declines(each, each.kept)).reduce((sum, each) => sum + each, 0);
const lastWorse = curves.map((each) => declines(each, each.last)).reduce((sum, each) => sum + each, 0);
display(
  keptFound === null
    ? md`Nothing is measured yet.`
    : md`Over ${curves.length} metrics what is kept got worse with more steps ${keptWorse} times, the best last checkpoint ${lastWorse} times. ${keptFound.text} ${keptFound.action}`,
);

// %% variance [markdown]
// ## What moves the number
//
// Noisier gradients need more steps: smaller batches, dropout, augmentation. Twelve trials at one rate, each batch size
// with and without dropout and with and without noise on the images; counted are the steps to the target loss. From
// the batch sizes follows the _critical batch_: around it twice the examples no longer save half of the steps.

// %% noisy
/** The same study on plain and on noisy images, as one with the noise among its parameters. */
async function* noisyStudies() {
  const plain: Study = {
    name: "noise",
    spec: {
      ...study.spec,
      schedule: schedules.constant(4e-3),
      evaluate: { every: steps(20) },
      metrics: ["loss"],
    },
    space: { batch: spaces.choice([16, 64, 256]), "model.dropout": spaces.choice([0, 0.3]) },
    budget: steps(500),
    sampler: { kind: "grid", levels: 2 },
  };
  const blurred = {
    ...plain,
    name: "noise, on images",
    spec: { ...plain.spec, data: datasets.augmented(data, { noise: 0.5 }) },
  };
  let still: StudyRecord | null = null, onNoise: StudyRecord | null = null;
  for await (still of studies.train(plain)) yield together(still, null);
  for await (onNoise of studies.train(blurred)) yield together(still!, onNoise);
}
/** Two studies as one, by whether noise was added to the images. */
function together(still: StudyRecord, onNoise: StudyRecord | null): StudyRecord {
  const as = ({ trials }: StudyRecord, noise: number) =>
    trials.map((trial) => ({ ...trial, parameters: { ...trial.parameters, noise } }));
  const trials = [...as(still, 0), ...(onNoise === null ? [] : as(onNoise, 0.5))];
  return {
    ...still,
    space: null,
    trials: trials.map((trial, number) => ({ ...trial, number, name: `trial ${number}` })),
  };
}
const noisy = await live(noisyStudies());

// %% variance effects
const effects = studies.gradientVariance(noisy, { target, parameters: ["batch", "model.dropout", "noise"] });
const variance = effects === null ? [] : studies.gradientVarianceFindings(noisy, effects);

// %% variance table
const varianceTable: Table = {
  type: "table",
  columns: [
    { label: `to a loss of ${target}` },
    { label: "trials", align: "right", optional: true },
    { label: "reached it", align: "right" },
    { label: "steps", align: "right" },
  ],
  rows: (effects?.effects ?? []).flatMap(({ parameter, groups }) =>
    groups.map(({ value, trials, reached, steps: took }) => [
      { text: `${parameter} ${value}` },
      { text: String(trials), value: trials },
      { text: String(reached), value: reached },
      { text: took === null ? "never by half of them" : String(took), value: took },
    ])
  ),
  caption: "Medians over the trials with one value; what never reached it counts as slowest",
  empty: "Waiting for the trials.",
};
display(varianceTable);

// %% variance finding
display(
  variance.length === 0
    ? md`No two values differ in the steps that they needed.`
    : md`${variance.map(({ text }) => text).join(" ")}`,
);

// %% again [markdown]
// ## When the number has to be found again
//
// Each of these changes is compared with the spec of the study. What moves the number says why; the seed, the metrics
// and how often is evaluated do not.

// %% changes
const { spec } = study;
const changes: readonly (readonly [string, typeof spec])[] = [
  ["batch 128", { ...spec, batch: 128 }],
  ["no dropout", { ...spec, model: models.mlp({ layers: [64, 64, 10], init: "he" }) }],
  ["three hidden layers", {
    ...spec,
    model: models.mlp({ layers: [64, 64, 64, 64, 10], init: "he", dropout: 0.2 }),
  }],
  ["images moved by a pixel", { ...spec, data: datasets.augmented(data, { shift: 1 }) }],
  ["momentum for Adam", { ...spec, optimizer: optimizers.momentum() }],
  ["evaluated twice as often", { ...spec, evaluate: { every: steps(12) } }],
  ["another metric", { ...spec, metrics: ["loss", "precision"] }],
];
const moves = changes.map(([change, after]) => ({ change, moved: studies.stepsMoved(spec, after) }));

// %% changes table
const changeTable: Table = {
  type: "table",
  columns: [{ label: "change" }, { label: "find it again?" }, { label: "because" }],
  rows: moves.map(({ change, moved }) => [
    { text: change },
    { text: moved.length > 0 ? "yes" : "no" },
    {
      text: [...new Set(moved.map(({ why }) => why))].join("; ") ||
        "nothing that moves the number of steps differs",
    },
  ]),
};
display(changeTable);

// %% advice [markdown]
// ## What to do
//
// Begin with the steps of the fastest perfect fit, once its rate is inside of what was searched. Give every trial of a
// study the same, never tune it, and look at the best steps afterwards. Keep the best checkpoint of each trial, so that a
// budget that is too long costs compute and nothing else. Find the number anew when the batch, the model, the data or the
// optimizer changes.

// %% doctor [markdown]
// ### All of it at once
//
// `studies.doctor(record)` applies every procedure to a study, here as cut by the slider, and says what would change
// most. On the command line `plateau doctor` does so with the logs of other tools.

// %% doctor table
const findings = isWhole ? studies.doctor(cut, { extrapolate }) : [];
const doctorTable: Table = {
  type: "table",
  columns: [{ label: "finding" }, { label: "what to do" }],
  rows: findings.map(({ text, action }) => [{ text }, { text: action }]),
  empty: "Waiting for the trials.",
};
display(doctorTable);

// %% finding
const sweeps = [initial.wideSweep, initial.narrowSweep].map((sweep) =>
  sweep === null ? null : studies.readInitialSteps(sweep, perfect)
);
const settled = byLength.find(({ best }) => best.verdict === "longEnough");
const [best] = byLength.slice(-1).map(({ kept }) => kept.best);
if (!isWhole || sweeps.some((sweep) => sweep === null)) {
  display(md`${ended} of ${recorded.trials.length} trials recorded; the finding follows when all are.`);
} else {
  const [wideFits, narrowFits] = sweeps;
  const border = narrowFits!.border?.side === "max"
    ? "the best rate lies on the upper border of the search, and the check says so"
    : "the border check sees nothing wrong";
  display(
    md`**Steps are chosen before a study and judged after it.** A sweep of constant rates fits the training set in **${
      String(wideFits!.steps)
    }** steps; searched too low it says **${
      String(narrowFits!.steps)
    }**, where ${border}. Of the budgets from ${lengths[0]} to ${
      longest.toLocaleString("en-US")
    } steps the first that is long enough for ${recorded.trials.length} trials is **${
      settled === undefined ? "none" : settled.length.toLocaleString("en-US")
    }**; at ${
      given.toLocaleString("en-US")
    } the best step is in the last quarter in ${diagnosis.late} of ${diagnosis.trials.length}. Continued past a cut, a curve came within its band **${held}** of ${bands.length} times. Kept afterwards, the best checkpoint has a validation loss of **${
      lossText(best?.value)
    }** at step ${best === null ? "–" : best.step.toLocaleString("en-US")}.`,
  );
}

// %% test the number of steps is refused in a space, and the batch is not
for (const path of ["max_train_steps", "budget", "schedule.horizon"]) {
  assert.match(answer(path), /kept throughout/);
}
assert.equal(answer("batch"), "accepted");

// %% test a trial cut is the trial of fewer steps
{
  const two = { ...study, space: { "schedule.rate": spaces.choice([3e-3, 1e-2]) }, trials: 2 };
  const lossesOf = async (given: number) => {
    let last: StudyRecord | undefined;
    for await (last of studies.train({ ...two, budget: steps(given) }));
    return last!;
  };
  const short = await lossesOf(25), long = studies.cutAt(await lossesOf(50), 25);
  for (const [i, { trajectory }] of short.trials.entries()) {
    assert.deepEqual(long.trials[i].trajectory.updates.loss, trajectory.updates.loss);
    assert.deepEqual(long.trials[i].trajectory.evaluations.metrics, trajectory.evaluations.metrics);
  }
}

// %% test what is kept counts no decline where there is none
assert.equal(declines({ mode: "min" }, [3, 2, 2, 1]), 0);
assert.equal(declines({ mode: "max" }, [1, 2, 1, 0]), 2);
