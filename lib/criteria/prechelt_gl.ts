/** Prechelt's generalisation loss. */
import { aboveZero, checkKeys } from "../option_checks.ts";
import type { Metric, Rule } from "./criterion.ts";
import { type JsonNumber, jsonNumber } from "./json_number.ts";
import { evaluationNumber } from "./grid.ts";
import { leafRule } from "./leaf_rule.ts";
import { observed, readsOf, validationMetric, valueText } from "./observed.ts";

export interface PrecheltGLOptions {
  /** an error, positive, smaller is better, as `validation.loss` */
  readonly metric: Metric;
  /** per cent, above 0 */
  readonly alpha: number;
}
export interface PrecheltGL extends PrecheltGLOptions {
  readonly kind: "precheltGL";
}
export interface PrecheltGLState {
  /** lowest finite error */
  readonly best: number | null;
  /** generalisation loss now, per cent */
  readonly loss: JsonNumber;
}

/**
 * Stops when the generalisation loss GL(t) = 100 × (E(t) ÷ lowest E − 1) is above `alpha` per cent. An error that is
 * not finite is an infinite loss. It does not have to end a training: put a cap beside it.
 *
 * Source: L. Prechelt, Early Stopping – But When?, 1998, GL_α.
 * @throws TypeError for an unknown option, RangeError `invalid alpha: 0 (a number above 0)`
 * @example
 * ```ts
 * const stop = precheltGL({ metric: "validation.loss", alpha: 5 });
 * ```
 */
export function precheltGL(options: PrecheltGLOptions): PrecheltGL {
  checkKeys("precheltGL", options, ["metric", "alpha"]);
  return {
    kind: "precheltGL",
    metric: validationMetric(options.metric),
    alpha: aboveZero("alpha", options.alpha),
  };
}

/** The generalisation loss after one more error, per cent. */
export function afterError(best: number | null, error: number): { best: number | null; loss: number } {
  if (!Number.isFinite(error)) return { best, loss: Infinity };
  const lowest = best === null ? error : Math.min(best, error);
  return { best: lowest, loss: error === lowest ? 0 : 100 * (error / lowest - 1) };
}

export const precheltGLRule: Rule<PrecheltGL, PrecheltGLState> = leafRule<PrecheltGL, PrecheltGLState>({
  form: {
    places: ["metric"],
    options: { alpha: undefined },
    make: (fields) => precheltGL(fields as unknown as PrecheltGLOptions),
  },
  init: () => ({ best: null, loss: 0 }),
  observe({ metric }, state, observation) {
    const error = observed(observation, metric);
    if (error === undefined) return state;
    const { best, loss } = afterError(state.best, error);
    return { best, loss: jsonNumber(loss) };
  },
  stops: ({ alpha }, { loss }) => Number(loss) > alpha,
  because: ({ metric, alpha }, { loss }) =>
    `generalisation loss of ${metric} is ${valueText(Number(loss))} % (alpha ${valueText(alpha)} %)`,
  lacks: ({ alpha }, { loss }) => `${valueText(alpha - Number(loss))} % more generalisation loss`,
  earliest: (_criterion, grid) => evaluationNumber(grid, 2),
  reads: ({ metric }) => readsOf(metric),
});
