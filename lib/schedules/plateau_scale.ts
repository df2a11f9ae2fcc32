/** Cuts the learning rate when a metric has not gained for a while. */
import { obeyable } from "../criteria/metric.ts";
import { atLeastZero, checkKeys, oneOf } from "../criteria/option_checks.ts";
import { asDuration, type Duration, evaluations, shown } from "../durations.ts";
import type { JsonNumber, PlateauScale, PlateauScaleState } from "./schedule.ts";

export interface PlateauScaleOptions {
  /** as `validation.loss`; a test metric is refused */
  readonly metric: string;
  /** which way is better */
  readonly mode: "min" | "max";
  /** what the scale is multiplied by at a cut, between 0 and 1; default 0.5 */
  readonly factor?: number;
  /** evaluations without gain before a cut; default `evaluations(5)` */
  readonly patience?: Duration<"evaluations">;
  /** smallest gain that counts; default 1e-4 */
  readonly minDelta?: number;
  /** evaluations after a cut, the cut's own included, in which nothing is counted (so 1 equals 0); default 0 */
  readonly cooldown?: number;
  /** floor of the scale; default 0 */
  readonly minScale?: number;
  /** `keras`: a first value of NaN becomes the best, which nothing beats, as in Keras. Default: never the best */
  readonly compat?: "keras";
}
/** What a scale looks at: one evaluation. */
export interface ScaleRow {
  readonly step: number;
  readonly metrics: Readonly<Record<string, number>>;
}

const keys = ["metric", "mode", "factor", "patience", "minDelta", "cooldown", "minScale", "compat"];

/**
 * A factor on any schedule, cut when a metric has not gained for `patience` evaluations: rate(i) = schedule(i) × scale.
 * The counting is that of Keras' ReduceLROnPlateau; at the floor nothing is cut and no cooldown begins.
 * @throws RangeError `invalid factor: 1 (between 0 and 1)`, TypeError for a bare number or an unknown option
 * @example
 * ```ts
 * import { evaluations } from "../durations.ts";
 * const scale = plateauScale({ metric: "validation.loss", mode: "min", factor: 0.5, patience: evaluations(5) });
 * ```
 */
export function plateauScale(options: PlateauScaleOptions): PlateauScale {
  checkKeys("plateauScale", options, keys);
  const { factor = 0.5, cooldown = 0, minScale = 0, compat } = options;
  if (!(factor > 0 && factor < 1)) throw new RangeError(`invalid factor: ${shown(factor)} (between 0 and 1)`);
  if (!Number.isSafeInteger(cooldown) || cooldown < 0) {
    throw new RangeError(`invalid cooldown: ${shown(cooldown)} (a whole number of evaluations, at least 0)`);
  }
  if (!(minScale >= 0 && minScale <= 1)) {
    throw new RangeError(`invalid minScale: ${shown(minScale)} (from 0 to 1)`);
  }
  return {
    kind: "plateauScale",
    metric: obeyable(options.metric),
    mode: oneOf("mode", options.mode, ["min", "max"]),
    factor,
    patience: asDuration(options.patience ?? evaluations(5), "patience", ["evaluations"]),
    minDelta: atLeastZero("minDelta", options.minDelta ?? 1e-4),
    cooldown,
    minScale,
    ...(compat === undefined ? {} : { compat: oneOf<"keras">("compat", compat, ["keras"]) }),
  };
}

/**
 * A scale from a value of unknown origin, checked as its constructor checks.
 * @throws TypeError for what is no scale or has an unknown key, RangeError for a value out of range
 * @example
 * ```ts
 * const scale = asScale(JSON.parse('{ "kind": "plateauScale", "metric": "validation.loss", "mode": "min" }'));
 * ```
 */
export function asScale(value: unknown): PlateauScale {
  const { kind, ...options } = (typeof value === "object" && value !== null ? value : {}) as Record<
    string,
    unknown
  >;
  if (kind === "plateauScale") return plateauScale(options as unknown as PlateauScaleOptions);
  throw new TypeError(`invalid scale: ${shown(value)} (schedules.plateauScale)`);
}

/** State before the first evaluation: the schedule as it is. */
export const initialScale = (): PlateauScaleState => ({
  scale: 1,
  best: null,
  wait: 0,
  cooldown: 0,
  cuts: [],
});

/** State after one more evaluation. One that did not measure the metric changes nothing. */
export function observeScale(
  rule: PlateauScale,
  state: PlateauScaleState,
  row: ScaleRow,
): PlateauScaleState {
  const value = row.metrics[rule.metric];
  if (value === undefined) return state;
  const cooldown = Math.max(0, state.cooldown - 1);
  const waited = state.cooldown > 0 ? 0 : state.wait;
  if (gains(rule, value, state.best)) return { ...state, best: asJson(value), wait: 0, cooldown };
  if (cooldown > 0) return { ...state, wait: waited, cooldown };
  const wait = waited + 1;
  if (wait < rule.patience.count || state.scale <= rule.minScale) return { ...state, wait, cooldown };
  return {
    best: state.best,
    scale: Math.max(state.scale * rule.factor, rule.minScale),
    wait: 0,
    cooldown: rule.cooldown,
    cuts: [...state.cuts, row.step],
  };
}

function gains(rule: PlateauScale, value: number, best: JsonNumber | null): boolean {
  if (rule.compat !== "keras" && !Number.isFinite(value)) return false;
  if (best === null) return true;
  const sign = rule.mode === "max" ? 1 : -1;
  return sign * value - rule.minDelta > sign * Number(best);
}

const asJson = (value: number): JsonNumber => Number.isFinite(value) ? value : String(value) as JsonNumber;
