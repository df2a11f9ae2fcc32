/** Simulated trainings for the tests of figures: a power-law fall, noise, overfitting. Deterministic. */
import { recorder } from "../../lib/curves/recorder.ts";
import type { EndReason, Trajectory } from "../../lib/curves/trajectory.ts";
import { batchPlan, epochAt, examplesAt } from "../../lib/batch_plan.ts";
import { evaluations } from "../../lib/durations.ts";
import { best } from "../../lib/criteria/best.ts";
import { last } from "../../lib/criteria/last.ts";
import { maxEpochs } from "../../lib/criteria/max_epochs.ts";
import { maxSteps } from "../../lib/criteria/max_steps.ts";
import { plateau } from "../../lib/criteria/plateau.ts";
import type { Judgement, Policy } from "../../lib/policies/policy.ts";
import { replay } from "../../lib/policies/replay.ts";
import type { TrainingEvent } from "../../lib/training/event.ts";

export const METRICS = ["validation.loss", "validation.accuracy", "test.loss", "test.accuracy"];
export const batches = batchPlan(1_097, 32);

export interface Simulation {
  readonly seed?: number;
  readonly updates?: number;
  readonly every?: number;
  /** halves the rate at these steps, which lowers the noise and the overfitting */
  readonly cuts?: readonly number[];
  /** null while it still runs; default `stopped` */
  readonly end?: EndReason | null;
  /** steps whose evaluation is NaN */
  readonly gaps?: readonly number[];
  /** from this step on the loss doubles with each evaluation */
  readonly divergesAt?: number;
}

/** One recorded training. */
export function simulate(options: Simulation = {}): Trajectory {
  const { seed = 0, updates = 3_000, every = 50, cuts = [], end = "stopped", gaps = [], divergesAt } =
    options;
  const noise = noiseOf(seed);
  const speed = 1 + 0.12 * noise();
  const overfits = 0.09 * (1 + 0.2 * noise());
  const record = recorder({ name: `seed ${seed}`, seed, batches, metrics: METRICS });
  let [rate, progress] = [5e-3, 0];
  for (let step = 1; step <= updates; step++) {
    if (cuts.includes(step)) rate /= 2;
    const calm = rate / 5e-3;
    progress += 0.4 + 0.6 * calm;
    const at = {
      step,
      epoch: epochAt(batches, step),
      examples: examplesAt(batches, step),
      seconds: step * (0.004 + seed * 2e-4),
    };
    const fall = 2.2 * (1 + progress * speed / 60) ** -1.4;
    record.update({ ...at, rate, loss: Math.max(1e-4, fall * (1 + 0.5 * noise() * calm) + 2e-3) });
    if (step % every !== 0) continue;
    const beyond = Math.max(0, progress - 1_000) / 3_000;
    let loss = 0.075 + fall + overfits * calm * beyond ** 1.3 + 0.004 * noise() * calm - 0.006 * (1 - calm);
    if (divergesAt !== undefined && step >= divergesAt) loss *= 2 ** ((step - divergesAt) / every + 1);
    if (gaps.includes(step)) loss = NaN;
    const accuracy = Math.max(0, Math.min(1, 0.985 - 0.35 * (loss - 0.07)));
    record.evaluation({
      ...at,
      metrics: {
        "validation.loss": loss,
        "validation.accuracy": accuracy,
        "test.loss": loss * 1.1,
        "test.accuracy": accuracy - 0.01,
      },
    });
  }
  if (end !== null) record.finish(end);
  return record.trajectory();
}

/** `count` seeds of the same simulation. */
export function seeds(count: number, options: Simulation = {}): Trajectory[] {
  return Array.from({ length: count }, (_, seed) => simulate({ seed, ...options }));
}

export const policies: Policy[] = [
  { name: "Fixed epochs", stop: maxEpochs(70), select: last() },
  { name: "Fixed steps", stop: maxSteps(2_000), select: last() },
  {
    name: "Early stopping",
    stop: plateau({ metric: "validation.loss", mode: "min", patience: evaluations(8), minDelta: 0.001 }),
    select: best("validation.loss", "min"),
  },
  {
    name: "Patience 4",
    stop: plateau({ metric: "validation.loss", mode: "min", patience: evaluations(4) }),
    select: best("validation.loss", "min"),
  },
  { name: "Fixed epochs, few", stop: maxEpochs(20), select: last() },
];
export const onPlateau: Policy = {
  name: "LR on plateau",
  kind: "lr",
  rule: "× 0.5, patience 5",
  stop: maxSteps(3_000),
  select: best("validation.loss", "min"),
};
/** Never stops within the recordings. */
export const endless: Policy = { name: "Fixed steps", stop: maxSteps(1_000_000), select: last() };

/** Judgements of `policies` on each run, those of `onPlateau` on the changed ones. */
export function judge(
  runs: readonly Trajectory[],
  changed: readonly Trajectory[] = [],
  judged: readonly Policy[] = policies,
): Judgement[][] {
  return runs.map((run, index) => {
    const compared = [run, ...changed.slice(index, index + 1)];
    return [
      ...replay(run, judged, { compared }),
      ...changed.slice(index, index + 1).flatMap((other) => replay(other, [onPlateau], { compared })),
    ];
  });
}

/** The event that a training of this trajectory would have said last. */
export function eventOf(trajectory: Trajectory, lastStep = 3_000): TrainingEvent {
  const step = trajectory.updates.step.at(-1) ?? 0;
  const at = {
    step,
    epoch: epochAt(batches, step),
    examples: examplesAt(batches, step),
    evaluations: trajectory.evaluations.step.length,
    seconds: trajectory.updates.seconds.at(-1) ?? 0,
  };
  const { end, seed } = trajectory;
  return {
    type: end === null ? step === 0 ? "planned" : "evaluation" : "ended",
    plan: {
      name: `seed ${seed}`,
      model: "mlp",
      parameters: 1,
      data: "simulated",
      dataFingerprint: "0123456789ab",
      optimizer: "adam",
      schedule: "constant",
      scale: null,
      stop: "maxSteps(3000)",
      select: "best",
      seed,
      batches,
      gradients: "",
      average: null,
      rates: [],
      metrics: ["loss", "accuracy"],
      checkpoints: "at the end",
      updatesPerEpoch: 35,
      lastStep,
      evaluationEvery: "50 steps",
      evaluations: 60,
      engine: "none",
      warnings: [],
    },
    at,
    pace: step === 0 ? 0 : 250,
    trajectory,
    cuts: [],
    atFloor: false,
    outcome: end === null ? null : {
      reason: end,
      path: "",
      because: "",
      at,
      rules: [],
      alsoTrue: [],
      changed: [],
      wouldHaveStopped: [],
      skipped: 0,
      kept: null,
      checkpoint: "c",
      state: "s",
    },
  };
}

/** Numbers about 0 with deviation about 1, the same for every run of a seed. */
function noiseOf(seed: number): () => number {
  let state = (seed + 1) * 2_654_435_761 >>> 0;
  const uniform = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  return () => (uniform() + uniform() + uniform() + uniform() - 2) * 1.7;
}
