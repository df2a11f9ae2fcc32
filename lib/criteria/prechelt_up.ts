/** Prechelt's rising strips. */
import { checkKeys, whole } from "../option_checks.ts";
import { asDuration, countText, type Duration, evaluations } from "../durations.ts";
import { moreOf } from "./cap_rule.ts";
import type { Metric, Rule } from "./criterion.ts";
import { evaluationNumber } from "./grid.ts";
import { leafRule } from "./leaf_rule.ts";
import { observed, readsOf, validationMetric } from "./observed.ts";

export interface PrecheltUPOptions {
  /** an error, smaller is better, as `validation.loss` */
  readonly metric: Metric;
  /** so many strips in a row, at least 1 */
  readonly strips: number;
  /** length of a strip; default 5 evaluations */
  readonly strip?: Duration<"evaluations">;
}
export interface PrecheltUP extends Required<PrecheltUPOptions> {
  readonly kind: "precheltUP";
}
export interface PrecheltUPState {
  /** evaluations of the strip under way */
  readonly evaluations: number;
  /** finite error at the end of the last strip that had one */
  readonly before: number | null;
  /** strips in a row that ended higher than the one before */
  readonly rising: number;
}

/**
 * Stops when the error at the end of a strip was higher than at the end of the one before, `strips` times in a row.
 * An error that is not finite is higher. It does not have to end a training: put a cap beside it.
 *
 * Source: L. Prechelt, Early Stopping – But When?, 1998, UP_s with strips of k = 5 epochs.
 * @throws TypeError for an unknown option, RangeError for a value out of range
 * @example
 * ```ts
 * const stop = precheltUP({ metric: "validation.loss", strips: 3 });
 * ```
 */
export function precheltUP(options: PrecheltUPOptions): PrecheltUP {
  checkKeys("precheltUP", options, ["metric", "strips", "strip"]);
  return {
    kind: "precheltUP",
    metric: validationMetric(options.metric),
    strips: whole("strips", options.strips, 1),
    strip: asDuration(options.strip ?? evaluations(5), "strip", ["evaluations"]),
  };
}

export const precheltUPRule: Rule<PrecheltUP, PrecheltUPState> = leafRule<PrecheltUP, PrecheltUPState>({
  form: {
    places: ["metric"],
    options: { strips: undefined, strip: evaluations(5) },
    make: (fields) => precheltUP(fields as unknown as PrecheltUPOptions),
  },
  init: () => ({ evaluations: 0, before: null, rising: 0 }),
  observe({ metric, strip }, state, observation) {
    const error = observed(observation, metric);
    if (error === undefined) return state;
    const seen = state.evaluations + 1;
    if (seen < strip.count) return { ...state, evaluations: seen };
    const rises = state.before !== null && !(error <= state.before);
    const before = Number.isFinite(error) ? error : state.before;
    return { evaluations: 0, before, rising: rises ? state.rising + 1 : 0 };
  },
  stops: ({ strips }, { rising }) => rising >= strips,
  because: ({ metric, strips }, { rising }) =>
    `${metric} rose over ${countText(rising)} strips in a row (of ${countText(strips)})`,
  lacks: ({ strips }, { rising }) => moreOf(strips - rising, "rising strip"),
  // the first strip rises over nothing
  earliest: ({ strips, strip }, grid) => evaluationNumber(grid, strip.count * (strips + 1)),
  reads: ({ metric }) => readsOf(metric),
});
