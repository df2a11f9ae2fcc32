import assert from "node:assert/strict";
import {
  charts,
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
  replay,
  schedules,
  signal,
  type Spec,
  steps,
  type Table,
  train,
  trainAll,
  type Training,
  type TrainingEvent,
  type Trajectory,
  view,
} from "plateau";

// %% title [markdown]
// # The global step ends nothing
//
// It is a count of the updates that were made: raised after each of them, read by everyone, obeyed by none. One
// training under three loops, a learning rate that falls with the count, and three ways of reading it wrong.

// %% question [markdown]
// ## The question
//
// `global_step` looks like the thing that ends a training. It is a number in the saved state. TensorFlow 1 had it
// raised by the optimizer, `apply_gradients(…, global_step=step)`; that argument is gone, the count is not. What ends a
// training is a **loop** that reads it, and three are usual: over _epochs_; until the validation loss has not improved
// for a patience _counted in global steps_; while the step is below a _cap_. The learning rate reads the same number.
//
// If the counter is passive, the loop cannot matter before it ends: under all three the same step has the same
// weights, so the same losses and the same rate, to the last bit. That is run below, on handwritten digits, with one
// check of the validation loss an epoch.

// %% inputs [markdown]
// ## Inputs
//
// They train: a change waits for Run where a kernel runs, and is out of reach in a report.

// %% rules
const epochBudget = view(inputs.range([2, 40], { label: "By epochs", value: 15, step: 1, unit: "epochs" }));
const patience = view(inputs.range([35, 700], { label: "Patience", value: 140, step: 35, unit: "steps" }));
const stepCap = view(inputs.range([100, 1500], { label: "By steps", value: 700, step: 50, unit: "steps" }));

// %% spec
/** No loop may go on past this. */
const limit = 3000;
const data = datasets.digits(), batch = 32;
const updatesPerEpoch = Math.ceil(data.training.count / batch);
const spec = {
  model: models.mlp({ layers: [64, 32, 10], init: "he" }),
  data,
  optimizer: optimizers.adam(),
  schedule: schedules.exponential({ start: 1e-2, factor: 0.5, every: steps(700) }),
  batch,
  evaluate: { every: steps(updatesPerEpoch) },
} satisfies Omit<Spec, "stop">;
/** The last event of a training: the one with its outcome. */
async function ended(training: Training): Promise<TrainingEvent> {
  let last: TrainingEvent | undefined;
  for await (const event of training) last = event;
  return last!;
}

// %% policies
const best = criteria.best("validation.loss", "min");
const earlyStopping = criteria.plateau({
  metric: "validation.loss",
  mode: "min",
  patience: steps(patience),
});
const policies: Policy[] = [
  { name: "By epochs", stop: criteria.maxEpochs(epochBudget), select: best },
  { name: "Early stopping", stop: criteria.any(earlyStopping, criteria.maxSteps(limit)), select: best },
  { name: "By steps", stop: criteria.maxSteps(stepCap), select: best },
];

// %% three loops [markdown]
// ## Three loops, one counter

// %% loops
const loops = await live(
  trainAll(policies.map(({ name, stop, select }) => ({ ...spec, name, stop, select }))),
);

// %% runs
display(charts.trainingTable({ runs: loops }));

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
const count = (value: number) => value.toLocaleString("en-US");

// %% same
const longest = loops.reduce((long, run) => run.at.step > long.at.step ? run : long);
const pairs = loops.filter((run) => run !== longest).map((run) =>
  compared(run.trajectory, longest.trajectory)
);
const same = pairs.reduce((sum, pair) => ({
  numbers: sum.numbers + pair.numbers,
  differ: sum.differ + pair.differ,
}), { numbers: 0, differ: 0 });
display(
  md`Of the losses, rates and metrics of steps that two loops share, **${same.differ} of ${
    count(same.numbers)
  }** differ in any bit.`,
);

// %% curves
const judgements = [replay(longest.trajectory, policies)];
display(charts.learningCurves({ trajectories: [longest.trajectory], judgements, progress: longest }));
display(charts.rateStrip({ trajectories: [longest.trajectory], progress: longest }));

// %% decay [markdown]
// ## What reads the counter
//
// The rate halves every 700 updates: update i, counted from 0, uses `start × 0.5^(i ∕ 700)`, whichever loop runs and
// however often it was interrupted. A training that goes on reads the saved step, so its decay goes on too. A schedule
// that counts for itself begins again at its start; it is run beside it, from the same saved weights.

// %% interrupted
const cutAt = Math.round(0.6 * stepCap);
const interrupted = await ended(train({ ...spec, stop: criteria.maxSteps(cutAt), signal }));
const goOn = { ...spec, from: interrupted.outcome!.state, stop: criteria.maxSteps(stepCap), signal };
const resumed = await ended(train(goOn));
const decayAnew = schedules.join({ schedules: [spec.schedule, spec.schedule], borders: [steps(cutAt)] });
const begunAnew = await ended(train({ ...goOn, schedule: decayAnew }));

// %% rates
const { rate } = resumed.trajectory.updates;
const uncut = compared(resumed.trajectory, loops[2].trajectory);
const anew = {
  trajectories: [resumed.trajectory],
  changed: { trajectories: [begunAnew.trajectory], name: "count begun anew", kind: "other" },
} as const;
const interruption = {
  name: "Interrupted",
  kind: "other",
  stop: criteria.maxSteps(cutAt),
  select: criteria.last(),
} as const;
display(charts.learningCurves({ ...anew, judgements: [replay(resumed.trajectory, [interruption])] }));
display(charts.rateStrip(anew));
display(
  md`Interrupted at step ${count(cutAt)}, the next update uses the rate **${
    rate[cutAt].toFixed(5)
  }**, and **${uncut.differ} of ${
    count(uncut.numbers)
  }** numbers differ from the run by steps that was never cut. With a count that begins at 0 again it uses **${
    begunAnew.trajectory.updates.rate[cutAt].toFixed(5)
  }**, and is another training from there on.`,
);

// %% mistakes [markdown]
// ## Three ways of reading it wrong

// %% patience [markdown]
// ### Patience in two units, and one check late
//
// ```python
// if val_loss < best:
//     best, wait = val_loss, 0
// else:
//     wait += 1                  # one check an epoch
//     if wait > patience:        # patience: global steps
//         break
// ```
//
// The patience is meant in steps, and what is compared with it counts checks, one an epoch: a wait many times too
// long. And `>` where `>=` is meant lets one more check pass. Each is run here as a loop written by hand over the
// training's events, beside the same loop with what was meant, and the criterion.

// %% by hand
/** How long the best loss has stood, as a loop by hand counts it. */
interface Waited {
  readonly checks: number;
  readonly steps: number;
}
/** A loop by hand: it looks at every evaluation and asks the training to stop when `over` says so. */
export async function byHand(
  training: Training,
  over: (waited: Waited) => boolean,
): Promise<TrainingEvent> {
  let lowest = Infinity, lowestAt = 0, checks = 0, last: TrainingEvent | undefined;
  for await (const event of training) {
    last = event;
    if (event.type !== "evaluation") continue;
    const loss = event.trajectory.evaluations.metrics["validation.loss"].at(-1)!;
    if (loss < lowest) [lowest, lowestAt, checks] = [loss, event.at.step, 0];
    else checks++;
    if (over({ checks, steps: event.at.step - lowestAt })) training.abort();
  }
  return last!;
}

// %% waits
const checksOfPatience = Math.ceil(patience / updatesPerEpoch);
const capped = { ...spec, stop: criteria.maxSteps(limit), signal };
const meant = await byHand(train(capped), (waited) => waited.steps >= patience);
const mixed = await byHand(train(capped), (waited) => waited.checks >= patience);
const late = await byHand(train(capped), (waited) => waited.checks > checksOfPatience);

// %% criteria
const inChecks = criteria.plateau({
  metric: "validation.loss",
  mode: "min",
  patience: evaluations(checksOfPatience),
});
const byCriterion = await ended(
  train({ ...spec, stop: criteria.any(inChecks, criteria.maxSteps(limit)), signal }),
);

// %% patience table
const row = (loop: string, compares: string, run: TrainingEvent) => [
  { text: loop },
  { text: compares, mono: true },
  { text: count(run.at.step), value: run.at.step },
  { text: run.at.epoch.toFixed(1), value: run.at.epoch },
  { text: run.outcome?.because.split(" (")[0] ?? "running" },
];
const patienceTable: Table = {
  type: "table",
  columns: [
    { label: "loop" },
    { label: "compares" },
    { label: "ends at step", align: "right" },
    { label: "epoch", align: "right" },
    { label: "because" },
  ],
  rows: [
    row("by hand, as meant", `steps >= ${patience}`, meant),
    row("by hand, two units", `checks >= ${patience}`, mixed),
    row("by hand, one check late", `checks > ${checksOfPatience}`, late),
    row("criterion, patience in steps", `steps(${patience})`, loops[1]),
    row("criterion, patience in checks", `evaluations(${checksOfPatience})`, byCriterion),
  ],
};
display(patienceTable);

// %% local count [markdown]
// ### A step of its own
//
// A loop in the graph, `tf.while_loop` with the condition `step < max_steps`, is a fine loop if its step is the saved
// one; chunks of compiled updates are such loops. With a local step that begins at 0, a training that is interrupted
// and goes on makes `max_steps` updates more.

// %% local
const local = await ended(
  train({ ...spec, from: interrupted.outcome!.state, stop: criteria.maxSteps({ for: stepCap }), signal }),
);

// %% local text
display(
  md`Interrupted at step ${count(cutAt)} and gone on with, the local count ends at step **${
    count(local.at.step)
  }**, the global one at **${count(resumed.at.step)}**.`,
);

// %% advice [markdown]
// ## What to do
//
// Keep one counter, in the saved state, raised after the update and by nothing else. Give every duration its unit:
// `steps(140)` and `evaluations(4)` can be the same wait, `140` is a riddle. Let rules compare with `>=`. Let the
// rate be a function of the counter, so that an interruption leaves no mark.

// %% finding
const done = loops.filter(({ outcome }) => outcome !== null).length;
const shared = Math.min(...loops.map(({ at }) => at.step));
if (done < loops.length) {
  display(md`${done} of ${loops.length} loops have ended; the finding follows when all have.`);
} else {
  const [byEpochs, early, bySteps] = loops.map(({ at }) => count(at.step));
  display(
    md`By epochs the training ends at step **${byEpochs}**, by early stopping at **${early}**, by steps at **${bySteps}**; up to step ${
      count(shared)
    }, which all three reach, it is ${
      same.differ === 0 ? "**one training, bit for bit**" : `different in ${same.differ} numbers`
    }. Read wrong, the same counter ${
      mixed.outcome!.path.endsWith("maxSteps")
        ? `has not ended early stopping by step **${count(mixed.at.step)}**`
        : `ends early stopping at step **${count(mixed.at.step)}**`
    } (two units), or ends it at step **${
      count(late.at.step)
    }** (one check late), and an interrupted run at **${count(local.at.step)}** instead of ${
      count(resumed.at.step)
    }.`,
  );
}

// %% test the counter ends nothing: loops by epochs and by steps are one training
const [twoEpochs, seventySteps] = [
  await ended(train({ ...spec, stop: criteria.maxEpochs(2) })),
  await ended(train({ ...spec, stop: criteria.maxSteps(updatesPerEpoch * 2) })),
];
{
  assert.deepEqual([twoEpochs.at, seventySteps.at].map(({ step, epoch }) => [step, epoch]), [[70, 2], [
    70,
    2,
  ]]);
  const { numbers, differ } = compared(twoEpochs.trajectory, seventySteps.trajectory);
  assert.equal(differ, 0);
  assert.ok(numbers >= 2 * 70, `${numbers} numbers compared`);
}

// %% test an interruption leaves no mark, a local count makes the cap anew
{
  const half = await ended(train({ ...spec, stop: criteria.maxSteps(updatesPerEpoch) }));
  const from = half.outcome!.state;
  const goneOn = await ended(train({ ...spec, from, stop: criteria.maxSteps(70) }));
  assert.equal(compared(goneOn.trajectory, seventySteps.trajectory).differ, 0);
  const counted = await ended(train({ ...spec, from, stop: criteria.maxSteps({ for: 70 }) }));
  assert.equal(counted.at.step, updatesPerEpoch + 70);
}

// %% test the rate halves every 700 updates, whichever loop reads it
for (const update of [0, 1, 69]) {
  const expected = 1e-2 * 0.5 ** (update / 700);
  assert.ok(Math.abs(seventySteps.trajectory.updates.rate[update] - expected) < 1e-9, `update ${update}`);
}

// %% test a bit that differs is found
{
  const { trajectory } = seventySteps, { updates } = trajectory;
  const loss = updates.loss.map((value, row) => row === 3 ? value + 1e-6 : value);
  const { numbers, differ } = compared({ ...trajectory, updates: { ...updates, loss } }, trajectory);
  assert.deepEqual([differ, numbers], [1, compared(trajectory, trajectory).numbers]);
}
