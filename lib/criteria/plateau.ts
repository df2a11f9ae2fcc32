/** Early stopping: stops when a metric has not gained for a while. */
import {
  asDuration,
  countIn,
  type Duration,
  durationCall,
  durationText,
  hasReached,
  type Unit,
} from "../durations.ts";
import type { Metric, Mode, Plateau, PlateauState, Rule } from "./criterion.ts";
import { obeyable } from "./metric.ts";
import { atLeastZero, checkKeys, oneOf } from "./option_checks.ts";

export interface PlateauOptions {
  /** as `validation.loss`; a test metric is refused */
  readonly metric: Metric;
  /** which way is better; required, never guessed from the name */
  readonly mode: Mode;
  /** how long to wait for a gain, in any unit; at least 1 */
  readonly patience: Duration;
  /** smallest gain that counts, in the metric's unit or as a share of |best|; default 0 */
  readonly minDelta?: number;
  /** `absolute`: gain > minDelta; `relative`: gain > minDelta × |best|. Default `absolute` */
  readonly minDeltaKind?: "absolute" | "relative";
  /**
   * what a gain is measured from. `accepted`: the last value whose gain counted, so small steady gains add up;
   * `running`: the best value so far, so they do not. Default `accepted`
   */
  readonly reference?: "accepted" | "running";
}

const keys = ["metric", "mode", "patience", "minDelta", "minDeltaKind", "reference"];

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
  if (patience.count < 1) throw new RangeError(`invalid patience: ${durationCall(patience)} (at least 1)`);
  return {
    kind: "plateau",
    metric: obeyable(options.metric),
    mode: oneOf("mode", options.mode, ["min", "max"]),
    patience,
    minDelta: atLeastZero("minDelta", options.minDelta ?? 0),
    minDeltaKind: oneOf("minDeltaKind", options.minDeltaKind ?? "absolute", ["absolute", "relative"]),
    reference: oneOf("reference", options.reference ?? "accepted", ["accepted", "running"]),
  };
}

export const plateauRule: Rule<Plateau, PlateauState> = {
  init: () => ({ best: null, sinceStep: 0, since: 0, elapsed: 0 }),
  observe(criterion, state, observation) {
    if (observation.kind !== "evaluation") return state;
    const value = observation.metrics[criterion.metric];
    if (value === undefined) return state; // not measured now: not an observation
    const now = countIn(observation.at, criterion.patience.unit);
    if (gains(criterion, value, state.best, criterion.minDelta)) {
      return { best: value, sinceStep: observation.at.step, since: now, elapsed: 0 };
    }
    const moves = criterion.reference === "running" && gains(criterion, value, state.best, 0);
    return { ...state, best: moves ? value : state.best, elapsed: now - state.since };
  },
  stops: (criterion, state) => hasReached(criterion.patience.unit, state.elapsed, criterion.patience.count),
  explain(criterion, state, at, path) {
    const { patience } = criterion;
    const waited = durationText({ unit: patience.unit, count: state.elapsed });
    const since = state.best === null ? "the start" : `step ${state.sinceStep.toLocaleString("en-US")}`;
    const because = `no gain for ${waited} since ${since} (patience ${durationText(patience)})`;
    return [{ path, rule: this.text(criterion), stop: this.stops(criterion, state, at), because }];
  },
  metrics: (criterion) => [criterion.metric],
  text(criterion) {
    const parts = [criterion.metric, criterion.mode, `patience: ${durationCall(criterion.patience)}`];
    if (criterion.minDelta !== 0) parts.push(`minDelta: ${criterion.minDelta}`);
    if (criterion.minDeltaKind !== "absolute") parts.push(`minDeltaKind: ${criterion.minDeltaKind}`);
    if (criterion.reference !== "accepted") parts.push(`reference: ${criterion.reference}`);
    return `plateau(${parts.join(", ")})`;
  },
  bound: () => null,
  usesClock: (criterion) => criterion.patience.unit === ("seconds" satisfies Unit),
};

function gains(criterion: Plateau, value: number, best: number | null, minDelta: number): boolean {
  if (!Number.isFinite(value)) return false;
  if (best === null) return true;
  const sign = criterion.mode === "max" ? 1 : -1;
  const least = criterion.minDeltaKind === "relative" ? minDelta * Math.abs(best) : minDelta;
  // This order of operations is that of the libraries, so that their rounding is ours.
  return sign * value - least > sign * best;
}
