/** Compares policies on one training, which forks only where they part. */
import { checkKeys, flag, oneOf } from "../option_checks.ts";
import type { Metric, Mode } from "../criteria/criterion.ts";
import { requireMetrics } from "../criteria/metric.ts";
import { resolveFrom } from "../criteria/resolve_from.ts";
import { recorder } from "../curves/recorder.ts";
import { shown, START } from "../durations.ts";
import type { Judgement } from "../policies/policy.ts";
import { replay } from "../policies/replay.ts";
import { initialScale } from "../schedules/plateau_scale.ts";
import { Path, type Start } from "./compare_path.ts";
import { type ComparedPolicy, type Followed, waysOf } from "./compare_ways.ts";
import { measuredMetrics } from "./evaluate.ts";
import type { TrainingEvent } from "./event.ts";
import { planFor } from "./plan.ts";
import { filledSpec, type Spec } from "./spec.ts";
import type { TrainState } from "./state.ts";
import { trainBeside } from "./train.ts";

export type { ComparedPolicy, RateChanges } from "./compare_ways.ts";

export interface CompareOptions {
  /** what regret is measured in; default `validation.loss` */
  readonly metric?: Metric;
  /** which way is better; default `min` */
  readonly mode?: Mode;
  /** the training of the spec itself goes on to the spec's own stop when all policies on it have ended; default false */
  readonly recordOn?: boolean;
}

/** What comparing costs, in updates. */
export interface Cost {
  /** updates that were made */
  readonly trained: number;
  /** updates that the policies would have made, each trained alone */
  readonly judged: number;
}

/** A comparison so far. Plain data. */
export interface Comparison {
  /** the last event of each training: the trunk first, then its forks in the order in which they part */
  readonly runs: readonly TrainingEvent[];
  /** for each policy, in their order, the place of its training in `runs` */
  readonly places: readonly number[];
  /** one for each policy, in their order; none until all trainings have ended */
  readonly judgements: readonly Judgement[];
  readonly cost: Cost;
}

/** A comparison under way. */
export interface Comparing<T> extends AsyncGenerator<T, void, void> {
  /** ends the training that runs as `aborted`, and those that wait too, without an update */
  abort(): void;
}

/**
 * Trains what policies share once, and apart from where their rates differ: at a plateau rule's first cut, at the first
 * update whose schedule says another rate. All that only observe are replayed. Every policy is judged as if it had been
 * trained alone from the beginning, to the bit (but for clocks).
 *
 * Each training ends when the last policy on it has ended, or by the spec's own `stop`, which none outlives: a policy
 * that would have gone on is censored. The weights that a training keeps are those that the spec selects.
 *
 * @param spec without `from` and without a folder; one with them is refused
 * @param policies those with `changes` act on the rate
 * @returns an async generator of the comparison so far, whose last value has the judgements
 * @throws RangeError or TypeError at once when the spec or a policy is wrong
 *
 * @example
 * ```ts
 * import { compare, criteria, live, schedules, type Spec } from "plateau";
 * const stop = criteria.maxSteps(3000), select = criteria.best("validation.loss", "min");
 * const scale = schedules.plateauScale({ metric: "validation.loss", mode: "min" });
 * const compared = (spec: Spec) =>
 *   live(compare(spec, [
 *     { name: "Fixed steps", stop: criteria.maxSteps(1000), select },
 *     { name: "LR on plateau", changes: { scale }, stop, select },
 *   ]));
 * ```
 */
export function compare(
  spec: Spec,
  policies: readonly ComparedPolicy[],
  options: CompareOptions = {},
): Comparing<Comparison> {
  const control = new AbortController();
  const told = toldBy(spec, policies, options, control.signal);
  return Object.assign(compared(told), { abort: () => control.abort() });
}

/**
 * Compares the same policies on each spec in turn: seeds, rates, whatever differs. Yields all comparisons each time one
 * says something; of those that wait, the plan.
 *
 * @throws RangeError or TypeError at once when any spec or policy is wrong, before anything trains
 *
 * @example
 * ```ts
 * import { compareAll, type ComparedPolicy, type Spec } from "plateau";
 * const threeSeeds = (spec: Spec, policies: ComparedPolicy[]) =>
 *   compareAll([0, 1, 2].map((seed) => ({ ...spec, seed })), policies);
 * ```
 */
export function compareAll(
  specs: readonly Spec[],
  policies: readonly ComparedPolicy[],
  options: CompareOptions = {},
): Comparing<readonly Comparison[]> {
  if (!Array.isArray(specs)) throw new TypeError(`invalid specs: ${shown(specs)} (a list of them)`);
  const control = new AbortController();
  const told = specs.map((spec) => toldBy(spec, policies, options, control.signal));
  return Object.assign(inTurn(told), { abort: () => control.abort() });
}

async function* inTurn(told: readonly Told[]): AsyncGenerator<readonly Comparison[], void, void> {
  const latest = told.map((one) => comparisonOf(one, [waiting(one, one.first)]));
  for (const [i, one] of told.entries()) {
    for await (const comparison of compared(one)) {
      latest[i] = comparison;
      yield [...latest];
    }
  }
}

/** A comparison as it was told, read once. */
interface Told {
  readonly spec: Spec;
  readonly first: Start;
  readonly followed: readonly Followed[];
  readonly options: CompareOptions;
}

function toldBy(
  spec: Spec,
  policies: readonly ComparedPolicy[],
  options: CompareOptions,
  signal: AbortSignal,
): Told {
  checkKeys("compare", options, ["metric", "mode", "recordOn"]);
  const always = flag("recordOn", options.recordOn ?? false), filled = filledSpec(spec);
  const { from, checkpoint: { folder }, stop, signal: outer } = filled;
  requireMetrics([options.metric ?? "validation.loss"], measuredMetrics(filled));
  oneOf("mode", options.mode ?? "min", ["min", "max"]);
  for (const [field, value] of Object.entries({ from, "checkpoint.folder": folder })) {
    if (value !== null) {
      throw new RangeError(`invalid ${field}: ${value} (none: a comparison begins anew, in memory)`);
    }
  }
  const { ways, followed } = waysOf(spec, policies, always);
  return {
    spec: {
      ...spec,
      stop: resolveFrom(stop, 0),
      signal: outer === null ? signal : AbortSignal.any([outer, signal]),
    },
    first: { ways, scales: new Map(ways.map((way) => [way, initialScale()])), state: null },
    followed,
    options,
  };
}

async function* compared(told: Told): AsyncGenerator<Comparison, void, void> {
  const starts = [told.first], runs = [waiting(told, told.first)];
  for (let place = 0; starts.length > 0; place++) {
    const start = starts.shift()!, path = new Path(start, place === 0 && told.options.recordOn === true);
    const { state, ...beside } = forkOf(told, start);
    for await (const event of trainBeside(specOf(told, start), { ...beside, state, onlooker: path })) {
      runs[place] = event;
      for (const next of path.parted.splice(0)) {
        for (const { followed } of next.ways) for (const each of followed) each.place = runs.length;
        starts.push(next);
        runs.push(waiting(told, next));
      }
      yield comparisonOf(told, [...runs]);
    }
  }
  yield { ...comparisonOf(told, runs), judgements: judged(told, runs) };
}

/** The spec on the way that leads. */
const specOf = ({ spec }: Told, { ways: [{ schedule, scale }] }: Start): Spec => ({
  ...spec,
  schedule,
  scale,
});

/** What a training of its own would have had in hand where this one begins. */
function forkOf(
  told: Told,
  start: Start,
): { state: TrainState | null; forked?: TrainingEvent["forked"] } {
  if (start.state === null) return { state: null };
  const [way] = start.ways, plan = planFor(filledSpec(specOf(told, start)), null, null);
  return {
    state: { ...start.state, plan, scale: way.scale === null ? initialScale() : start.scales.get(way)! },
    forked: { step: start.state.position.step, again: 0 },
  };
}

/** What is known of a training that has not begun. */
function waiting(told: Told, start: Start): TrainingEvent {
  const filled = filledSpec(specOf(told, start)), { name, seed, batches } = filled;
  const { state, forked } = forkOf(told, start);
  const { cuts, atFloor } = state?.scale ?? initialScale();
  return {
    type: "planned",
    plan: planFor(filled, null, state),
    at: state?.position ?? START,
    pace: 0,
    trajectory: state?.trajectory ??
      recorder({ name, seed, batches, metrics: measuredMetrics(filled) }).trajectory(),
    cuts,
    atFloor,
    ...(forked && { forked }),
    outcome: null,
  };
}

function comparisonOf({ followed }: Told, runs: readonly TrainingEvent[]): Comparison {
  const trained = runs.map(({ at, forked }) => at.step - (forked?.step ?? 0));
  const alone = followed.map(({ ended, place }) => ended ?? runs[place].at.step);
  return {
    runs,
    places: followed.map(({ place }) => place),
    judgements: [],
    cost: { trained: sum(trained), judged: sum(alone) },
  };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);

/** Each policy on its training, against all of them. */
function judged({ followed, options }: Told, runs: readonly TrainingEvent[]): Judgement[] {
  const compared = runs.map(({ trajectory }) => trajectory), { metric, mode } = options;
  const measured = { compared, ...(metric && { metric }), ...(mode && { mode }) };
  return followed.map(({ policy, place }) => replay(compared[place], [policy], measured)[0]);
}
