/** Ignite's EarlyStopping, exactly. */
import { atLeastZero, checkKeys, flag, oneOf, whole } from "../../option_checks.ts";
import { moreText } from "../cap_rule.ts";
import type { Metric, Mode, Rule } from "../criterion.ts";
import { type JsonNumber, jsonNumber } from "../json_number.ts";
import { evaluationNumber } from "../grid.ts";
import { leafRule } from "../leaf_rule.ts";
import { waitedText } from "./waited.ts";
import { isGain, observed, readsOf, validationMetric } from "../observed.ts";

export interface IgniteOptions {
  readonly metric: Metric;
  /** which way is better; required */
  readonly mode: Mode;
  /** evaluations without gain, at least 1 */
  readonly patience: number;
  /** smallest gain that counts; default 0 */
  readonly threshold?: number;
  /** `relative`: a share of the best, not of its size. Default `absolute` */
  readonly thresholdKind?: "absolute" | "relative";
  /** measures from the last accepted best, so small gains add up; default false: from the running best */
  readonly cumulative?: boolean;
}
export interface Ignite extends Required<IgniteOptions> {
  readonly kind: "ignite";
}
export interface IgniteState {
  readonly wait: number;
  /** null until the first value, whatever that is */
  readonly best: JsonNumber | null;
  readonly stop: boolean;
}

/**
 * PyTorch-Ignite's EarlyStopping. NaN is a gain there, after which any value is one; `plateau` does not have this.
 *
 * Source: pytorch-ignite 0.5.5, `ignite.handlers.EarlyStopping`.
 * @throws TypeError for an unknown option, RangeError for a value out of range
 * @example
 * ```ts
 * const stop = ignite({ metric: "validation.accuracy", mode: "max", patience: 5 });
 * ```
 */
export function ignite(options: IgniteOptions): Ignite {
  checkKeys("ignite", options, ["metric", "mode", "patience", "threshold", "thresholdKind", "cumulative"]);
  return {
    kind: "ignite",
    metric: validationMetric(options.metric),
    mode: oneOf("mode", options.mode, ["min", "max"]),
    patience: whole("patience", options.patience, 1),
    threshold: atLeastZero("threshold", options.threshold ?? 0),
    thresholdKind: oneOf("thresholdKind", options.thresholdKind ?? "absolute", ["absolute", "relative"]),
    cumulative: flag("cumulative", options.cumulative ?? false),
  };
}

/** No gain; false for NaN on either side, as every comparison with it is. */
function fallsShort({ mode, threshold, thresholdKind }: Ignite, value: number, best: number): boolean {
  const step = mode === "max" ? threshold : -threshold;
  const limit = thresholdKind === "absolute" ? best + step : best * (1 + step);
  return mode === "max" ? value <= limit : value >= limit;
}

export const igniteRule: Rule<Ignite, IgniteState> = leafRule<Ignite, IgniteState>({
  form: {
    places: ["metric", "mode"],
    options: { patience: undefined, threshold: 0, thresholdKind: "absolute", cumulative: false },
    make: (fields) => ignite(fields as unknown as IgniteOptions),
  },
  init: () => ({ wait: 0, best: null, stop: false }),
  observe(rule, state, observation) {
    const value = observed(observation, rule.metric);
    if (value === undefined) return state;
    const best = Number(state.best);
    if (state.best === null || !fallsShort(rule, value, best)) {
      return { wait: 0, best: jsonNumber(value), stop: false };
    }
    const wait = state.wait + 1, moves = !rule.cumulative && isGain(rule.mode, value, best);
    return { wait, best: moves ? jsonNumber(value) : state.best, stop: wait >= rule.patience };
  },
  stops: (_rule, { stop }) => stop,
  because: waitedText,
  lacks: ({ patience }, { wait }) => `${moreText("evaluations", patience - wait)} without gain`,
  earliest: ({ patience }, grid) => evaluationNumber(grid, 1 + patience),
  reads: ({ metric }) => readsOf(metric),
});
