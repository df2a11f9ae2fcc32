/** Stopping rules of other libraries, said with ours. */
import assert from "node:assert/strict";
import type { Plateau, PlateauState } from "../../lib/criteria/criterion.ts";
import { plateau } from "../../lib/criteria/plateau.ts";
import { initial, observe, stops } from "../../lib/criteria/rules.ts";
import { select } from "../../lib/criteria/select.ts";
import { evaluations, START } from "../../lib/durations.ts";
import { type Check, type GoldenCase, metricOf } from "./vectors.ts";

type Mode = "min" | "max";
interface Params {
  readonly mode: Mode;
  readonly [name: string]: unknown;
}

/**
 * Values on which the libraries and we agree. They take a first value that is not finite, or an infinite one in the
 * better direction, for the best; we never do.
 */
function isJudgedAlike(values: readonly (number | null)[], mode: Mode): boolean {
  const reported = values.filter((value) => value !== null);
  const better = mode === "min" ? -Infinity : Infinity;
  return (reported.length === 0 || Number.isFinite(reported[0])) && !reported.includes(better);
}

const rule = (
  mode: Mode,
  patience: number,
  minDelta: number,
  reference: "accepted" | "running",
): Plateau | null =>
  patience >= 1
    ? plateau({ metric: "value", mode, patience: evaluations(patience), minDelta, reference })
    : null;

const rules: Readonly<Record<string, (params: Params) => Plateau | null>> = {
  keras: ({ mode, patience, min_delta, baseline, start_from_epoch }) =>
    baseline === null && start_from_epoch === 0
      ? rule(mode, patience as number, Math.abs(min_delta as number), "accepted")
      : null,
  lightning: ({ mode, patience, min_delta, stopping_threshold, divergence_threshold }) =>
    stopping_threshold === null && divergence_threshold === null
      ? rule(mode, patience as number, Math.abs(min_delta as number), "accepted")
      : null,
  transformers: ({ mode, early_stopping_patience, early_stopping_threshold }) =>
    rule(mode, early_stopping_patience as number, early_stopping_threshold as number, "running"),
  ignite: ({ mode, patience, threshold, threshold_mode, cumulative }) =>
    threshold_mode === "abs"
      ? rule(mode, patience as number, threshold as number, cumulative ? "accepted" : "running")
      : null,
};

/** The early stopping of a case in our words; null when it is not built. */
function saidStop(library: string, golden: GoldenCase): Plateau | null {
  const params = golden.params as Params, values = metricOf(golden);
  if (!rules[library] || !isJudgedAlike(values, params.mode)) return null;
  // Lightning ends a training at a metric that is not finite, and Ignite counts one as a gain: another rule.
  const strict = library === "lightning" ? params.check_finite === true : library === "ignite";
  if (strict && values.some((value) => !Number.isFinite(value))) return null;
  return rules[library](params);
}

export const rulesCheck: Check = (file, golden) => {
  const [what, library] = file.name.split("-");
  const said = what === "stop" ? saidStop(library, golden) : null;
  return said && (() => checkStop(golden, said));
};

/** The whole trace: wait, best and stop after every epoch, up to the stop and not beyond. */
function checkStop(golden: GoldenCase, rule: Plateau): void {
  const values = metricOf(golden);
  const rows = values.map((value, epoch) => ({ epoch, metrics: { value: value ?? NaN } }));
  const trace: unknown[] = [];
  let state = initial(rule) as PlateauState, evaluations = 0;
  for (const value of values) {
    if (value !== null) {
      const at = { ...START, evaluations: ++evaluations };
      state = observe(rule, state, { kind: "evaluation", at, metrics: { value } }) as PlateauState;
    }
    const stop = stops(rule, state, START);
    trace.push([state.elapsed, state.best, stop]);
    if (stop) break;
  }
  assert.deepEqual(trace, golden.all.trace_wait_best_stop, golden.id);

  const { restored_epoch: restored } = golden.all.out as { restored_epoch?: number | null };
  // With a minDelta a library restores what it accepted last, we the true best.
  if (typeof restored === "number" && rule.minDelta === 0) {
    const kept = select({ kind: "best", metric: "value", mode: rule.mode }, rows.slice(0, trace.length));
    assert.equal(kept?.epoch ?? 0, restored, `${golden.id}: kept`);
  }
}
