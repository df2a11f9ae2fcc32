/** Stops when a metric runs away. */
import { checkKeys, finite, oneOf } from "../option_checks.ts";
import { shown } from "../durations.ts";
import type { Metric, Mode, Rule } from "./criterion.ts";
import { type JsonNumber, jsonNumber } from "./json_number.ts";
import { leafRule } from "./leaf_rule.ts";
import { obeyable } from "./metric.ts";
import { isGain, observed, readsOf, valueText } from "./observed.ts";

export interface DivergedOptions {
  readonly metric: Metric;
  /** which way is better; required */
  readonly mode: Mode;
  /** worse than this is too much; default null, no threshold */
  readonly threshold?: number | null;
  /** so many times its best is too much, above 1; default null, no such limit */
  readonly times?: number | null;
}
export interface Diverged {
  readonly kind: "diverged";
  readonly metric: Metric;
  readonly mode: Mode;
  readonly threshold: number | null;
  readonly times: number | null;
}
export interface DivergedState {
  /** best finite value, the last one included */
  readonly best: number | null;
  /** value last measured */
  readonly value: JsonNumber | null;
}

/**
 * Stops while the metric's last value is worse than a threshold, or than `times` times its best: worse than the best by
 * more than (times − 1) × |best|. A value that is not finite is worse than any limit.
 * @throws TypeError for an unknown option or when neither limit is given, RangeError for a value out of range
 * @example
 * ```ts
 * const guard = diverged({ metric: "validation.loss", mode: "min", times: 3 });
 * ```
 */
export function diverged(options: DivergedOptions): Diverged {
  checkKeys("diverged", options, ["metric", "mode", "threshold", "times"]);
  const { threshold = null, times = null } = options;
  if (threshold === null && times === null) {
    throw new TypeError(`invalid diverged: ${shown(options)} (threshold, times or both)`);
  }
  if (times !== null && !(Number.isFinite(times) && times > 1)) {
    throw new RangeError(`invalid times: ${shown(times)} (a number above 1)`);
  }
  return {
    kind: "diverged",
    metric: obeyable(options.metric),
    mode: oneOf("mode", options.mode, ["min", "max"]),
    threshold: threshold === null ? null : finite("threshold", threshold),
    times,
  };
}

/** The value beyond which it has run away: the stricter of its limits; null while there is none. */
function limitOf({ mode, threshold, times }: Diverged, best: number | null): number | null {
  const sign = mode === "min" ? 1 : -1;
  const fromBest = times === null || best === null ? null : best + sign * (times - 1) * Math.abs(best);
  if (threshold === null || fromBest === null) return threshold ?? fromBest;
  return isGain(mode, threshold, fromBest) ? threshold : fromBest;
}

const isBeyond = (criterion: Diverged, { best, value }: DivergedState): boolean => {
  if (value === null) return false;
  const limit = limitOf(criterion, best), reached = Number(value);
  return !Number.isFinite(reached) || (limit !== null && isGain(criterion.mode, limit, reached));
};

export const divergedRule: Rule<Diverged, DivergedState> = leafRule<Diverged, DivergedState>({
  form: {
    places: ["metric", "mode"],
    options: { threshold: null, times: null },
    make: (fields) => diverged(fields as unknown as DivergedOptions),
  },
  init: () => ({ best: null, value: null }),
  observe({ metric, mode }, state, observation) {
    const value = observed(observation, metric), { best } = state;
    if (value === undefined) return state;
    const gains = Number.isFinite(value) && (best === null || isGain(mode, value, best));
    return { best: gains ? value : best, value: jsonNumber(value) };
  },
  stops: isBeyond,
  because(criterion, { best, value }, _at, stop) {
    const { metric } = criterion, limit = limitOf(criterion, best);
    if (value === null) return `${metric} was not measured yet`;
    if (!Number.isFinite(Number(value))) return `${metric} is ${value}`;
    const said = limit === null ? "no limit yet" : `${stop ? "beyond" : "within"} ${valueText(limit)}`;
    return `${metric} is ${valueText(Number(value))}, ${said}`;
  },
  lacks(criterion, { best }) {
    const limit = limitOf(criterion, best), way = criterion.mode === "min" ? "above" : "below";
    return limit === null
      ? `a first value of ${criterion.metric}`
      : `${criterion.metric} ${way} ${valueText(limit)}`;
  },
  reads: ({ metric }) => readsOf(metric),
});
