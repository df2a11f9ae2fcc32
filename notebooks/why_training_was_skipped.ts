import assert from "node:assert/strict";
import {
  charts,
  criteria,
  datasets,
  display,
  inputs,
  md,
  models,
  optimizers,
  replay,
  schedules,
  signal,
  type Spec,
  steps,
  type Table,
  train,
  type Training,
  type TrainingEvent,
  type Trajectory,
  view,
} from "plateau";

// %% title [markdown]
// # Why was training skipped?
//
// A training is started again, nothing is trained, and often nothing is said: the saved step had already reached
// the cap. What a cap means, what it does to a training that goes on, and three ways of writing one that go wrong.

// %% question [markdown]
// ## The question
//
// `max_steps` is explained as a hard cap on the number of updates: against a budget that runs out, for experiments
// that compare, as a guard against overfitting. That is right, and it leaves out when a training is **skipped**. It
// is skipped when it _goes on_: the step is saved with the weights, and a cap on the step that is already met leaves
// nothing to do. A cap of 500 does not mean 500 updates; it means up to step 500, whoever made the updates before.
//
// So there are two different wishes. **Up to step n** is `maxSteps(n)`, and it is met once for all. **n updates
// more** is `maxSteps({ for: n })`, and it counts from where a run begins. Below, one small network on handwritten
// digits is trained to its cap and started again in every way that matters.

// %% inputs [markdown]
// ## Inputs
//
// They train again, at once: it takes a few seconds.

// %% caps
const stepCap = view(inputs.range([100, 1000], { label: "Cap", value: 500, step: 50, unit: "steps" }));
const furtherSteps = view(
  inputs.range([50, 500], { label: "Further", value: 250, step: 50, unit: "steps" }),
);

// %% spec
const data = datasets.digits();
const spec = {
  model: models.mlp({ layers: [64, 32, 10], init: "he" }),
  data,
  optimizer: optimizers.adam(),
  schedule: schedules.constant(3e-3),
  batch: 32,
  evaluate: { every: steps(25) },
  select: criteria.last(),
} satisfies Omit<Spec, "stop">;
/** The last event of a training: the one with its outcome. */
async function ended(training: Training): Promise<TrainingEvent> {
  let last: TrainingEvent | undefined;
  for await (const event of training) last = event;
  return last!;
}

// %% again [markdown]
// ## Started again
//
// One run goes to the cap, another is interrupted before it. Each is then started again from the state it left:
// saved at its cap, above it, and below it; with a higher cap; and for a number of updates more.

// %% restarts
/** Where the interrupted run ends: in the middle of an epoch, off the evaluation grid. */
const cutAt = Math.round(0.64 * stepCap);
const lowerCap = stepCap - 50;
const first = await ended(train({ ...spec, stop: criteria.maxSteps(stepCap), signal }));
const interrupted = await ended(train({ ...spec, stop: criteria.maxSteps(cutAt), signal }));
const end = first.outcome!.state;
const atCap = await ended(train({ ...spec, from: end, stop: criteria.maxSteps(stepCap), signal }));
const aboveCap = await ended(train({ ...spec, from: end, stop: criteria.maxSteps(lowerCap), signal }));
const belowCap = await ended(
  train({ ...spec, from: interrupted.outcome!.state, stop: criteria.maxSteps(stepCap), signal }),
);
const raised = await ended(
  train({ ...spec, from: end, stop: criteria.maxSteps(stepCap + furtherSteps), signal }),
);
const thisMuchMore = await ended(
  train({ ...spec, from: end, stop: criteria.maxSteps({ for: furtherSteps }), signal }),
);

// %% compare
/** Numbers of two recordings that differ in any bit, as far as both go, and how many were compared. */
export function compared(a: Trajectory, b: Trajectory) {
  const columns = [
    [a.updates.loss, b.updates.loss],
    [a.updates.rate, b.updates.rate],
    ...Object.keys(a.evaluations.metrics).map((name) => [a, b].map((run) => run.evaluations.metrics[name])),
  ];
  let numbers = 0, differ = 0;
  for (const [left, right] of columns) {
    for (let row = 0; row < Math.min(left.length, right.length); row++, numbers++) {
      if (!Object.is(left[row], right[row])) differ++;
    }
  }
  return { numbers, differ };
}
export const validationLoss = ({ trajectory: { evaluations, final } }: TrainingEvent) =>
  final?.metrics["validation.loss"] ?? evaluations.metrics["validation.loss"].at(-1)!;
const count = (value: number) => value.toLocaleString("en-US");

// %% restart table
/** What a run added to the state that it went on from. */
const restart = (name: string, from: TrainingEvent, cap: string, run: TrainingEvent) => {
  const { reason, because } = run.outcome!;
  return [
    { text: name, sub: cap },
    { text: count(from.at.step), value: from.at.step },
    { text: count(run.at.step - from.at.step), value: run.at.step - from.at.step },
    { text: count(run.at.step), value: run.at.step },
    { text: reason === "alreadyComplete" ? "already complete" : reason, sub: because },
    { text: validationLoss(run).toFixed(3), value: validationLoss(run) },
  ];
};
const restarted: Table = {
  type: "table",
  columns: [
    { label: "started again" },
    { label: "from step", align: "right" },
    { label: "updates", align: "right" },
    { label: "to step", align: "right" },
    { label: "outcome" },
    { label: "validation loss", align: "right", optional: true },
  ],
  rows: [
    restart("at the cap", first, `maxSteps(${stepCap})`, atCap),
    restart("above the cap", first, `maxSteps(${lowerCap})`, aboveCap),
    restart("below the cap", interrupted, `maxSteps(${stepCap})`, belowCap),
    restart("with a higher cap", first, `maxSteps(${stepCap + furtherSteps})`, raised),
    restart("this much more", first, `maxSteps({ for: ${furtherSteps} })`, thisMuchMore),
  ],
};
const resumed = compared(belowCap.trajectory, first.trajectory);
const extended = compared(thisMuchMore.trajectory, raised.trajectory);
display(restarted);
display(
  md`Interrupted at step ${count(cutAt)}, ${
    interrupted.at.epoch.toFixed(1)
  } epochs in, and gone on with: **${resumed.differ} of ${
    count(resumed.numbers)
  }** recorded losses, rates and metrics differ in any bit from the run that was never cut. A cap raised by ${furtherSteps} and ${furtherSteps} updates more are the same training: **${extended.differ} of ${
    count(extended.numbers)
  }** differ.`,
);

// %% curves
display(charts.learningCurves({
  trajectories: [raised.trajectory],
  judgements: [
    replay(raised.trajectory, [
      { name: "Interrupted", kind: "other", stop: criteria.maxSteps(cutAt), select: criteria.last() },
      { name: "Cap", stop: criteria.maxSteps(stepCap), select: criteria.last() },
    ]),
  ],
}));

// %% said heading [markdown]
// ## What is said
//
// Nothing left to do is an end like any other: typed, with what was had and what the cap was. Who would rather be
// stopped by it says so.

// %% noop
const warned = await ended(
  train({ ...spec, from: end, stop: criteria.maxSteps(stepCap), onNoop: "warn", signal }),
);
const thrown = await ended(
  train({ ...spec, from: end, stop: criteria.maxSteps(stepCap), onNoop: "error", signal }),
).then(() => null, (error: Error) => error.message);

// %% noop table
const { alreadyComplete } = atCap.outcome!;
const warning = warned.plan.warnings.find(({ lint }) => lint === "nothing-to-train");
const whatIsSaid: Table = {
  type: "table",
  columns: [{ label: "onNoop" }, { label: "what comes of it" }, { label: "in words" }],
  rows: [
    [{ text: "ok", mono: true, sub: "default" }, { text: `outcome ${atCap.outcome!.reason}` }, {
      text: `complete by ${alreadyComplete!.by}: ${count(alreadyComplete!.have)} of ${
        count(alreadyComplete!.cap)
      } ${alreadyComplete!.unit}`,
    }],
    [{ text: "warn", mono: true }, { text: "a warning in the plan" }, { text: warning?.message ?? "–" }],
    [{ text: "error", mono: true }, { text: "an exception" }, { text: thrown ?? "–" }],
  ],
};
display(whatIsSaid);

// %% libraries [markdown]
// ## What seven libraries do
//
// The same situation, a training started again when its count has reached the cap or is past it: as found by running
// the named version, or by reading its source where that is said. The last row was run above.

// %% matrix
const libraries: readonly (readonly [library: string, version: string, at: string, above: string])[] = [
  ["tf.estimator", "source", "one INFO line, returns", "one INFO line, returns"],
  ["Keras", "3.15.1", "skips silently, empty history", "skips silently, empty history"],
  ["TensorFlow.js", "4.22, source", "skips silently", "skips silently"],
  ["Lightning, max_steps", "2.6.6", "one INFO line, 0 updates", "one INFO line, 0 updates"],
  ["Lightning, max_epochs", "2.6.6", "skips silently", "raises"],
  ["Transformers", "5.23.0", "one extra update, if in mid-epoch", "one extra update, if in mid-epoch"],
  ["Ignite", "0.5.5", "restarts from zero", "restarts from zero"],
  ["Composer", "source", "raises: no training would occur", "raises: no training would occur"],
];
const ours = (run: TrainingEvent) => `${run.at.step - first.at.step} updates, outcome ${run.outcome!.reason}`;
const atOrAboveTheCap: Table = {
  type: "table",
  columns: [
    { label: "library" },
    { label: "saved at the cap" },
    { label: "saved above the cap" },
  ],
  rows: [
    ...libraries.map(([text, sub, ...found]) => [{ text, sub }, ...found.map((text) => ({ text }))]),
    [{ text: "Plateau", sub: "run here" }, { text: ours(atCap) }, { text: ours(aboveCap) }],
  ],
};
display(atOrAboveTheCap);

// %% mistakes [markdown]
// ## Three ways of writing a cap
//
// The cap is usually shown in three ways. Each is done here as it is written, beside what it meant.

// %% a word [markdown]
// ### An option that there is not
//
// `model.fit(max_steps=500)` is shown for Keras, which has no such option: `fit` counts in epochs. So the cap is
// converted by hand, by the whole batches of an epoch; the short last one is trained too, and is forgotten. An option
// that nothing reads must not be accepted in silence.

// %% converted
const refused = (() => {
  try {
    train({ ...spec, stop: criteria.maxSteps(stepCap), max_steps: stepCap } as Spec);
    return "accepted";
  } catch (error) {
    return (error as Error).message;
  }
})();
const wholeBatches = Math.floor(data.training.count / spec.batch);
const epochsForCap = Math.ceil(stepCap / wholeBatches);
const converted = await ended(train({ ...spec, stop: criteria.maxEpochs(epochsForCap), signal }));

// %% converted table
const optionTable: Table = {
  type: "table",
  columns: [{ label: `a cap of ${count(stepCap)} steps, told as` }, { label: "what comes of it" }],
  rows: [
    [{ text: `max_steps: ${stepCap}`, mono: true }, { text: refused.replace(/, .*\)$/, ", …)") }],
    [
      { text: `maxEpochs(${epochsForCap})`, mono: true, sub: `at ${wholeBatches} updates an epoch` },
      {
        text: `ends at step ${count(converted.at.step)}: ${converted.plan.updatesPerEpoch} updates an epoch`,
      },
    ],
    [{ text: `maxSteps(${stepCap})`, mono: true }, { text: `ends at step ${count(first.at.step)}` }],
  ],
};
display(optionTable);

// %% own count [markdown]
// ### A count of its own
//
// ```python
// step = 0
// while step < max_steps:
//     train_one_batch(); step += 1
// ```
//
// The count begins at 0 whenever the loop begins, so a training that goes on gets the cap anew. That is
// `maxSteps({ for: n })`, meant or not.

// %% counted anew
const ownCount = await ended(
  train({ ...spec, from: interrupted.outcome!.state, stop: criteria.maxSteps({ for: stepCap }), signal }),
);

// %% counted anew text
display(
  md`Interrupted at step ${count(cutAt)} and started again, the loop that counts for itself ends at step **${
    count(ownCount.at.step)
  }**; the cap on the saved step ends at **${count(belowCap.at.step)}**.`,
);

// %% refits [markdown]
// ### Fit in a loop
//
// ```python
// for step in range(max_steps):
//     model.fit(X, y)          # max_iter=1
// ```
//
// In scikit-learn `fit` begins anew unless `warm_start` is set: the loop pays for every update and keeps one. Fits
// that each go on from the state of the one before make one training in parts.

// %% refitted
let refitted: TrainingEvent | undefined;
for (let call = 0; call < stepCap; call++) {
  signal.throwIfAborted();
  for await (
    const event of train({ ...spec, evaluate: { every: steps(1) }, stop: criteria.maxSteps(1) })
  ) {
    refitted = event;
    if (event.type === "evaluation") break; // fitted: its one update is made
  }
}
const fits = 10;
let goneOn: TrainingEvent | undefined;
for (let call = 0; call < fits; call++) {
  const from = goneOn?.outcome?.state ?? null;
  goneOn = await ended(train({ ...spec, from, stop: criteria.maxSteps({ for: stepCap / fits }), signal }));
}
const inLoop = { refitted: refitted!, goneOn: goneOn! };

// %% refitted text
const inParts = compared(inLoop.goneOn.trajectory, first.trajectory);
const loopTable: Table = {
  type: "table",
  columns: [
    { label: "in a loop" },
    { label: "calls", align: "right" },
    { label: "ends at step", align: "right" },
    { label: "validation loss", align: "right" },
    { label: "differs from one run", align: "right" },
  ],
  rows: [
    [
      { text: "fitted anew, one update each" },
      { text: count(stepCap) },
      { text: count(inLoop.refitted.at.step) },
      { text: validationLoss(inLoop.refitted).toFixed(3) },
      { text: "–" },
    ],
    [
      { text: `gone on with, ${stepCap / fits} updates more each` },
      { text: count(fits) },
      { text: count(inLoop.goneOn.at.step) },
      { text: validationLoss(inLoop.goneOn).toFixed(3) },
      { text: `${inParts.differ} of ${count(inParts.numbers)} numbers` },
    ],
  ],
};
display(loopTable);

// %% advice [markdown]
// ## What to do
//
// Say which of the two you mean: up to step n, or n updates more. Compare the saved step with `>=` before every
// update, never with `==` and never after it. Keep the count in the saved state and nowhere else. And when a training
// makes no update, look at the saved step first: to go on, raise the cap; to begin anew, leave the state out.

// %% finding
display(
  md`Started again from its own end at step **${count(first.at.step)}**, a training capped at ${
    count(stepCap)
  } steps makes **${atCap.at.step - first.at.step} updates**, and says so: ${
    count(alreadyComplete!.have)
  } of ${count(alreadyComplete!.cap)} ${alreadyComplete!.unit}, already complete. Interrupted at step ${
    count(cutAt)
  } it makes the missing **${count(belowCap.at.step - interrupted.at.step)}** and ${
    resumed.differ === 0 ? "ends bit-equal to" : `differs in ${resumed.differ} numbers from`
  } the run that was never cut. A loop with a count of its own ends at step **${
    count(ownCount.at.step)
  }** instead, and ${count(stepCap)} fits in a loop **end at step ${count(inLoop.refitted.at.step)}**.`,
);

// %% test a cap that is met makes no update, and says what it had
const small = { ...spec, evaluate: { every: steps(5) } };
const toTwenty = await ended(train({ ...small, stop: criteria.maxSteps(20) }));
const saved = toTwenty.outcome!.state;
for (const cap of [20, 15]) {
  const { at, outcome } = await ended(train({ ...small, from: saved, stop: criteria.maxSteps(cap) }));
  assert.equal(at.step, 20);
  assert.deepEqual(outcome!.alreadyComplete, { by: "cap", have: 20, cap, unit: "steps" });
}

// %% test up to step n is not n updates more
{
  const upTo = await ended(train({ ...small, from: saved, stop: criteria.maxSteps(25) }));
  const more = await ended(train({ ...small, from: saved, stop: criteria.maxSteps({ for: 25 }) }));
  assert.deepEqual([upTo.at.step, more.at.step], [25, 45]);
}

// %% test an interrupted training that goes on ends bit-equal
{
  const cut = await ended(train({ ...small, stop: criteria.maxSteps(13) }));
  const goneOn = await ended(
    train({ ...small, from: cut.outcome!.state, stop: criteria.maxSteps(20) }),
  );
  assert.deepEqual(compared(goneOn.trajectory, toTwenty.trajectory), {
    ...compared(toTwenty.trajectory, toTwenty.trajectory),
    differ: 0,
  });
  assert.equal(validationLoss(goneOn), validationLoss(toTwenty));
}

// %% test whoever would rather be stopped is stopped, and no option is accepted in silence
await assert.rejects(
  ended(train({ ...small, from: saved, stop: criteria.maxSteps(20), onNoop: "error" })),
  { message: /^nothing to train: reached 20 of 20 steps/ },
);
assert.throws(() => train({ ...small, stop: criteria.maxSteps(20), max_steps: 20 } as Spec), {
  message: /^unknown field of train: max_steps \(has model, /,
});
