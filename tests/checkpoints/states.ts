/** States as a training makes them, without training: every number a function of its step. */
import type { EvaluationRow } from "../../lib/curves/trajectory.ts";
import { recorder } from "../../lib/curves/recorder.ts";
import { positionAt } from "../../lib/batch_plan.ts";
import { initialScale } from "../../lib/schedules/plateau_scale.ts";
import { plan } from "../../lib/training/plan.ts";
import type { TrainState } from "../../lib/training/state.ts";
import { small } from "../training/fixture.ts";

export const PLAN = plan(small);
const { batches } = PLAN;
const EVERY = 5;
export const KEEPING = {
  select: { kind: "best", metric: "validation.loss", mode: "min" },
  checkpoint: { keep: { best: 1, last: 1 } },
} as const;

const layout = {
  parameters: [{ name: "dense0.weights", shape: [2, 3] }, { name: "dense0.bias", shape: [3] }],
  statistics: [{ name: "norm0.mean", shape: [3] }],
};
const values = (step: number, salt: number, count: number) =>
  Float32Array.from({ length: count }, (_, i) => Math.sin(step * 31 + salt * 7 + i));
const weights = (step: number, salt: number) => ({
  parameters: [values(step, salt, 6), values(step, salt + 1, 3)],
  statistics: [values(step, salt + 2, 3)],
});

/** Validation loss: lowest at step 10, and no number at step 15. */
const lossAt = (step: number) => step === 15 ? NaN : Math.abs(step - 10) + 0.1;

function rowAt(step: number, clock: number): EvaluationRow {
  const { epoch, examples } = positionAt(batches, step, 0, 0);
  return { step, epoch, examples, seconds: step * clock, metrics: { "validation.loss": lossAt(step) } };
}

/**
 * The state after `step` updates.
 * @param clock seconds an update
 */
export function stateAt(step: number, clock = 0.25, end: TrainState["end"] = null): TrainState {
  const record = recorder({ name: "seed 3", seed: 3, batches, metrics: ["validation.loss"] });
  let kept: TrainState["kept"] = null;
  for (let at = 1; at <= step; at++) {
    const row = { ...positionAt(batches, at, 0, at * clock), rate: 1e-3 / at, loss: at === 7 ? -0 : 1 / at };
    record.update(row);
    if (at % EVERY > 0) continue;
    record.evaluation(rowAt(at, clock), { "validation.loss": 0.01 * at });
    if (at <= 10) kept = { row: rowAt(at, clock), ...weights(at, 0) };
  }
  if (end) record.finish(end.reason, step % EVERY ? rowAt(step, clock) : null);
  return {
    version: 1,
    plan: PLAN,
    conditions: { engine: "wasm", version: "4.22.0", device: "CPU", mode: "eager", threads: null },
    position: positionAt(batches, step, Math.floor(step / EVERY), step * clock),
    began: 0,
    attempts: step,
    layout,
    ...weights(step, 0),
    slots: [values(step, 3, 6), values(step, 4, 6), values(step, 5, 3), values(step, 6, 3)],
    average: [values(step, 7, 6), values(step, 8, 3)],
    selection: { seen: 4, kept: 2, best: -0, window: [0.1, 0.2], rule: null },
    criterion: { text: "any(maxSteps(40))", state: [null, { best: 0.1, sinceStep: 10, elapsed: -0 }] },
    scale: { ...initialScale(), cuts: [5] },
    kept,
    trajectory: record.trajectory(),
    end,
  };
}
