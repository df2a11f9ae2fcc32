/** Stops when it is no longer likely that the best is beaten in time. */
import { atLeastZero, between, checkKeys, oneOf } from "../option_checks.ts";
import { toSteps } from "../batch_plan.ts";
import {
  asDuration,
  countIn,
  countText,
  type Duration,
  durationText,
  evaluations,
  hasReached,
  type Position,
} from "../durations.ts";
import { boundsOf } from "../extrapolation/bounds.ts";
import { chanceToBeat } from "../extrapolation/chance_to_beat.ts";
import { fitCurve } from "../extrapolation/fit_curve.ts";
import { FEWEST } from "../extrapolation/untold.ts";
import { moreText } from "./cap_rule.ts";
import type { Metric, Mode, Rule } from "./criterion.ts";
import { evaluationNumber, stepOf } from "./grid.ts";
import { leafRule } from "./leaf_rule.ts";
import { isGain, observed, readsOf, validationMetric, valueText } from "./observed.ts";

export interface FutilityOptions {
  /** of evaluations, as `validation.loss` */
  readonly metric: Metric;
  /** which way is better; required */
  readonly mode: Mode;
  /** the best has to be beaten before this, counted from the start, in any unit; there it stops in any case */
  readonly before: Duration;
  /** it goes on while the chance is at least this, between 0 and 1; default 0.05 */
  readonly chance?: number;
  /** smallest gain that counts; default 0 */
  readonly minDelta?: number;
  /** it does not judge earlier; default 20 evaluations */
  readonly least?: Duration<"evaluations">;
}
export interface Futility extends Required<FutilityOptions> {
  readonly kind: "futility";
}
export interface FutilityState {
  /** places of evaluations with a finite value, in the unit of `before`, and their values */
  readonly x: readonly number[];
  readonly y: readonly number[];
  /** every so many of them are kept; doubled when they are too many */
  readonly every: number;
  /** how many there were */
  readonly seen: number;
  /** best finite value */
  readonly best: number | null;
  /** at the last that was judged; null while the curve does not tell */
  readonly chance: number | null;
  /** why, where it does not tell or has no chance at all; null otherwise */
  readonly because: string | null;
}

/** Evaluations that are kept, and judged one by one; after them every second, then every fourth, … */
const MOST = 120;

/**
 * Stops when the chance that an evaluation before a limit beats the best so far by `minDelta` falls below `chance`. The
 * chance is that of the curve's extrapolation: falls as powers and exponentials of time, weighed by how well they explain
 * what was measured. A curve that has grown worse for half of its evaluations, six at least, has no chance: of 48
 * recordings that had, none came back. Where the curve does not tell otherwise (too few evaluations, a warm-up, worse for a
 * shorter while, gains that come faster and faster) it goes on. A decay of the rate that is still to come is not foreseen:
 * stop by this under a rate that is constant, or has decayed.
 *
 * Because it judges again and again, a stop is wrong a little more often than `chance` says. Measured at the default chance
 * on 349 recordings (256 of the AlgoPerf leaderboard, 29 of its baselines and modded-nanogpt, 64 of this tool): of 332 stops
 * with a `minDelta` of 5 % of all that the metric moved, 5 % were followed by such a gain; of 251 with 1 % of it, 8 %; of 69
 * with none, 12 %.
 * @throws TypeError for an unknown option or a bare number, RangeError for a value out of range
 * @example
 * ```ts
 * import { steps } from "../durations.ts";
 * const stop = futility({ metric: "validation.loss", mode: "min", before: steps(10_000), minDelta: 0.001 });
 * ```
 */
export function futility(options: FutilityOptions): Futility {
  checkKeys("futility", options, ["metric", "mode", "before", "chance", "minDelta", "least"]);
  return {
    kind: "futility",
    metric: validationMetric(options.metric),
    mode: oneOf("mode", options.mode, ["min", "max"]),
    before: asDuration(options.before, "before"),
    chance: between("chance", options.chance ?? 0.05, 0, 1),
    minDelta: atLeastZero("minDelta", options.minDelta ?? 0),
    least: asDuration(options.least ?? evaluations(20), "least", ["evaluations"]),
  };
}

const isOver = ({ before: { unit, count } }: Futility, at: Position): boolean =>
  hasReached(unit, countIn(at, unit), count);

/** With one more evaluation; judged anew where it is one of those that are kept. */
function grown(criterion: Futility, state: FutilityState, x: number, value: number): FutilityState {
  const seen = state.seen + 1, { best } = state;
  const next = { ...state, seen, best: best === null || isGain(criterion.mode, value, best) ? value : best };
  if (seen % state.every !== 0) return next;
  return judged(criterion, thinned({ ...next, x: [...state.x, x], y: [...state.y, value] }));
}

function thinned(state: FutilityState): FutilityState {
  if (state.x.length <= MOST) return state;
  const [x, y] = [state.x, state.y].map((column) => column.filter((_, row) => row % 2 === 1));
  return { ...state, x, y, every: 2 * state.every };
}

function judged(criterion: Futility, state: FutilityState): FutilityState {
  const { metric, mode, minDelta, before, least } = criterion, { x, y, seen, best } = state;
  if (seen < least.count) return state;
  const fit = fitCurve({ x, y, mode });
  if (!fit.told) {
    const isLost = fit.why === "turned" && worseFor(y, mode) >= y.length / 2;
    return { ...state, chance: isLost ? 0 : null, because: fit.because };
  }
  const apart = fit.last / seen, left = Math.max(1, Math.round((before.count - fit.last) / apart));
  const value = mode === "min" ? best! - minDelta : best! + minDelta;
  const { least: lowest, most: highest } = boundsOf(metric, y);
  if (value < lowest || value > highest) {
    return { ...state, chance: 0, because: `it cannot come to ${valueText(value)}` };
  }
  const chance = chanceToBeat(fit, { value, until: before.count, evaluations: left });
  return { ...state, chance, because: null };
}

/** Evaluations since the best of those that are kept. */
const worseFor = (y: readonly number[], mode: Mode): number =>
  y.length - 1 - y.lastIndexOf(mode === "min" ? Math.min(...y) : Math.max(...y));

export const futilityRule: Rule<Futility, FutilityState> = leafRule<Futility, FutilityState>({
  form: {
    places: ["metric", "mode"],
    options: { before: undefined, chance: 0.05, minDelta: 0, least: evaluations(20) },
    make: (fields) => futility(fields as unknown as FutilityOptions),
  },
  init: () => ({ x: [], y: [], every: 1, seen: 0, best: null, chance: null, because: null }),
  observe(criterion, state, observation) {
    const value = observed(observation, criterion.metric);
    if (value === undefined || !Number.isFinite(value)) return state;
    return grown(criterion, state, countIn(observation.at, criterion.before.unit), value);
  },
  stops: (criterion, { chance }, at) => isOver(criterion, at) || chance !== null && chance < criterion.chance,
  because(criterion, { chance, because, best, seen }, at) {
    const { metric, before: { unit, count }, least, minDelta } = criterion;
    const limit = durationText(criterion.before);
    if (isOver(criterion, at)) {
      return `reached ${countText(countIn(at, unit))} of ${durationText({ unit, count })}`;
    }
    if (seen < least.count) return `${metric} has ${countText(seen)} of ${durationText(least)}`;
    if (because !== null) {
      return `${metric} ${chance === null ? "does not tell" : "has no chance"}: ${because}`;
    }
    const by = minDelta > 0 ? ` by ${valueText(minDelta)}` : "";
    return `a chance of ${chanceText(chance!)} to beat ${valueText(best!)}${by} before ${limit} (chance ${
      chanceText(criterion.chance)
    })`;
  },
  lacks({ least, chance: threshold }, { seen, chance }) {
    if (seen < least.count) return moreText("evaluations", least.count - seen);
    if (chance === null) return "a curve that can be extrapolated";
    return `a chance below ${chanceText(threshold)}, not ${chanceText(chance)}`;
  },
  bound: ({ before }, plan) => toSteps(before, plan),
  earliest: ({ least, before }, grid) =>
    Math.min(evaluationNumber(grid, Math.max(least.count, FEWEST)), stepOf(grid, before)),
  reads: ({ metric }) => readsOf(metric),
  usesClock: ({ before }) => before.unit === "seconds",
});

const chanceText = (chance: number): string =>
  chance < 0.001 ? "less than 0.001" : String(Number(chance.toPrecision(2)));
