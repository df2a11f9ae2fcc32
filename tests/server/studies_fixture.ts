/** Studies in a store, made by a formula: what stands there is known. */
import { batchPlan } from "../../lib/batch_plan.ts";
import type { Parameters } from "../../lib/studies/space.ts";
import type { NewTrial } from "../../lib/store/study_store.ts";
import type { Store } from "../../lib/store/store.ts";
import type { Series } from "../../lib/curves/logged.ts";
import { newRun } from "./runs_fixture.ts";

export interface StudyGiven {
  readonly name?: string;
  readonly trials: number;
  /** of them so many are trained to their end by the process that calls; default all */
  readonly trained?: number;
  /** of the trained ones so many have a run with curves, the best of them; default none */
  readonly curves?: number;
  /** how a trial ends; default `done` */
  readonly end?: (number: number) => "done" | "pruned" | "stopped" | "diverged" | "failed";
}

export const MAX_STEPS = 1_000;

/** Orders of magnitude evenly from 1e-4 to 1e-1, and three batches. */
export const parametersOf = (number: number, trials: number): Parameters => ({
  "schedule.rate": 10 ** (-4 + 3 * number / Math.max(1, trials - 1)),
  batch: [16, 32, 64][number % 3],
});

/** A loss that is least at a rate of 1e-2, with a ripple so that no two are alike. */
export const lossOf = (number: number, trials: number): number =>
  0.2 + 0.1 * (Math.log10(Number(parametersOf(number, trials)["schedule.rate"])) + 2) ** 2 +
  0.01 * Math.sin(number * 12.9898);

const EVERY = 25;

/** Where a trial is best: in the last fifth or before it. */
const bestStepOf = (number: number, step: number): number =>
  EVERY * Math.round(step * (0.8 + 0.19 * Math.sin(number)) / EVERY);

/** A curve that falls to the trial's loss at its best step, and rises a little after it. */
function curveOf(number: number, trials: number, step: number): Series {
  const at = Float64Array.from({ length: step / EVERY }, (_, i) => (i + 1) * EVERY);
  const best = bestStepOf(number, step), loss = lossOf(number, trials);
  return {
    step: at,
    value: at.map((each) =>
      loss + (each < best ? 3 * ((best - each) / step) ** 3 : ((each - best) / step) ** 2)
    ),
    epoch: at.map((each) => each / 50),
    examples: at.map((each) => each * 32),
    seconds: at.map((each) => each / 100),
  };
}

/** The text of a plan: its space is all that the pages read of it. */
export const planText = (trials: number): string =>
  JSON.stringify({
    version: 1,
    space: [
      ["schedule.rate", { kind: "float", min: 1e-4, max: 1e-1, log: true }],
      ["batch", { kind: "choice", values: [16, 32, 64] }],
    ],
    trials,
  });

export const trialNamed = (number: number): string => `trial ${number}`;

/** Adds a study and trains it through claims, as a worker does. */
export async function addStudy(store: Store, given: StudyGiven): Promise<string> {
  const { name = "digits", trials, trained = trials, curves = 0, end = () => "done" } = given;
  const rows = Array.from({ length: trials }, (_, number): NewTrial => ({
    number,
    name: trialNamed(number),
    parameters: parametersOf(number, trials),
    seed: 0,
    maxSteps: MAX_STEPS,
  }));
  await store.studies.add({
    name,
    plan: planText(trials),
    metric: "validation.loss",
    mode: "min",
    trials: rows,
  });
  const best = new Set(
    rows.slice(0, trained).map(({ number }) => number).sort((a, b) => lossOf(a, trials) - lossOf(b, trials))
      .slice(0, curves),
  );
  for (let number = 0; number < trained; number++) {
    const claim = (await store.studies.claim(name, number))!, state = end(number);
    const value = lossOf(number, trials), step = state === "done" ? MAX_STEPS : 300;
    if (best.has(number)) {
      const run = await store.begin(
        newRun(trialNamed(number), {
          kind: "steps",
          config: rows[number].parameters,
          plan: batchPlan(1600, 32),
        }),
        undefined,
        claim,
      );
      await run.append({ "validation.loss": curveOf(number, trials, step) });
      await run.end("stopped", "maxSteps(1,000)", null);
    }
    const isLost = state === "failed" || state === "diverged";
    await store.studies.finish(claim, {
      step,
      best: state === "failed" ? null : { value, step: bestStepOf(number, step) },
      state,
      because: isLost
        ? "non-finite loss at step 12"
        : state === "pruned"
        ? "behind the median at step 300"
        : "maxSteps",
    });
  }
  return name;
}
