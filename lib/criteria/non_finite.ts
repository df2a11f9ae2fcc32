/** Stops at values that are no numbers any more. */
import { checkKeys, whole } from "../option_checks.ts";
import { countText } from "../durations.ts";
import { moreOf } from "./cap_rule.ts";
import type { Metric, Rule } from "./criterion.ts";
import { evaluationNumber } from "./grid.ts";
import { leafRule } from "./leaf_rule.ts";
import { obeyable, TRAINING_LOSS } from "./metric.ts";
import { observed, readsOf } from "./observed.ts";

export interface NonFiniteOptions {
  /** so many in a row, at least 1; default 1 */
  readonly after?: number;
  /** default `training.loss`, looked at after every update */
  readonly metric?: Metric;
}
export interface NonFinite {
  readonly kind: "nonFinite";
  readonly after: number;
  readonly metric: Metric;
}
export interface NonFiniteState {
  /** values in a row that were not finite */
  readonly count: number;
}

/**
 * Stops once `after` values in a row were not finite: NaN or infinite. A finite one starts the count again.
 *
 * Plateau's own trainings end as `diverged` at the first update whose loss or gradients are no numbers, or leave it out,
 * as their spec's `nonFinite` says: there this rule is of use on metrics of evaluations, and on recordings of others.
 * @throws TypeError for an unknown option, RangeError `invalid after: 0 (a whole number, at least 1)`
 * @example
 * ```ts
 * const guard = nonFinite({ after: 3 });
 * ```
 */
export function nonFinite(options: NonFiniteOptions = {}): NonFinite {
  checkKeys("nonFinite", options, ["after", "metric"]);
  const { after = 1, metric = TRAINING_LOSS } = options;
  return { kind: "nonFinite", after: whole("after", after, 1), metric: obeyable(metric) };
}

export const nonFiniteRule: Rule<NonFinite, NonFiniteState> = leafRule<NonFinite, NonFiniteState>({
  form: {
    places: [],
    options: { after: 1, metric: TRAINING_LOSS },
    make: (fields) => nonFinite(fields as NonFiniteOptions),
  },
  init: () => ({ count: 0 }),
  observe({ metric }, state, observation) {
    const value = observed(observation, metric);
    if (value === undefined) return state;
    const count = Number.isFinite(value) ? 0 : state.count + 1;
    return count === state.count ? state : { count };
  },
  stops: ({ after }, { count }) => count >= after,
  because: ({ metric }, { count }) =>
    count === 0 ? `${metric} is finite` : `${metric} was not finite ${countText(count)} times in a row`,
  lacks: ({ metric, after }, { count }) => `${moreOf(after - count, "value")} of ${metric}, not finite`,
  // a training itself ends at such an update, or leaves it out: no rule sees it
  earliest: ({ after, metric }, grid) => readsOf(metric).updates ? Infinity : evaluationNumber(grid, after),
  reads: ({ metric }) => readsOf(metric),
});
