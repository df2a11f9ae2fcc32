import assert from "node:assert/strict";
import {
  charts,
  criteria,
  curves,
  display,
  evaluations,
  inputs,
  md,
  policies,
  type Policy,
  replay,
  view,
} from "plateau";

// %% title [markdown]
// # What would have stopped your runs?
//
// Logs of any tool, read where they lie: which stopping rule would have been better than the one you used, judged
// on the curves that you already have.

// %% where [markdown]
// ## Where they lie
//
// A file or a folder: TensorBoard, Keras, Lightning, Transformers, MLflow, W&B, trackio, JSONL, CSV and the printed
// logs of nanoGPT and its kin. The sample is what Lightning wrote for eight trainings of one small network. A folder
// outside this project is read once you allow it, and nothing is ever written there.

// %% folder
const folder = view(inputs.path({ label: "Logs", value: "notebooks/sample_logs" }));
const batch = view(inputs.text({ label: "Batch size", placeholder: "as logged" }));
const examples = view(inputs.text({ label: "Epoch of", placeholder: "examples, as logged" }));
const judgedBy = view(inputs.text({ label: "Judged by", placeholder: "the validation loss" }));
const place = view(inputs.range([1, 20], { label: "Group", value: 1, step: 1 }));

// %% logs [server]
const logs = await curves.read(folder);

// %% groups
const { comparisons, skipped } = curves.comparable(logs.runs, {
  ...(batch === "" ? {} : { batch: Number(batch) }),
  ...(examples === "" ? {} : { trainingExamples: Number(examples) }),
  ...(judgedBy === "" ? {} : { metric: judgedBy }),
});
// Runs of one metric from like places are judged together: the largest such group first.
const groups = comparisons.toSorted((a, b) => b.runs.length - a.runs.length);
const group = groups[Math.min(place, groups.length) - 1];
const trajectories = group?.runs.map(({ trajectory }) => trajectory) ?? [];
const metric = group?.metric ?? "validation.loss";
const mode = group?.mode ?? "min";

// %% words of the page
/** What the command line would be told to do is an input here. */
export const withoutOptions = (text: string) => text.replace(/ \([^()]*--[^()]*\)/g, "");

// %% read
const warned = [...logs.warnings, ...logs.runs.flatMap(({ warnings }) => warnings)];
display({
  type: "table",
  columns: [{ label: "run" }, { label: "format" }, { label: "judged by" }, {
    label: "points",
    align: "right",
  }],
  rows: logs.runs.slice(0, 40).map((run) => {
    const judged = comparisons.flatMap(({ runs }) => runs).find((each) => each.run.name === run.name);
    const points = Object.values(run.series).reduce((sum, { step }) => sum + step.length, 0);
    return [
      { text: run.name, mono: true },
      run.source.format,
      judged?.metric ?? withoutOptions(skipped.find(({ name }) => name === run.name)?.because ?? ""),
      { text: points.toLocaleString("en-US"), value: points },
    ];
  }),
  ...(logs.runs.length > 40 ? { caption: `and ${logs.runs.length - 40} more` } : {}),
});
if (warned.length > 0) {
  const [{ file, message }] = warned;
  display(
    md`${warned.length === 1 ? "A warning" : `${warned.length} warnings, the first`}: ${file}: ${message}.`,
  );
}
if (groups.length > 1) {
  display(
    md`These runs make ${groups.length} groups that are judged apart. Group ${
      groups.indexOf(group!) + 1
    } follows: ${group!.runs.length} of ${logs.runs.length} runs, ${group!.runs[0].run.name}${
      group!.runs.length > 1 ? " and so on" : ""
    }.`,
  );
}
// What was left out of the runs that are shown, and what stands for something else
const notes = new Set(group?.runs.flatMap(({ warnings }) => warnings) ?? []);
for (const note of [...notes].slice(0, 8)) display(md`Note: ${withoutOptions(note)}.`);

// %% diagnosis text [markdown]
// ## Long enough?
//
// Where the best evaluation lies says whether a run was too short, long enough, or went on past its best.

// %% diagnosis
const words = {
  tooShort: "too short: best in its last tenth",
  overfits: "past its best",
  flat: "flat since its best",
  diverged: "diverged",
  unknown: "too few evaluations to say",
};
const diagnoses = trajectories.map((run) => curves.diagnosis(run, metric, mode));
const number = (value: number | null) => value === null ? "–" : value.toPrecision(3);
display({
  type: "table",
  columns: [
    { label: "run" },
    { label: "it was" },
    { label: "best at", align: "right" },
    { label: "best", align: "right" },
    { label: "came after it", align: "right" },
    { label: "its last tenth is worse by", align: "right", optional: true },
  ],
  rows: diagnoses.slice(0, 40).map((found, i) => [
    { text: trajectories[i].name, mono: true },
    words[found.kind],
    found.bestStep === null ? "–" : found.bestStep.toLocaleString("en-US"),
    number(found.best),
    found.after === null ? "–" : `${Math.round(found.after * 100)}%`,
    number(found.lost),
  ]),
});

// %% rules text [markdown]
// ## Try a rule
//
// The sliders replay: nothing is trained.

// %% rules
const patience = view(inputs.range([1, 60], { label: "Patience", value: 5, step: 1, unit: "evaluations" }));
const minDelta = view(inputs.range([0, 0.1], { label: "Min Δ", value: 0, step: 0.001 }));
const length = view(inputs.range([1, 1_000_000], { label: "Fixed length", value: 20, step: 1, log: true }));
const unit = view(inputs.choice(["epochs", "steps"], { label: "counted in" }));
const axis = view(inputs.choice(["step", "epoch", "examples", "seconds"], { label: "x axis" }));

// %% judged
const best = criteria.best(metric, mode);
const rules: Policy[] = [
  {
    name: "Early stopping",
    stop: criteria.plateau({ metric, mode, patience: evaluations(patience), minDelta }),
    select: best,
  },
  {
    name: "Fixed length",
    stop: unit === "epochs" ? criteria.maxEpochs(length) : criteria.maxSteps(length),
    select: best,
  },
];
// Each run is measured against its own best: what another run reached is no rule's fault.
const judgements = trajectories.map((run) => replay(run, rules, { metric, mode }));

// %% curves
if (trajectories.length > 0) {
  display(charts.learningCurves({ trajectories, judgements, metric, mode, axis }));
  display(charts.stopStrip({ trajectories, judgements, axis }));
}

// %% compared
display(charts.policyTable({ judgements }));
if (trajectories.length > 0) {
  display(md`${policies.headToHead(judgements, "Early stopping", "Fixed length", group?.counts).text}`);
}

// %% family text [markdown]
// ## All the usual rules
//
// Lengths, patience with and without a smallest gain, slopes, Prechelt's criteria and Keras' own rule, by what they
// lose and what they save. Shown are those that nothing beats: no other loses as little and saves as much. A rule that
// would have gone on past a recording is censored there, and not among them. One is chosen by the one-standard-error
// rule: the one that saves most of those that are as good as the best.

// %% family
const report = policies.report(trajectories, { metric, mode, counts: group?.counts });
display(charts.reportTable({ report }));

// %% trade
const unbeaten = report.policies.filter(({ policy, onFrontier }) => onFrontier || policy === report.chosen);
const named = new Set(unbeaten.map(({ policy }) => policy));
const ownRegrets = report.judgements.map((run) =>
  run.filter(({ policy }) => named.has(policy)).map((judged) => ({ ...judged, regret: judged.ownRegret }))
);
display(charts.tradeoff({ judgements: ownRegrets }));

// %% finding
display(
  trajectories.length > 0
    ? md`${report.advice.text}`
    : md`Nothing to judge: ${skipped[0]?.because ?? "no run lies here"}.`,
);

// %% test the sample is eight trainings of one metric
assert.deepEqual([logs.runs.length, logs.warnings.length, groups.length], [8, 0, 1]);
assert.deepEqual([metric, mode], ["validation.loss", "min"]);

// %% test the runs of the higher rate went on past their best
for (const [i, { name }] of trajectories.entries()) {
  const { kind, bestStep, after } = diagnoses[i];
  assert.equal(kind === "overfits", i >= 4, `${name}: ${kind}`);
  assert.ok(bestStep! > 0 && after! >= 0 && after! <= 1, `${name}: best at ${bestStep}, ${after} after it`);
}

// %% test early stopping stops after the best of what it saw, its patience later
for (const [i, [early]] of judgements.entries()) {
  if (early.end === "censored") continue;
  const { step } = trajectories[i].evaluations, at = step.indexOf(early.at!.step);
  assert.equal(step[at - patience], early.kept!.step, trajectories[i].name);
}

// %% test no rule that is shown is beaten by another, and the advice names one of them
assert.ok(named.size > 0 && named.size < report.policies.length);
assert.ok(named.has(report.chosen!), `${report.chosen}`);

// %% test what a page has no use for is left out of its words
assert.equal(withoutOptions("no epochs (name them with --columns) in a.csv"), "no epochs in a.csv");
assert.equal(withoutOptions("a loss (in nats)"), "a loss (in nats)");
