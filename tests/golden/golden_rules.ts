/** Stopping rules of other libraries, said with ours. */
import assert from "node:assert/strict";
import { histGradientBoosting } from "../../lib/criteria/compat/hist_gradient_boosting.ts";
import { ignite } from "../../lib/criteria/compat/ignite.ts";
import { keras, type KerasState } from "../../lib/criteria/compat/keras.ts";
import { lightgbm, type LightgbmState } from "../../lib/criteria/compat/lightgbm.ts";
import { lightning, type LightningState } from "../../lib/criteria/compat/lightning.ts";
import { transformers } from "../../lib/criteria/compat/transformers.ts";
import type { Criterion, CriterionState } from "../../lib/criteria/criterion.ts";
import { restoredBy } from "../../lib/criteria/restored_by.ts";
import { initial, observe, stops } from "../../lib/criteria/rules.ts";
import { select } from "../../lib/criteria/select.ts";
import type { Restoring } from "../../lib/criteria/selection.ts";
import { tolerance } from "../../lib/criteria/tolerance.ts";
import { START } from "../../lib/durations.ts";
import { type Check, type GoldenCase, metricOf } from "./vectors.ts";

type Params = Readonly<Record<string, number>> & { readonly mode: "min" | "max" };

/** By file and name: the rule of a case in our words. */
const sayings: Readonly<Record<string, (params: Params) => Criterion>> = {
  "stop-keras EarlyStopping": ({ mode, patience, min_delta, baseline, start_from_epoch }) =>
    keras({
      metric: "value",
      mode,
      patience,
      minDelta: Math.abs(min_delta),
      baseline,
      startFromEpoch: start_from_epoch,
    }),
  "stop-lightning EarlyStopping": (params) => {
    const { mode, patience, min_delta, check_finite, stopping_threshold, divergence_threshold } = params;
    return lightning({
      metric: "value",
      mode,
      patience,
      minDelta: Math.abs(min_delta),
      checkFinite: check_finite as unknown as boolean,
      stoppingThreshold: stopping_threshold,
      divergenceThreshold: divergence_threshold,
    });
  },
  "stop-transformers EarlyStoppingCallback": ({ mode, ...params }) =>
    transformers({
      metric: "value",
      mode,
      patience: params.early_stopping_patience,
      threshold: params.early_stopping_threshold,
    }),
  "stop-ignite EarlyStopping": ({ mode, patience, threshold, ...params }) =>
    ignite({
      metric: "value",
      mode,
      patience,
      threshold,
      thresholdKind: (params.threshold_mode as unknown) === "rel" ? "relative" : "absolute",
      cumulative: params.cumulative as unknown as boolean,
    }),
  "stop-sklearn MLP": ({ early_stopping, tol, n_iter_no_change: noChange }) =>
    tolerance({ metric: "value", mode: early_stopping ? "max" : "min", tol, noChange }),
  "stop-sklearn HistGradientBoosting": ({ tol, n_iter_no_change: noChange }) =>
    histGradientBoosting({ metric: "value", mode: "max", tol, noChange }),
  "stop-lightgbm early_stopping": ({ mode, stopping_rounds: rounds, min_delta: minDelta }) =>
    lightgbm({ metric: "value", mode, rounds, minDelta }),
};

export const rulesCheck: Check = (file, golden) => {
  const say = sayings[`${file.name} ${golden.name}`];
  return say ? () => checkStop(golden, say(golden.params as Params)) : null;
};

interface Followed {
  readonly states: readonly CriterionState[];
  readonly stopped: readonly boolean[];
}

/** States and verdicts after each evaluation, all of them: also after a stop. A null was not measured. */
function follow(rule: Criterion, values: readonly (number | null)[]): Followed {
  const states: CriterionState[] = [], stopped: boolean[] = [];
  values.forEach((value, i) => {
    const at = { ...START, evaluations: i + 1 };
    const metrics: Record<string, number> = value === null ? {} : { value };
    states.push(observe(rule, states.at(-1) ?? initial(rule), { kind: "evaluation", at, metrics }));
    stopped.push(stops(rule, states[i], at));
  });
  return { states, stopped };
}

/** The whole trace up to the stop and not beyond, where it stops, and all that the library says of the end. */
function checkStop(golden: GoldenCase, rule: Criterion): void {
  const values = metricOf(golden), { states, stopped } = follow(rule, values);
  const first = stopped.indexOf(true), length = first < 0 ? values.length : first + 1;
  if (golden.all.trace_wait_best_stop) {
    const trace = states.slice(0, length).map((state, i) => [...waitAndBest(state, rule), stopped[i]]);
    assert.deepEqual(trace, golden.all.trace_wait_best_stop, golden.id);
  }
  const kept = keptBy(rule, values.slice(0, length)), end = states[length - 1];
  const said: Readonly<Record<string, unknown>> = {
    epochs_run: length,
    checks_run: length,
    evals_run: length,
    iters_run: length,
    stopped: first >= 0,
    stopped_epoch: Math.max(0, first),
    first: first < 0 ? null : first,
    should_stop: stopped,
    best: waitAndBest(end, rule)[1],
    best_metric: waitAndBest(end, rule)[1],
    best_score: (end as unknown as LightgbmState).best === null ? null : waitAndBest(end, rule)[1],
    best_epoch: (kept ?? 1) - 1,
    restored_epoch: golden.params.restore_best_weights && kept !== null ? kept - 1 : null,
    best_eval: kept,
    best_iteration: kept === null ? null : kept - 1,
    reason: (end as unknown as LightningState).reason ?? null,
  };
  for (const [name, value] of Object.entries(golden.all.out as Readonly<Record<string, unknown>>)) {
    assert.ok(name in said, `${golden.id}: nothing is known of ${name}`);
    assert.deepEqual(said[name], value, `${golden.id}: ${name}`);
  }
}

/** Wait and best of any rule; a best before the first value is the worst there is, but null for Keras. */
function waitAndBest(state: CriterionState, rule: Criterion): [number, number | null] {
  const { wait, count, best } = state as unknown as Partial<KerasState> & { readonly count?: number };
  const none = rule.kind === "keras" ? null : "mode" in rule && rule.mode === "min" ? Infinity : -Infinity;
  return [wait ?? count ?? 0, best === null || best === undefined ? none : Number(best)];
}

/** The evaluation that is kept under the library's own rule, counted from 1. */
function keptBy(rule: Criterion, values: readonly (number | null)[]): number | null {
  if (!["keras", "transformers", "lightgbm"].includes(rule.kind)) return null;
  const rows = values.map((value, i): { evaluation: number; metrics: Record<string, number> } => ({
    evaluation: i + 1,
    metrics: value === null ? {} : { value },
  }));
  return select(restoredBy(rule as Restoring), rows)?.evaluation ?? null;
}
