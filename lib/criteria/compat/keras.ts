/** Keras' EarlyStopping, exactly. */
import { atLeastZero, checkKeys, maybeFinite, oneOf, whole } from "../../option_checks.ts";
import { moreText } from "../cap_rule.ts";
import type { Metric, Mode, Rule } from "../criterion.ts";
import { type JsonNumber, jsonNumber } from "../json_number.ts";
import { evaluationNumber } from "../grid.ts";
import { leafRule } from "../leaf_rule.ts";
import { waitedText } from "./waited.ts";
import { observed, readsOf, validationMetric } from "../observed.ts";

export interface KerasOptions {
  readonly metric: Metric;
  /** which way is better; required */
  readonly mode: Mode;
  /** evaluations without gain, at least 0; 0 is as 1. Default 0 */
  readonly patience?: number;
  /** smallest gain on the last accepted best; default 0 */
  readonly minDelta?: number;
  /** a gain sets the wait back only when it also gains on this; default null, none */
  readonly baseline?: number | null;
  /** evaluations at the beginning that are not looked at, at least 0; default 0 */
  readonly startFromEpoch?: number;
}
export interface Keras extends Required<KerasOptions> {
  readonly kind: "keras";
}
export interface KerasState {
  readonly wait: number;
  /** null until the first value, whatever that is */
  readonly best: JsonNumber | null;
  /** evaluation, from 1, whose weights it would restore; null before the first value */
  readonly kept: number | null;
  readonly stop: boolean;
}

/**
 * Keras' EarlyStopping with an evaluation every epoch. The first value becomes the best, also when it is NaN, which
 * nothing beats; patience is looked at only where there is no gain. `plateau` has neither trait.
 *
 * Source: Keras 3.15, `keras.callbacks.EarlyStopping`. `restoredBy` keeps what `restore_best_weights` restores.
 * @throws TypeError for an unknown option, RangeError for a value out of range
 * @example
 * ```ts
 * const stop = keras({ metric: "validation.loss", mode: "min", patience: 3 });
 * ```
 */
export function keras(options: KerasOptions): Keras {
  checkKeys("keras", options, ["metric", "mode", "patience", "minDelta", "baseline", "startFromEpoch"]);
  return {
    kind: "keras",
    metric: validationMetric(options.metric),
    mode: oneOf("mode", options.mode, ["min", "max"]),
    patience: whole("patience", options.patience ?? 0, 0),
    minDelta: atLeastZero("minDelta", options.minDelta ?? 0),
    baseline: maybeFinite("baseline", options.baseline),
    startFromEpoch: whole("startFromEpoch", options.startFromEpoch ?? 0, 0),
  };
}

/** Comparisons with NaN are false, as they are there. */
const gains = ({ mode, minDelta }: Keras, value: number, than: number): boolean =>
  mode === "min" ? -value - minDelta > -than : value - minDelta > than;

export const kerasRule: Rule<Keras, KerasState> = leafRule<Keras, KerasState>({
  form: {
    places: ["metric", "mode"],
    options: { patience: 0, minDelta: 0, baseline: null, startFromEpoch: 0 },
    make: (fields) => keras(fields as unknown as KerasOptions),
  },
  init: () => ({ wait: 0, best: null, kept: null, stop: false }),
  observe(rule, state, observation) {
    const value = observed(observation, rule.metric);
    const { evaluations } = observation.at, epoch = evaluations - 1;
    if (value === undefined || epoch < rule.startFromEpoch) return state;
    const wait = state.wait + 1, kept = state.kept ?? evaluations;
    if (state.best !== null && !gains(rule, value, Number(state.best))) {
      return { ...state, wait, kept, stop: wait >= rule.patience };
    }
    const resets = rule.baseline === null || gains(rule, value, rule.baseline);
    return { wait: resets ? 0 : wait, best: jsonNumber(value), kept: evaluations, stop: false };
  },
  stops: (_rule, { stop }) => stop,
  because: waitedText,
  lacks: ({ patience }, { wait }) => `${moreText("evaluations", Math.max(1, patience - wait))} without gain`,
  // a first value that does not beat the baseline is waited on at once
  earliest: ({ patience, startFromEpoch, baseline }, grid) =>
    evaluationNumber(
      grid,
      startFromEpoch + (baseline === null ? 1 + Math.max(1, patience) : Math.max(2, patience)),
    ),
  reads: ({ metric }) => readsOf(metric),
});
