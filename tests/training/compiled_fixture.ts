/** What the tests of compiled trainings share. */
import assert from "node:assert/strict";
import { steps } from "../../lib/durations.ts";
import { setEngineChoice } from "../../lib/engine/engine.ts";
import { loadState } from "../../lib/training/checkpoints.ts";
import type { TrainingEvent } from "../../lib/training/event.ts";
import type { Spec } from "../../lib/training/spec.ts";
import { libtensorflowForTests } from "../engine/libtensorflow_for_tests.ts";
import { data, small } from "./fixture.ts";

export const onNative = () => setEngineChoice("tensorflow", { library: libtensorflowForTests?.file });

/** What engines agree on to rounding, relatively, over so few updates. */
const NEAR = 1e-4;
export function near(given: ArrayLike<number>, expected: ArrayLike<number>, what: string): void {
  assert.equal(given.length, expected.length, what);
  for (let i = 0; i < given.length; i++) {
    if (Object.is(given[i], expected[i])) continue;
    const far = Math.abs(given[i] - expected[i]);
    assert.ok(
      far <= NEAR * Math.max(1, Math.abs(expected[i])),
      `${what}[${i}]: ${given[i]}, not ${expected[i]}`,
    );
  }
}

/** What a training shows, but for the clock and the chunks that follow it. */
export function shown(events: readonly TrainingEvent[]) {
  const { trajectory: { updates, evaluations, final, end }, cuts, outcome } = events.at(-1)!;
  return {
    sequence: events.filter(({ type }) => type !== "chunk").map(({ type, at }) => `${type} ${at.step}`),
    at: { ...outcome!.at, seconds: 0 },
    numbers: { step: updates.step, epoch: updates.epoch, examples: updates.examples, rate: updates.rate },
    evaluated: evaluations.step,
    end: [end, outcome!.reason, outcome!.path, outcome!.skipped, outcome!.kept?.step, final?.step, cuts],
  };
}

/** All that a state holds of numbers. */
export function numbersAt({ outcome }: { outcome: TrainingEvent["outcome"] }) {
  const { parameters, statistics, slots, average } = loadState(outcome!.state);
  return { parameters, statistics, slots, average };
}

/** Long chunks, as no evaluation divides them, on batches that are all of one shape. */
export const long: Spec = { ...small, remainder: "drop", evaluate: { every: steps(4000) } };

/** The digits, with all of one training example at a value: one update of each epoch sees it. */
export function broken(value: number) {
  const x = Float32Array.from(data.training.x).fill(value, 64 * 500, 64 * 501);
  return { ...data, training: { ...data.training, x } };
}
