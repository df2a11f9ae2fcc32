/** Lightning's EarlyStopping, exactly. */
import { atLeastZero, checkKeys, flag, maybeFinite, oneOf, whole } from "../../option_checks.ts";
import { moreText } from "../cap_rule.ts";
import type { Metric, Mode, Rule } from "../criterion.ts";
import { type JsonNumber, jsonNumber } from "../json_number.ts";
import { evaluationNumber } from "../grid.ts";
import { leafRule } from "../leaf_rule.ts";
import { waitedText } from "./waited.ts";
import { isGain, observed, readsOf, validationMetric, worst } from "../observed.ts";

export interface LightningOptions {
  readonly metric: Metric;
  /** which way is better; required */
  readonly mode: Mode;
  /** evaluations without gain, at least 0; 0 is as 1. Default 3 */
  readonly patience?: number;
  /** smallest gain on the last accepted best; default 0 */
  readonly minDelta?: number;
  /** stops at a value that is not finite; default true */
  readonly checkFinite?: boolean;
  /** stops at a value better than this; default null, none */
  readonly stoppingThreshold?: number | null;
  /** stops at a value worse than this; default null, none */
  readonly divergenceThreshold?: number | null;
}
export interface Lightning extends Required<LightningOptions> {
  readonly kind: "lightning";
}
export type LightningReason =
  | "non_finite_metric"
  | "stopping_threshold"
  | "divergence_threshold"
  | "patience_exhausted";
export interface LightningState {
  readonly wait: number;
  readonly best: JsonNumber;
  /** why it stops, in Lightning's word; null when it does not */
  readonly reason: LightningReason | null;
}

/**
 * Lightning's EarlyStopping: at every validation it looks at finiteness, the two thresholds, the gain and patience, in
 * this order, and only the first that applies changes anything.
 *
 * Source: Lightning 2.6, `lightning.pytorch.callbacks.EarlyStopping`.
 * @throws TypeError for an unknown option, RangeError for a value out of range
 * @example
 * ```ts
 * const stop = lightning({ metric: "validation.loss", mode: "min", patience: 5, divergenceThreshold: 10 });
 * ```
 */
export function lightning(options: LightningOptions): Lightning {
  const thresholds = ["stoppingThreshold", "divergenceThreshold"];
  checkKeys("lightning", options, ["metric", "mode", "patience", "minDelta", "checkFinite", ...thresholds]);
  return {
    kind: "lightning",
    metric: validationMetric(options.metric),
    mode: oneOf("mode", options.mode, ["min", "max"]),
    patience: whole("patience", options.patience ?? 3, 0),
    minDelta: atLeastZero("minDelta", options.minDelta ?? 0),
    checkFinite: flag("checkFinite", options.checkFinite ?? true),
    stoppingThreshold: maybeFinite("stoppingThreshold", options.stoppingThreshold),
    divergenceThreshold: maybeFinite("divergenceThreshold", options.divergenceThreshold),
  };
}

/** What ends it before gain and patience are looked at. */
function atOnce(rule: Lightning, value: number): LightningReason | null {
  const { mode, checkFinite, stoppingThreshold: good, divergenceThreshold: bad } = rule;
  if (checkFinite && !Number.isFinite(value)) return "non_finite_metric";
  if (good !== null && isGain(mode, value, good)) return "stopping_threshold";
  return bad !== null && isGain(mode, bad, value) ? "divergence_threshold" : null;
}

export const lightningRule: Rule<Lightning, LightningState> = leafRule<Lightning, LightningState>({
  form: {
    places: ["metric", "mode"],
    options: {
      patience: 3,
      minDelta: 0,
      checkFinite: true,
      stoppingThreshold: null,
      divergenceThreshold: null,
    },
    make: (fields) => lightning(fields as unknown as LightningOptions),
  },
  init: ({ mode }) => ({ wait: 0, best: jsonNumber(worst(mode)), reason: null }),
  observe(rule, state, observation) {
    const value = observed(observation, rule.metric);
    if (value === undefined) return state;
    const reason = atOnce(rule, value);
    if (reason) return { ...state, reason };
    const least = rule.mode === "min" ? value + rule.minDelta : value - rule.minDelta;
    if (isGain(rule.mode, least, Number(state.best))) {
      return { wait: 0, best: jsonNumber(value), reason: null };
    }
    const wait = state.wait + 1;
    return { ...state, wait, reason: wait >= rule.patience ? "patience_exhausted" : null };
  },
  stops: (_rule, { reason }) => reason !== null,
  because: (rule, state) =>
    state.reason === null || state.reason === "patience_exhausted"
      ? waitedText(rule, state)
      : state.reason.replaceAll("_", " "),
  lacks: ({ patience }, { wait }) => `${moreText("evaluations", Math.max(1, patience - wait))} without gain`,
  earliest({ patience, checkFinite, stoppingThreshold, divergenceThreshold }, grid) {
    const atOnce = checkFinite || stoppingThreshold !== null || divergenceThreshold !== null;
    return evaluationNumber(grid, atOnce ? 1 : 1 + Math.max(1, patience));
  },
  reads: ({ metric }) => readsOf(metric),
});
