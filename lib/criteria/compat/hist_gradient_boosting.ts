/** The stopping rule of scikit-learn's HistGradientBoosting estimators, exactly. */
import { atLeastZero, checkKeys, oneOf, whole } from "../../option_checks.ts";
import { countText } from "../../durations.ts";
import { moreText } from "../cap_rule.ts";
import type { Metric, Mode, Rule } from "../criterion.ts";
import { type JsonNumber, jsonNumber } from "../json_number.ts";
import { evaluationNumber } from "../grid.ts";
import { leafRule } from "../leaf_rule.ts";
import { observed, readsOf, validationMetric } from "../observed.ts";

export interface HistGradientBoostingOptions {
  readonly metric: Metric;
  /** which way is better; scikit-learn's scores are `max`. Required */
  readonly mode: Mode;
  /** gain that counts; default 1e-7 */
  readonly tol?: number;
  /** scikit-learn's `n_iter_no_change`: the last so many values are compared with the one before them. Default 10 */
  readonly noChange?: number;
}
export interface HistGradientBoosting extends Required<HistGradientBoostingOptions> {
  readonly kind: "histGradientBoosting";
}
export interface HistGradientBoostingState {
  /** the last noChange + 1 scores; higher is better */
  readonly scores: readonly JsonNumber[];
  readonly stop: boolean;
}

/**
 * Stops when none of the last `noChange` values beats the value before them by more than `tol`. The reference moves
 * along with the window: it is not the best so far.
 *
 * Source: scikit-learn 1.9, `BaseHistGradientBoosting._should_stop`.
 * @throws TypeError for an unknown option, RangeError for a value out of range
 * @example
 * ```ts
 * const stop = histGradientBoosting({ metric: "validation.accuracy", mode: "max", noChange: 5 });
 * ```
 */
export function histGradientBoosting(options: HistGradientBoostingOptions): HistGradientBoosting {
  checkKeys("histGradientBoosting", options, ["metric", "mode", "tol", "noChange"]);
  return {
    kind: "histGradientBoosting",
    metric: validationMetric(options.metric),
    mode: oneOf("mode", options.mode, ["min", "max"]),
    tol: atLeastZero("tol", options.tol ?? 1e-7),
    noChange: whole("noChange", options.noChange ?? 10, 1),
  };
}

export const histGradientBoostingRule: Rule<HistGradientBoosting, HistGradientBoostingState> = leafRule<
  HistGradientBoosting,
  HistGradientBoostingState
>({
  form: {
    places: ["metric", "mode"],
    options: { tol: 1e-7, noChange: 10 },
    make: (fields) => histGradientBoosting(fields as unknown as HistGradientBoostingOptions),
  },
  init: () => ({ scores: [], stop: false }),
  observe({ metric, mode, noChange, tol }, state, observation) {
    const value = observed(observation, metric);
    if (value === undefined) return state;
    const score = jsonNumber(mode === "min" ? 0 - value : value);
    const scores = [...state.scores, score].slice(-noChange - 1), needed = Number(scores[0]) + tol;
    const stop = scores.length > noChange && !scores.slice(1).some((each) => Number(each) > needed);
    return { scores, stop };
  },
  stops: (_rule, { stop }) => stop,
  because: ({ tol, noChange }, _state, _at, stop) =>
    `${stop ? "none" : "one"} of the last ${countText(noChange)} values beats the one before them by ${tol}`,
  lacks: ({ tol, noChange }, { scores }) =>
    scores.length <= noChange
      ? moreText("evaluations", noChange + 1 - scores.length)
      : `${countText(noChange)} values in a row that gain no more than ${tol}`,
  earliest: ({ noChange }, grid) => evaluationNumber(grid, 1 + noChange),
  reads: ({ metric }) => readsOf(metric),
});
