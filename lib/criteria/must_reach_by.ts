/** Stops what is not good enough in time. */
import { checkKeys, finite, oneOf } from "../option_checks.ts";
import { asDuration, countIn, type Duration, durationText, hasReached } from "../durations.ts";
import { moreText } from "./cap_rule.ts";
import type { Metric, Mode, Rule } from "./criterion.ts";
import { stepOf } from "./grid.ts";
import { leafRule } from "./leaf_rule.ts";
import { obeyable } from "./metric.ts";
import { isGain, observed, readsOf, valueText } from "./observed.ts";
import { reaches } from "./target.ts";

export interface MustReachByOptions {
  readonly metric: Metric;
  /** which way is better; required */
  readonly mode: Mode;
  /** good enough: at most this for `min`, at least this for `max` */
  readonly value: number;
  /** by when, counted from the start, in any unit */
  readonly at: Duration;
}
export interface MustReachBy extends MustReachByOptions {
  readonly kind: "mustReachBy";
}
export interface MustReachByState {
  /** best finite value so far */
  readonly best: number | null;
}

/**
 * Stops at a deadline unless the metric has been at `value` or better by then. An evaluation at the deadline itself
 * still counts. Where something else holds the end off, a value that comes later takes the stop back.
 * @throws TypeError for an unknown option, RangeError for a value out of range
 * @example
 * ```ts
 * import { epochs } from "../durations.ts";
 * const stop = mustReachBy({ metric: "validation.accuracy", mode: "max", value: 0.5, at: epochs(3) });
 * ```
 */
export function mustReachBy(options: MustReachByOptions): MustReachBy {
  checkKeys("mustReachBy", options, ["metric", "mode", "value", "at"]);
  return {
    kind: "mustReachBy",
    metric: obeyable(options.metric),
    mode: oneOf("mode", options.mode, ["min", "max"]),
    value: finite("value", options.value),
    at: asDuration(options.at, "at"),
  };
}

const hasReachedIt = (criterion: MustReachBy, { best }: MustReachByState): boolean =>
  best !== null && reaches(criterion, best);

export const mustReachByRule: Rule<MustReachBy, MustReachByState> = leafRule<MustReachBy, MustReachByState>({
  form: {
    places: ["metric", "mode"],
    options: { value: undefined, at: undefined },
    make: (fields) => mustReachBy(fields as unknown as MustReachByOptions),
  },
  init: () => ({ best: null }),
  observe({ metric, mode }, state, observation) {
    const value = observed(observation, metric);
    if (value === undefined || !Number.isFinite(value)) return state;
    return state.best === null || isGain(mode, value, state.best) ? { best: value } : state;
  },
  stops: (criterion, state, at) =>
    !hasReachedIt(criterion, state) &&
    hasReached(criterion.at.unit, countIn(at, criterion.at.unit), criterion.at.count),
  because(criterion, state) {
    const { metric, value, at: deadline } = criterion;
    if (hasReachedIt(criterion, state)) return `${metric} has reached ${valueText(value)}`;
    const best = state.best === null ? "nothing" : valueText(state.best);
    return `${metric} came to ${best}, due ${valueText(value)} by ${durationText(deadline)}`;
  },
  lacks(criterion, state, at) {
    const { metric, value, at: { unit, count } } = criterion;
    if (hasReachedIt(criterion, state)) return `nothing can: ${metric} has reached ${valueText(value)}`;
    return moreText(unit, count - countIn(at, unit));
  },
  earliest: ({ at }, grid) => stepOf(grid, at),
  reads: ({ metric }) => readsOf(metric),
  usesClock: ({ at }) => at.unit === "seconds",
});
