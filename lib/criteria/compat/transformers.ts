/** Hugging Face's EarlyStoppingCallback, exactly. */
import { atLeastZero, checkKeys, oneOf, whole } from "../../option_checks.ts";
import { moreText } from "../cap_rule.ts";
import type { Metric, Mode, Rule } from "../criterion.ts";
import { type JsonNumber, jsonNumber } from "../json_number.ts";
import { evaluationNumber } from "../grid.ts";
import { leafRule } from "../leaf_rule.ts";
import { waitedText } from "./waited.ts";
import { isGain, observed, readsOf, validationMetric, worst } from "../observed.ts";

export interface TransformersOptions {
  readonly metric: Metric;
  /** which way is better; required */
  readonly mode: Mode;
  /** evaluations without gain, at least 1; default 1 */
  readonly patience?: number;
  /** a gain on the running best has to be greater than this; default 0 */
  readonly threshold?: number;
}
export interface Transformers extends Required<TransformersOptions> {
  readonly kind: "transformers";
}
export interface TransformersState {
  readonly wait: number;
  /** null before the first value */
  readonly best: JsonNumber | null;
  /** evaluation, from 1, of the best; null before one was better than nothing */
  readonly kept: number | null;
}

/**
 * Hugging Face's EarlyStoppingCallback with the Trainer's rule for the best metric: any gain moves the best, only one
 * above the threshold sets the wait back, so small steady gains are stopped.
 *
 * Source: transformers 5.23. `restoredBy` keeps what `load_best_model_at_end` loads.
 * @throws TypeError for an unknown option, RangeError for a value out of range
 * @example
 * ```ts
 * const stop = transformers({ metric: "validation.loss", mode: "min", patience: 3, threshold: 0.01 });
 * ```
 */
export function transformers(options: TransformersOptions): Transformers {
  checkKeys("transformers", options, ["metric", "mode", "patience", "threshold"]);
  return {
    kind: "transformers",
    metric: validationMetric(options.metric),
    mode: oneOf("mode", options.mode, ["min", "max"]),
    patience: whole("patience", options.patience ?? 1, 1),
    threshold: atLeastZero("threshold", options.threshold ?? 0),
  };
}

export const transformersRule: Rule<Transformers, TransformersState> = leafRule<
  Transformers,
  TransformersState
>({
  form: {
    places: ["metric", "mode"],
    options: { patience: 1, threshold: 0 },
    make: (fields) => transformers(fields as unknown as TransformersOptions),
  },
  init: () => ({ wait: 0, best: null, kept: null }),
  observe({ metric, mode, threshold }, state, observation) {
    const value = observed(observation, metric);
    if (value === undefined) return state;
    const best = Number(state.best ?? worst(mode)), moves = isGain(mode, value, best);
    const resets = state.best === null || (moves && Math.abs(value - best) > threshold);
    return {
      wait: resets ? 0 : state.wait + 1,
      best: jsonNumber(moves ? value : best),
      kept: moves ? observation.at.evaluations : state.kept,
    };
  },
  stops: ({ patience }, { wait }) => wait >= patience,
  because: waitedText,
  lacks: ({ patience }, { wait }) => `${moreText("evaluations", patience - wait)} without gain`,
  earliest: ({ patience }, grid) => evaluationNumber(grid, 1 + patience),
  reads: ({ metric }) => readsOf(metric),
});
