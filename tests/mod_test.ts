/** What a notebook can reach is a promise: this list changes only on purpose. */
import assert from "node:assert/strict";
import * as plateau from "../lib/mod.ts";

const NAMESPACES: Record<string, string> = {
  charts:
    "bestSteps confusionMatrix extrapolatedCurve images keptCurve learningCurves parallel parameterResults policyTable rateStrip reportTable scheduleRates stopStrip tradeoff trainingTable trialTable",
  criteria:
    "after all any asCriterion asSelection atLeast best diverged futility histGradientBoosting ignite keras last lightgbm lightning maxEpochs maxExamples maxSeconds maxSteps mustReachBy nonFinite not parseCriterion parseSelection plateau precheltGL precheltPQ precheltUP rateFloor resolveFrom restoredBy selectionText slope standardErrors target textOf tolerance transformers windowMean within",
  curves:
    "atStep band bestEvaluation comparable diagnosis ema follow gaussian median minmax missing onAxis read smoothed timeWeightedEma trajectoryOf xGaps",
  datasets:
    "BadData augmented blobs breastCancer csv digits fromArrays idx noisyLabels npy npz parquet spirals streamed",
  inputs: "choice path range select text toggle",
  models: "convnet fromLayers logistic mlp",
  optimizers: "adam adamw lion momentum nesterov rmsprop sgd",
  policies:
    "asPolicy bootstrap chooseOnHalf defaults frontier headToHead oneStandardError outcomesOf parsePolicy policyText replayMany report",
  schedules:
    "asScale asSchedule constant cosine cosineRestarts cyclic exponential extendConstant inverseSqrt inverseTime join linear oneCycle piecewise plateauScale polynomial rescale resolve scale scaleText scheduleText shareBelowPeak step stretch warmup warmupCosine warmupStableDecay",
  spaces: "choice integer logUniform uniform",
  studies:
    "bestStepDiagnosis bestStepFinding borderCheck borderFindings calibration computeBound computeBoundFinding criticalBatch cutAt doctor expectedGain extendedFor extrapolateFor extrapolated figureOf gradientVariance gradientVarianceFindings initialStepsFinding keptOf lostFinding lostTrials noiseScale planInitialSteps planRounds pruning readInitialSteps retrospective retrospectiveCurves retrospectiveFinding roundText stepsMoved stepsOf tinyRate tinyRateFinding train transferOf trialResults trials withParameters",
};
for (const [name, members] of Object.entries(NAMESPACES)) {
  Deno.test(`the namespace ${name} has what a notebook calls, and nothing else`, () => {
    const namespace = plateau[name as keyof typeof plateau] as unknown as Record<string, unknown>;
    assert.deepEqual(Object.keys(namespace).sort(), members.split(" "));
    for (const [member, value] of Object.entries(namespace)) assert.equal(typeof value, "function", member);
  });
}

Deno.test("the public surface is verbs, durations and namespaces, 40 names at most", () => {
  const names = Object.keys(plateau);
  assert.ok(names.length <= 40, `${names.length} names`);
  for (const name of names.filter((name) => !(name in NAMESPACES) && name !== "signal")) {
    assert.equal(typeof plateau[name as keyof typeof plateau], "function", name);
  }
  const once = Object.keys(NAMESPACES).filter((name) => name !== "inputs")
    .flatMap((name) => Object.keys(plateau[name as keyof typeof plateau]));
  // `studies.train` is the verb of a whole study
  assert.deepEqual(once.filter((name, i) => once.indexOf(name) !== i || names.includes(name)), ["train"]);
});
