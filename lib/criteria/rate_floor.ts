/** Stops when the learning rate has come down to its floor. */
import { aboveZero, checkKeys, maybeDuration, oneOf } from "../option_checks.ts";
import { countIn, type Duration, durationText, hasReached, shown } from "../durations.ts";
import { moreText } from "./cap_rule.ts";
import type { Metric, Mode, Rule, UpdateObservation } from "./criterion.ts";
import { waitedFromFirst } from "./grid.ts";
import { leafRule } from "./leaf_rule.ts";
import { obeyable } from "./metric.ts";
import { isGain, observed, readsOf, valueText } from "./observed.ts";

export interface RateFloorOptions {
  /** the floor, above 0 */
  readonly rate: number;
  /** with `mode` and `patience`: only when the metric has not gained for so long at the floor. Default null */
  readonly metric?: Metric | null;
  readonly mode?: Mode | null;
  /** counted from the last gain, or from where the floor was reached */
  readonly patience?: Duration | null;
}
export interface RateFloor {
  readonly kind: "rateFloor";
  readonly rate: number;
  readonly metric: Metric | null;
  readonly mode: Mode | null;
  readonly patience: Duration | null;
}
export interface RateFloorState {
  /** whether the rate was ever above the floor: a warm-up begins below */
  readonly wasAbove: boolean;
  /** where the wait began, in the unit of patience: the floor or a later gain; null while the rate is above */
  readonly since: number | null;
  /** wait at the last evaluation */
  readonly elapsed: number;
  readonly best: number | null;
}

/**
 * Stops while the rate of the last update is at its floor or below, once it has been above: at its end a schedule, or
 * a plateau scale, has nothing left to cut. With a metric it waits at the floor until that has not gained for
 * `patience`.
 * @throws TypeError when only some of metric, mode and patience are given, RangeError for a value out of range
 * @example
 * ```ts
 * import { evaluations } from "../durations.ts";
 * const atOnce = rateFloor({ rate: 1e-5 });
 * const patient = rateFloor({ rate: 1e-5, metric: "validation.loss", mode: "min", patience: evaluations(5) });
 * ```
 */
export function rateFloor(options: RateFloorOptions): RateFloor {
  checkKeys("rateFloor", options, ["rate", "metric", "mode", "patience"]);
  const { metric = null, mode = null, patience = null } = options;
  const given = [metric, mode, patience].filter((option) => option !== null).length;
  if (given !== 0 && given !== 3) {
    throw new TypeError(`invalid rateFloor: ${shown(options)} (metric, mode and patience together, or none)`);
  }
  return {
    kind: "rateFloor",
    rate: aboveZero("rate", options.rate),
    metric: metric === null ? null : obeyable(metric),
    mode: mode === null ? null : oneOf<Mode>("mode", mode, ["min", "max"]),
    patience: maybeDuration("patience", patience),
  };
}

/** A rate is cut by factors: 0.1 × 0.1 is a hair above 0.01. */
const ROUNDING = 1e-9;

function afterUpdate(
  rule: RateFloor,
  state: RateFloorState,
  { at, rate }: UpdateObservation,
): RateFloorState {
  if (rate > rule.rate * (1 + ROUNDING)) return { ...state, wasAbove: true, since: null, elapsed: 0 };
  if (!state.wasAbove || state.since !== null) return state;
  return { ...state, since: countIn(at, rule.patience?.unit ?? "steps"), elapsed: 0 };
}

export const rateFloorRule: Rule<RateFloor, RateFloorState> = leafRule<RateFloor, RateFloorState>({
  form: {
    places: [],
    options: { rate: undefined, metric: null, mode: null, patience: null },
    make: (fields) => rateFloor(fields as unknown as RateFloorOptions),
  },
  init: () => ({ wasAbove: false, since: null, elapsed: 0, best: null }),
  observe(rule, state, observation) {
    const after = observation.kind === "update" ? afterUpdate(rule, state, observation) : state;
    const { metric, mode, patience } = rule;
    if (metric === null || mode === null || patience === null) return after;
    const value = observed(observation, metric);
    if (value === undefined) return after;
    const now = countIn(observation.at, patience.unit);
    const gains = Number.isFinite(value) && (after.best === null || isGain(mode, value, after.best));
    if (gains) return { ...after, best: value, since: after.since === null ? null : now, elapsed: 0 };
    return after.since === null ? after : { ...after, elapsed: now - after.since };
  },
  stops: ({ patience }, { since, elapsed }) =>
    since !== null && (patience === null || hasReached(patience.unit, elapsed, patience.count)),
  because({ rate, metric, patience }, { since, elapsed }) {
    if (since === null) return `the rate has not come down to ${valueText(rate)}`;
    const floor = `the rate is at its floor ${valueText(rate)}`;
    if (patience === null) return floor;
    return `${floor} and ${metric} has not gained for ${durationText({ ...patience, count: elapsed })}`;
  },
  lacks({ rate, patience }, { since, elapsed }) {
    const floor = since === null ? [`a rate of ${valueText(rate)} or less`] : [];
    const wait = patience === null
      ? []
      : [`${moreText(patience.unit, patience.count - elapsed)} without gain`];
    return [...floor, ...wait].join(" and ");
  },
  reads: ({ metric }) => ({ metrics: metric === null ? [] : readsOf(metric).metrics, updates: true }),
  earliest: ({ patience }, grid) => patience === null ? 1 : waitedFromFirst(grid, patience),
  usesClock: ({ patience }) => patience?.unit === "seconds",
});
