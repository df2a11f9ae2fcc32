/** Stops when a metric no longer has a trend. */
import { atLeastZero, checkKeys, oneOf } from "../option_checks.ts";
import { asDuration, type Duration, durationText } from "../durations.ts";
import { moreText } from "./cap_rule.ts";
import type { Metric, Mode, Rule } from "./criterion.ts";
import { evaluationNumber } from "./grid.ts";
import { leafRule } from "./leaf_rule.ts";
import { observed, readsOf, validationMetric, valueText } from "./observed.ts";

export interface SlopeOptions {
  /** of evaluations, as `validation.loss` */
  readonly metric: Metric;
  /** which way is better; required */
  readonly mode: Mode;
  /** the trend is that of the last so many evaluations, at least 2 */
  readonly window: Duration<"evaluations">;
  /** gain per evaluation above which it goes on; default 0 */
  readonly threshold?: number;
}
export interface Slope extends Required<SlopeOptions> {
  readonly kind: "slope";
}
export interface SlopeState {
  /** last finite values, at most a window of them */
  readonly values: readonly number[];
  /** gain per evaluation; null before the window is full */
  readonly gain: number | null;
}

/**
 * Stops when the line of least squares through the last `window` evaluations gains at most `threshold` an evaluation:
 * for `min` when its slope is at least −threshold. Values that are not finite are left out.
 * @throws TypeError for an unknown option, RangeError for a value out of range
 * @example
 * ```ts
 * import { evaluations } from "../durations.ts";
 * const stop = slope({ metric: "validation.loss", mode: "min", window: evaluations(10), threshold: 1e-4 });
 * ```
 */
export function slope(options: SlopeOptions): Slope {
  checkKeys("slope", options, ["metric", "mode", "window", "threshold"]);
  const window = asDuration(options.window, "window", ["evaluations"]);
  if (window.count < 2) throw new RangeError(`invalid window: evaluations(${window.count}) (at least 2)`);
  return {
    kind: "slope",
    metric: validationMetric(options.metric),
    mode: oneOf("mode", options.mode, ["min", "max"]),
    window,
    threshold: atLeastZero("threshold", options.threshold ?? 0),
  };
}

/**
 * Slope of the line of least squares through values one apart.
 * @example
 * ```ts
 * const rises = leastSquaresSlope([1, 3, 5]); // 2
 * ```
 */
export function leastSquaresSlope(values: readonly number[]): number {
  const middle = (values.length - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  let across = 0, along = 0;
  values.forEach((value, i) => {
    across += (i - middle) * (value - mean);
    along += (i - middle) ** 2;
  });
  return across / along;
}

const gainOf = ({ mode, window }: Slope, values: readonly number[]): number | null => {
  if (values.length < window.count) return null;
  return mode === "min" ? -leastSquaresSlope(values) : leastSquaresSlope(values);
};

export const slopeRule: Rule<Slope, SlopeState> = leafRule<Slope, SlopeState>({
  form: {
    places: ["metric", "mode"],
    options: { window: undefined, threshold: 0 },
    make: (fields) => slope(fields as unknown as SlopeOptions),
  },
  init: () => ({ values: [], gain: null }),
  observe(criterion, state, observation) {
    const value = observed(observation, criterion.metric);
    if (value === undefined || !Number.isFinite(value)) return state;
    const values = [...state.values, value].slice(-criterion.window.count);
    return { values, gain: gainOf(criterion, values) };
  },
  stops: ({ threshold }, { gain }) => gain !== null && gain <= threshold,
  because({ metric, window, threshold }, { values, gain }) {
    const over = `over ${durationText(window)} (threshold ${valueText(threshold)})`;
    return gain === null
      ? `${metric} has ${values.length} of ${durationText(window)}`
      : `${metric} gains ${valueText(gain)} an evaluation ${over}`;
  },
  lacks({ window, threshold }, { values, gain }) {
    return gain === null
      ? moreText("evaluations", window.count - values.length)
      : `a gain of ${valueText(gain - threshold)} less an evaluation`;
  },
  earliest: ({ window }, grid) => evaluationNumber(grid, window.count),
  reads: ({ metric }) => readsOf(metric),
});
