/** Early stopping: stops when a metric has not gained for a while. */
import { atLeastZero, checkKeys, maybeDuration, oneOf } from "../option_checks.ts";
import {
  asDuration,
  countIn,
  countText,
  type Duration,
  durationCall,
  durationText,
  hasReached,
  type Position,
} from "../durations.ts";
import { moreText } from "./cap_rule.ts";
import type { Metric, Mode, Observation, Plateau, PlateauState, Rule, StandardErrors } from "./criterion.ts";
import { evaluationFrom, stepOf, waitedFromFirst } from "./grid.ts";
import { leafRule } from "./leaf_rule.ts";
import { obeyable, TRAINING_LOSS } from "./metric.ts";
import { observed, readsOf } from "./observed.ts";
import { asStandardErrors, MissingStandardError } from "./standard_errors.ts";

export interface PlateauOptions {
  /** as `validation.loss`; a test metric is refused */
  readonly metric: Metric;
  /** which way is better; required, never guessed from the name */
  readonly mode: Mode;
  /** how long to wait for a gain, in any unit; a part of an epoch is allowed */
  readonly patience: Duration;
  /** smallest gain that counts: in the metric's unit, as a share of |best|, or `standardErrors(1)`; default 0 */
  readonly minDelta?: number | StandardErrors;
  /** `absolute`: gain > minDelta; `relative`: gain > minDelta × |best|. Default `absolute` */
  readonly minDeltaKind?: "absolute" | "relative";
  /**
   * what a gain is measured from. `accepted`: the last value whose gain counted, so small steady gains add up;
   * `running`: the best value so far, so they do not. Default `accepted`
   */
  readonly reference?: "accepted" | "running";
  /** it never stops at an evaluation before; best and wait are kept from the start. Default null, no gate */
  readonly startAfter?: Duration | null;
  /** so long after a gain nothing counts as waiting; default null, no time */
  readonly cooldown?: Duration | null;
}

const defaults = {
  minDelta: 0,
  minDeltaKind: "absolute",
  reference: "accepted",
  startAfter: null,
  cooldown: null,
} as const;
const places = ["metric", "mode"], keys = [...places, "patience", ...Object.keys(defaults)];

/**
 * Stops when, at an evaluation, what has elapsed since the last gain (since the start when there was none) is at
 * least `patience`. A value that is not finite is never a gain and never becomes the best.
 *
 * With `reference: "accepted"` this is Keras' and Lightning's EarlyStopping; with `"running"` it is that of
 * Hugging Face's Trainer. It stops on bad evaluation number p for `evaluations(p)`, not on p + 1.
 * @throws TypeError for a bare number or an unknown option, RangeError for a value out of range
 * @example
 * ```ts
 * import { evaluations } from "../durations.ts";
 * const stop = plateau({ metric: "validation.loss", mode: "min", patience: evaluations(8), minDelta: 0.002 });
 * ```
 */
export function plateau(options: PlateauOptions): Plateau {
  checkKeys("plateau", options, keys);
  const patience = asDuration(options.patience, "patience");
  const minDelta = options.minDelta ?? 0, minDeltaKind = options.minDeltaKind ?? "absolute";
  if (typeof minDelta === "object" && minDeltaKind !== "absolute") {
    throw new RangeError(`invalid minDeltaKind: "${minDeltaKind}" (absolute, with standardErrors)`);
  }
  if (typeof minDelta === "object" && options.metric === TRAINING_LOSS) {
    throw new MissingStandardError(TRAINING_LOSS);
  }
  const cooldown = maybeDuration("cooldown", options.cooldown);
  if (cooldown && cooldown.unit !== patience.unit) {
    throw new RangeError(`invalid cooldown: ${durationCall(cooldown)} (in ${patience.unit}, as patience)`);
  }
  return {
    kind: "plateau",
    metric: obeyable(options.metric),
    mode: oneOf("mode", options.mode, ["min", "max"]),
    patience,
    minDelta: typeof minDelta === "object" ? asStandardErrors(minDelta) : atLeastZero("minDelta", minDelta),
    minDeltaKind: oneOf("minDeltaKind", minDeltaKind, ["absolute", "relative"]),
    reference: oneOf("reference", options.reference ?? "accepted", ["accepted", "running"]),
    startAfter: maybeDuration("startAfter", options.startAfter),
    cooldown,
  };
}

const isOpen = ({ startAfter }: Plateau, at: Position): boolean =>
  startAfter === null || hasReached(startAfter.unit, countIn(at, startAfter.unit), startAfter.count);

const hasRunOut = ({ patience }: Plateau, elapsed: number): boolean =>
  hasReached(patience.unit, elapsed, patience.count);

export const plateauRule: Rule<Plateau, PlateauState> = leafRule<Plateau, PlateauState>({
  form: {
    places,
    options: { patience: undefined, ...defaults },
    make: (fields) => plateau(fields as unknown as PlateauOptions),
  },
  init: () => ({ best: null, sinceStep: 0, since: 0, elapsed: 0, open: false }),
  observe(criterion, state, observation) {
    const value = observed(observation, criterion.metric);
    if (value === undefined) return state; // not measured now: not an observation
    const { at } = observation, now = countIn(at, criterion.patience.unit), open = isOpen(criterion, at);
    if (gains(criterion, value, state.best, leastGain(criterion, state.best, observation))) {
      return { best: value, sinceStep: at.step, since: now, elapsed: 0, open };
    }
    const moves = criterion.reference === "running" && gains(criterion, value, state.best, 0);
    const pause = state.best === null ? 0 : criterion.cooldown?.count ?? 0;
    const elapsed = Math.max(0, now - state.since - pause);
    return { ...state, best: moves ? value : state.best, elapsed, open };
  },
  stops: (criterion, state) => state.open && hasRunOut(criterion, state.elapsed),
  because({ patience }, { best, sinceStep, elapsed: count }) {
    const waited = durationText({ unit: patience.unit, count });
    const since = best === null ? "the start" : `step ${countText(sinceStep)}`;
    return `no gain for ${waited} since ${since} (patience ${durationText(patience)})`;
  },
  lacks(criterion, { elapsed }, at) {
    const { patience: { unit, count }, startAfter } = criterion;
    const waits = hasRunOut(criterion, elapsed) ? [] : [`${moreText(unit, count - elapsed)} without gain`];
    if (startAfter === null || isOpen(criterion, at)) return waits.join("") || "an evaluation";
    return [
      ...waits,
      `${moreText(startAfter.unit, startAfter.count - countIn(at, startAfter.unit))} to its start`,
    ]
      .join(" and ");
  },
  earliest({ patience, cooldown, startAfter }, grid) {
    const wait = { ...patience, count: patience.count + (cooldown?.count ?? 0) };
    return Math.max(
      waitedFromFirst(grid, wait),
      startAfter ? evaluationFrom(grid, stepOf(grid, startAfter)) : 0,
    );
  },
  reads: ({ metric }) => readsOf(metric),
  usesClock: ({ patience, startAfter }) => patience.unit === "seconds" || startAfter?.unit === "seconds",
});

/** What a value has to gain on the best, in the metric's unit. */
function leastGain(
  { metric, minDelta, minDeltaKind }: Plateau,
  best: number | null,
  observation: Observation,
): number {
  if (typeof minDelta === "number") {
    return minDeltaKind === "relative" ? minDelta * Math.abs(best ?? 0) : minDelta;
  }
  const error = observation.kind === "evaluation" ? observation.standardErrors?.[metric] : undefined;
  const value = observed(observation, metric);
  if (!Number.isFinite(value)) return 0; // no gain anyhow, and no error of it is finite
  if (error === undefined || !Number.isFinite(error)) throw new MissingStandardError(metric);
  return minDelta.count * error;
}

function gains({ mode }: Plateau, value: number, best: number | null, least: number): boolean {
  if (!Number.isFinite(value)) return false;
  if (best === null) return true;
  const sign = mode === "max" ? 1 : -1;
  // This order of operations is that of the libraries, so that their rounding is ours.
  return sign * value - least > sign * best;
}
