/** Prechelt's quotient of generalisation loss and training progress. */
import { aboveZero, checkKeys } from "../option_checks.ts";
import { asDuration, type Duration, evaluations } from "../durations.ts";
import { moreText } from "./cap_rule.ts";
import type { Metric, Rule } from "./criterion.ts";
import { type JsonNumber, jsonNumber } from "./json_number.ts";
import { evaluationNumber } from "./grid.ts";
import { leafRule } from "./leaf_rule.ts";
import { observed, validationMetric, valueText } from "./observed.ts";
import { afterError } from "./prechelt_gl.ts";

export interface PrecheltPQOptions {
  /** an error, positive, smaller is better, as `validation.loss` */
  readonly metric: Metric;
  /** above 0 */
  readonly alpha: number;
  /** length of a training strip; default 5 evaluations */
  readonly strip?: Duration<"evaluations">;
}
export interface PrecheltPQ extends Required<PrecheltPQOptions> {
  readonly kind: "precheltPQ";
}
export interface PrecheltPQState {
  /** lowest finite error */
  readonly best: number | null;
  /** sum and number of the losses of updates since the last evaluation */
  readonly sum: JsonNumber;
  readonly updates: number;
  /** mean training loss at each evaluation of the strip under way; null where no update was seen: a log may lack it */
  readonly strip: readonly (JsonNumber | null)[];
  /** quotient at the end of the last full strip; null before the first */
  readonly quotient: JsonNumber | null;
}

/**
 * Stops when, at the end of a strip of k evaluations, PQ = GL ÷ P is above `alpha`: generalisation loss in per cent
 * over training progress P = 1000 × (mean ÷ minimum of the strip's training losses − 1). The training loss of an
 * evaluation is the mean over the updates since the one before; a log may hold none of them, and a strip with fewer than
 * two such means says nothing. A strip without progress is infinitely bad if there
 * is any loss. It does not have to end a training: put a cap beside it.
 *
 * Source: L. Prechelt, Early Stopping – But When?, 1998, PQ_α with strips of k = 5 epochs.
 * @throws TypeError for an unknown option, RangeError for a value out of range
 * @example
 * ```ts
 * const stop = precheltPQ({ metric: "validation.loss", alpha: 0.75 });
 * ```
 */
export function precheltPQ(options: PrecheltPQOptions): PrecheltPQ {
  checkKeys("precheltPQ", options, ["metric", "alpha", "strip"]);
  return {
    kind: "precheltPQ",
    metric: validationMetric(options.metric),
    alpha: aboveZero("alpha", options.alpha),
    strip: asDuration(options.strip ?? evaluations(5), "strip", ["evaluations"]),
  };
}

/** Training progress over a strip, per mille. */
function progressOf(losses: readonly number[]): number {
  const sum = losses.reduce((total, loss) => total + loss, 0);
  return 1000 * (sum / (losses.length * Math.min(...losses)) - 1);
}

function quotientOf(loss: number, progress: number): number {
  if (progress > 0) return loss / progress;
  return loss > 0 ? Infinity : 0;
}

export const precheltPQRule: Rule<PrecheltPQ, PrecheltPQState> = leafRule<PrecheltPQ, PrecheltPQState>({
  form: {
    places: ["metric"],
    options: { alpha: undefined, strip: evaluations(5) },
    make: (fields) => precheltPQ(fields as unknown as PrecheltPQOptions),
  },
  init: () => ({ best: null, sum: 0, updates: 0, strip: [], quotient: null }),
  observe(criterion, state, observation) {
    if (observation.kind === "update") {
      return { ...state, sum: jsonNumber(Number(state.sum) + observation.loss), updates: state.updates + 1 };
    }
    const error = observed(observation, criterion.metric);
    if (error === undefined) return state;
    const { best, loss } = afterError(state.best, error);
    const mean = state.updates === 0 ? null : jsonNumber(Number(state.sum) / state.updates);
    const strip = [...state.strip, mean];
    if (strip.length < criterion.strip.count) return { ...state, best, sum: 0, updates: 0, strip };
    const losses = strip.filter((mean) => mean !== null).map(Number);
    const isKnown = losses.length >= Math.min(2, criterion.strip.count);
    const quotient = isKnown ? jsonNumber(quotientOf(loss, progressOf(losses))) : null;
    return { best, sum: 0, updates: 0, strip: [], quotient };
  },
  stops: ({ alpha }, { quotient }) => Number(quotient) > alpha,
  because: ({ alpha }, { quotient }) =>
    quotient === null
      ? "the first strip is under way"
      : `loss over progress is ${valueText(Number(quotient))} (alpha ${valueText(alpha)})`,
  lacks: ({ alpha, strip }, { strip: under }) =>
    `a strip above ${valueText(alpha)}, which ends in ${moreText("evaluations", strip.count - under.length)}`,
  earliest: ({ strip }, grid) => evaluationNumber(grid, strip.count),
  reads: ({ metric }) => ({ metrics: [metric], updates: true }),
});
