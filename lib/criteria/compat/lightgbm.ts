/** LightGBM's early stopping, exactly. */
import { atLeastZero, checkKeys, oneOf, whole } from "../../option_checks.ts";
import { countText } from "../../durations.ts";
import { moreText } from "../cap_rule.ts";
import type { Metric, Mode, Rule } from "../criterion.ts";
import { type JsonNumber, jsonNumber } from "../json_number.ts";
import { evaluationNumber } from "../grid.ts";
import { leafRule } from "../leaf_rule.ts";
import { isGain, observed, readsOf, validationMetric } from "../observed.ts";

export interface LightgbmOptions {
  readonly metric: Metric;
  /** which way is better; required */
  readonly mode: Mode;
  /** LightGBM's `stopping_rounds`: evaluations since the best, at least 1 */
  readonly rounds: number;
  /** smallest gain on the last accepted best; default 0 */
  readonly minDelta?: number;
}
export interface Lightgbm extends Required<LightgbmOptions> {
  readonly kind: "lightgbm";
}
export interface LightgbmState {
  /** null until the first value, whatever that is */
  readonly best: JsonNumber | null;
  /** evaluation, from 1, of the accepted best: LightGBM's `best_iteration` plus 1 */
  readonly kept: number | null;
  /** evaluations since then */
  readonly wait: number;
}

/**
 * LightGBM's `early_stopping` on one metric of one validation set, with an evaluation every round. What it returns is
 * the last accepted best, which with a `minDelta` is not the true one; `restoredBy` keeps the same.
 *
 * Source: LightGBM 4.7, `lightgbm.early_stopping`.
 * @throws TypeError for an unknown option, RangeError for a value out of range
 * @example
 * ```ts
 * const stop = lightgbm({ metric: "validation.loss", mode: "min", rounds: 10 });
 * ```
 */
export function lightgbm(options: LightgbmOptions): Lightgbm {
  checkKeys("lightgbm", options, ["metric", "mode", "rounds", "minDelta"]);
  return {
    kind: "lightgbm",
    metric: validationMetric(options.metric),
    mode: oneOf("mode", options.mode, ["min", "max"]),
    rounds: whole("rounds", options.rounds, 1),
    minDelta: atLeastZero("minDelta", options.minDelta ?? 0),
  };
}

export const lightgbmRule: Rule<Lightgbm, LightgbmState> = leafRule<Lightgbm, LightgbmState>({
  form: {
    places: ["metric", "mode"],
    options: { rounds: undefined, minDelta: 0 },
    make: (fields) => lightgbm(fields as unknown as LightgbmOptions),
  },
  init: () => ({ best: null, kept: null, wait: 0 }),
  observe({ metric, mode, minDelta }, state, observation) {
    const value = observed(observation, metric);
    if (value === undefined) return state;
    const { evaluations } = observation.at, best = Number(state.best);
    const needed = mode === "min" ? best - minDelta : best + minDelta;
    if (state.best === null || state.kept === null || isGain(mode, value, needed)) {
      return { best: jsonNumber(value), kept: evaluations, wait: 0 };
    }
    return { ...state, wait: evaluations - state.kept };
  },
  stops: ({ rounds }, { wait }) => wait >= rounds,
  because: ({ rounds }, { wait, best }) =>
    `${countText(wait)} evaluations since the best, ${best ?? "nothing yet"} (rounds ${countText(rounds)})`,
  lacks: ({ rounds }, { wait }) => `${moreText("evaluations", rounds - wait)} without gain`,
  earliest: ({ rounds }, grid) => evaluationNumber(grid, 1 + rounds),
  reads: ({ metric }) => readsOf(metric),
});
