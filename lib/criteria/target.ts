/** Stops when a metric is good enough. */
import { checkKeys, finite, oneOf } from "../option_checks.ts";
import type { Metric, Mode, Rule } from "./criterion.ts";
import { type JsonNumber, jsonNumber } from "./json_number.ts";
import { leafRule } from "./leaf_rule.ts";
import { obeyable } from "./metric.ts";
import { observed, readsOf, valueText } from "./observed.ts";

export interface TargetOptions {
  /** as `validation.loss`; `training.loss` is looked at after every update */
  readonly metric: Metric;
  /** which way is better; required */
  readonly mode: Mode;
  /** good enough: at most this for `min`, at least this for `max` */
  readonly value: number;
}
export interface Target extends TargetOptions {
  readonly kind: "target";
}
export interface TargetState {
  /** value last measured; null before the first */
  readonly value: JsonNumber | null;
}

/**
 * Stops while the metric's last value is at its target or better. Nothing latches: a value that falls back behind the
 * target takes the stop back. A value that is not finite never reaches it.
 * @throws TypeError for an unknown option, RangeError for a value out of range
 * @example
 * ```ts
 * const stop = target({ metric: "validation.accuracy", mode: "max", value: 0.97 });
 * ```
 */
export function target(options: TargetOptions): Target {
  checkKeys("target", options, ["metric", "mode", "value"]);
  return {
    kind: "target",
    metric: obeyable(options.metric),
    mode: oneOf("mode", options.mode, ["min", "max"]),
    value: finite("value", options.value),
  };
}

/** Whether a value is as good as a target: where it is not finite, it is not. */
export const reaches = ({ mode, value: goal }: Omit<TargetOptions, "metric">, value: number): boolean =>
  Number.isFinite(value) && (mode === "min" ? value <= goal : value >= goal);

export const targetRule: Rule<Target, TargetState> = leafRule<Target, TargetState>({
  form: {
    places: ["metric", "mode"],
    options: { value: undefined },
    make: (fields) => target(fields as unknown as TargetOptions),
  },
  init: () => ({ value: null }),
  observe({ metric }, state, observation) {
    const value = observed(observation, metric);
    return value === undefined ? state : { value: jsonNumber(value) };
  },
  stops: (criterion, { value }) => value !== null && reaches(criterion, Number(value)),
  because({ metric, value: goal }, { value }, _at, stop) {
    if (value === null) return `${metric} was not measured yet (target ${valueText(goal)})`;
    return `${metric} is ${valueText(Number(value))}${stop ? "," : ", not yet"} at its target ${
      valueText(goal)
    }`;
  },
  lacks({ metric, mode, value: goal }, { value }) {
    const way = mode === "min" ? "lower" : "higher";
    if (value === null || !Number.isFinite(Number(value))) return `${metric} at ${valueText(goal)} or ${way}`;
    return `${metric} ${valueText(Math.abs(Number(value) - goal))} ${way}`;
  },
  reads: ({ metric }) => readsOf(metric),
});
