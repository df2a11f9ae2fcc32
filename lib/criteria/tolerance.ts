/** The stopping rule of scikit-learn's MLPClassifier and MLPRegressor. */
import { atLeastZero, checkKeys, oneOf, whole } from "../option_checks.ts";
import { countText } from "../durations.ts";
import { moreOf } from "./cap_rule.ts";
import type { Metric, Mode, Rule } from "./criterion.ts";
import { type JsonNumber, jsonNumber } from "./json_number.ts";
import { evaluationNumber } from "./grid.ts";
import { leafRule } from "./leaf_rule.ts";
import { obeyable } from "./metric.ts";
import { isGain, observed, readsOf, worst } from "./observed.ts";

export interface ToleranceOptions {
  readonly metric: Metric;
  /** which way is better; required */
  readonly mode: Mode;
  /** gain on the best that counts; default 1e-4 */
  readonly tol?: number;
  /** scikit-learn's `n_iter_no_change`: it stops at value n + 1 in a row without such a gain. Default 10 */
  readonly noChange?: number;
}
export interface Tolerance extends Required<ToleranceOptions> {
  readonly kind: "tolerance";
}
export interface ToleranceState {
  /** values in a row that did not gain `tol` */
  readonly count: number;
  /** null until a number came */
  readonly best: JsonNumber | null;
}

/**
 * Stops once more than `noChange` values in a row were worse than the best plus its tolerance. The best moves on any
 * gain, so small steady gains do not add up; NaN counts as a gain, as it does there.
 *
 * Source: scikit-learn 1.9, `BaseMultilayerPerceptron._update_no_improvement_count`.
 * @throws TypeError for an unknown option, RangeError for a value out of range
 * @example
 * ```ts
 * const stop = tolerance({ metric: "validation.accuracy", mode: "max", tol: 1e-3 });
 * ```
 */
export function tolerance(options: ToleranceOptions): Tolerance {
  checkKeys("tolerance", options, ["metric", "mode", "tol", "noChange"]);
  return {
    kind: "tolerance",
    metric: obeyable(options.metric),
    mode: oneOf("mode", options.mode, ["min", "max"]),
    tol: atLeastZero("tol", options.tol ?? 1e-4),
    noChange: whole("noChange", options.noChange ?? 10, 1),
  };
}

export const toleranceRule: Rule<Tolerance, ToleranceState> = leafRule<Tolerance, ToleranceState>({
  form: {
    places: ["metric", "mode"],
    options: { tol: 1e-4, noChange: 10 },
    make: (fields) => tolerance(fields as unknown as ToleranceOptions),
  },
  init: () => ({ count: 0, best: null }),
  observe({ metric, mode, tol }, state, observation) {
    const value = observed(observation, metric);
    if (value === undefined) return state;
    const best = Number(state.best ?? worst(mode));
    const short = mode === "min" ? value > best - tol : value < best + tol;
    const moves = isGain(mode, value, best);
    return { count: short ? state.count + 1 : 0, best: moves ? jsonNumber(value) : state.best };
  },
  stops: ({ noChange }, { count }) => count > noChange,
  because: ({ metric, tol, noChange }, { count }) =>
    `${metric} gained less than ${tol} ${countText(count)} times in a row (noChange ${countText(noChange)})`,
  lacks: ({ noChange, tol }, { count }) =>
    `${moreOf(noChange + 1 - count, "value")}, each gaining less than ${tol}`,
  earliest: ({ noChange, metric }, grid) =>
    readsOf(metric).updates ? noChange + 2 : evaluationNumber(grid, noChange + 2),
  reads: ({ metric }) => readsOf(metric),
});
