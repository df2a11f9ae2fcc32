/** Comparisons beside what they stand for: each policy trained alone, from the beginning. */
import assert from "node:assert/strict";
import type { Trajectory } from "../../lib/curves/trajectory.ts";
import { type Judgement, type Policy } from "../../lib/policies/policy.ts";
import { replay } from "../../lib/policies/replay.ts";
import { loadCheckpoint, loadState } from "../../lib/training/checkpoints.ts";
import {
  compare,
  type ComparedPolicy,
  type CompareOptions,
  type Comparison,
} from "../../lib/training/compare.ts";
import type { TrainingEvent } from "../../lib/training/event.ts";
import type { Spec } from "../../lib/training/spec.ts";
import { trained } from "./fixture.ts";

/** The last value of a stream. */
export async function lastOf<T>(source: AsyncIterable<T>): Promise<T> {
  let last: { value: T } | null = null;
  for await (const value of source) last = { value };
  return last!.value;
}

/** A recording up to a step, without the clock and the name. */
export function recordedUpTo({ updates, evaluations }: Trajectory, step: number) {
  const upTo = (columns: object, steps: Float64Array) =>
    Object.fromEntries(
      Object.entries(columns).filter(([name, column]) => name !== "seconds" && ArrayBuffer.isView(column))
        .map(([name, column]) => [name, column.slice(0, steps.filter((each) => each <= step).length)]),
    );
  return {
    updates: upTo(updates, updates.step),
    evaluations: upTo(evaluations, evaluations.step),
    metrics: upTo(evaluations.metrics, evaluations.step),
    // columns that begin with the first evaluation
    ...(evaluations.step[0] <= step
      ? { standardErrors: upTo(evaluations.standardErrors, evaluations.step) }
      : {}),
  };
}

/** All numbers of a training's end, as it is gone on from and as it is kept. */
export function endOf({ outcome }: TrainingEvent) {
  const { parameters, statistics, slots, average, kept, scale, selection, attempts } = loadState(
    outcome!.state,
  );
  const { layout: _, model: __, ...weights } = loadCheckpoint(outcome!.checkpoint);
  const row = kept && { ...kept, row: { ...kept.row, seconds: 0 } };
  return {
    reason: outcome!.reason,
    tensors: { parameters, statistics, slots, average, weights },
    kept: row,
    scale: { ...scale, since: { ...scale.since, seconds: 0 }, coolFrom: null },
    selection,
    attempts,
  };
}

const without = ({ at, kept, regret: _, computeSaved: __, ownRegret: ___, ...rest }: Judgement) => ({
  ...rest,
  at: at && { ...at, seconds: 0 },
  kept: kept && { ...kept, seconds: 0 },
});

/**
 * Compares, trains each policy alone, and lets nothing differ by a bit: what is judged, what is recorded up to there,
 * and where a training ends with the policy, its weights, slots and what it kept.
 */
export async function comparedAsAlone(
  spec: Spec,
  policies: readonly ComparedPolicy[],
  options: CompareOptions = {},
): Promise<Comparison> {
  const comparison = await lastOf(compare(spec, policies, options));
  const { runs, places, judgements } = comparison;
  for (const [i, { changes, ...policy }] of policies.entries()) {
    const alone = await trained({ ...spec, ...changes, stop: policy.stop });
    const [expected] = replay(alone.trajectory, [policy as Policy]);
    assert.deepEqual(without(judgements[i]), without(expected), policy.name);
    const run = runs[places[i]], { step } = alone.at;
    assert.deepEqual(recordedUpTo(run.trajectory, step), recordedUpTo(alone.trajectory, step), policy.name);
    assert.equal(run.trajectory.seed, alone.trajectory.seed);
    if (run.at.step !== step) continue;
    // of rates that go together, the training tells the cuts of the one that leads
    const leads = run.plan.scale === alone.plan.scale;
    const [end, expectedEnd] = [run, alone].map((event) => ({
      ...endOf(event),
      ...(leads ? { cuts: event.cuts } : { scale: null }),
    }));
    assert.deepEqual(end, expectedEnd, policy.name);
  }
  return comparison;
}
