/** Where many rules stop first on one recording, from one walk of its evaluations. */
import type { Criterion, CriterionState, EvaluationObservation } from "../criteria/criterion.ts";
import { readsUpdates, ruleOf, textOf } from "../criteria/rules.ts";
import type { Trajectory } from "../curves/trajectory.ts";
import { countIn, type Duration, hasReached, type Position } from "../durations.ts";
import { follow } from "./follow.ts";
import { type Places, placesOf } from "./places.ts";

/** A stop, and what the rule remembers there; null when it would go on past the recording. */
export type Stop = { readonly step: number; readonly state: CriterionState } | null;

/**
 * The first stop of each rule, by its text: what `follow` finds when it asks before every update. Rules that read only
 * evaluations are walked over those; rules that differ only in how long they wait remember the same and are walked once.
 * Between two rows of a recording truth changes only where a count of the position comes to one that the rule names:
 * only there it is asked.
 * @example
 * ```ts
 * import type { Trajectory } from "../curves/trajectory.ts";
 * import { maxSteps } from "../criteria/max_steps.ts";
 * const cap = maxSteps(1_000);
 * const stop = (trajectory: Trajectory) => firstStops(trajectory, [cap]).get("maxSteps(1000)");
 * ```
 */
export function firstStops(
  trajectory: Trajectory,
  criteria: readonly Criterion[],
): ReadonlyMap<string, Stop> {
  const places = placesOf(trajectory), byText = new Map(criteria.map((each) => [textOf(each), each]));
  const stops = new Map<string, Stop>(), walkers = new Map<string, Walker>();
  for (const [text, criterion] of byText) {
    const marks = places.ascending ? marksOf(criterion, places) : undefined;
    if (marks && isCap(criterion)) stops.set(text, marks.length > 0 ? { step: marks[0], state: null } : null);
    else if (!marks || needsUpdates(criterion)) stops.set(text, followed(trajectory, criterion, marks));
    else {
      const key = sharedBy(criterion) ?? text, walker = walkers.get(key);
      if (walker) walker.live.push([text, criterion]);
      else walkers.set(key, walkerOf(text, criterion, marks));
    }
  }
  walk(trajectory, places, [...walkers.values()], stops);
  return stops;
}

/** Rules that remember the same: one memory for all, and those that have not stopped yet. */
interface Walker {
  readonly first: Criterion;
  readonly rule: ReturnType<typeof ruleOf>;
  /** steps at which the truth may change between two evaluations, ascending */
  readonly marks: readonly number[];
  state: CriterionState;
  live: [text: string, Criterion][];
}

function walkerOf(text: string, first: Criterion, marks: readonly number[]): Walker {
  const rule = ruleOf(first);
  return { first, rule, marks, state: rule.init(first), live: [[text, first]] };
}

/** Rules that remember nothing, true from the count on that they name. */
const isCap = (criterion: Criterion): boolean =>
  criterion.kind.startsWith("max") && ruleOf(criterion).init(criterion) === null;

/** Criteria within a criterion, itself first, gates too. */
function within(criterion: Criterion): Criterion[] {
  if (!("criteria" in criterion)) return [criterion];
  const gate = criterion.kind === "after" && "kind" in criterion.gate ? [criterion.gate] : [];
  return [criterion, ...[...gate, ...criterion.criteria].flatMap(within)];
}

/** Whether evaluations alone do not tell all that it saw. */
function needsUpdates(criterion: Criterion): boolean {
  if (readsUpdates(criterion)) return true;
  // Time without evaluations is measured at updates; what opens a gate may be over before an evaluation
  return within(criterion).some((each) =>
    (each.kind === "maxSeconds" && each.of === "training") || (each.kind === "after" && "kind" in each.gate)
  );
}

/** The steps at which a position first comes to a count that the rule asks for, ascending. */
function marksOf(criterion: Criterion, places: Places): number[] {
  const place = places.at(0), steps = new Set<number>();
  for (const { unit, count } of within(criterion).flatMap(askedFor)) {
    const isReached = (step: number) => hasReached(unit, countIn(places.at(step, place), unit), count);
    if (places.last === 0 || isReached(0) || !isReached(places.last)) continue;
    let low = 0, high = places.last;
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (isReached(middle)) high = middle;
      else low = middle;
    }
    steps.add(high);
  }
  return [...steps].sort((a, b) => a - b);
}

/** The counts of the position that a rule itself compares with, whatever it remembers. */
function askedFor(criterion: Criterion): Duration[] {
  switch (criterion.kind) {
    case "maxSteps":
      return [{ unit: "steps", count: criterion.steps }];
    case "maxEpochs":
      return [{ unit: "epochs", count: criterion.epochs }];
    case "maxExamples":
      return [{ unit: "examples", count: criterion.examples }];
    case "maxSeconds":
      return [{ unit: "seconds", count: criterion.seconds }];
    case "mustReachBy":
      return [criterion.at];
    case "futility":
      return [criterion.before];
    case "after":
      return "unit" in criterion.gate ? [criterion.gate] : [];
    case "within":
      return [criterion.limit];
    default:
      return [];
  }
}

/** What rules have in common that remember the same: a plateau rule's memory does not depend on its patience. */
const sharedBy = (criterion: Criterion): string | null =>
  criterion.kind === "plateau"
    ? textOf({ ...criterion, patience: { ...criterion.patience, count: 1 } } as Criterion)
    : null;

/** Update by update: the plain meaning of a stop. */
function followed(trajectory: Trajectory, criterion: Criterion, marks: readonly number[] | undefined): Stop {
  const rule = ruleOf(criterion);
  let state = rule.init(criterion);
  const { at } = follow(trajectory, {
    stops: (at) => rule.stops(criterion, state, at),
    see: (seen) => void (state = rule.observe(criterion, state, seen)),
  }, marks);
  return rule.stops(criterion, state, at) ? { step: at.step, state } : null;
}

/** Walks rules over the evaluations, each until it stops. */
function walk(
  { evaluations }: Trajectory,
  places: Places,
  walkers: readonly Walker[],
  stops: Map<string, Stop>,
): void {
  const steps = evaluations.step, metrics: Record<string, number> = {}, errors: Record<string, number> = {};
  const columns = Object.entries(evaluations.metrics),
    errorColumns = Object.entries(evaluations.standardErrors);
  // Written over for every evaluation, as `follow` does
  const at = places.at(0),
    seen: EvaluationObservation = { kind: "evaluation", at, metrics, standardErrors: errors };
  let going = walkers;
  for (let row = -1; row < steps.length && going.length > 0; row++) {
    if (row >= 0) {
      places.at(steps[row], at);
      for (const [metric, values] of columns) metrics[metric] = values[row];
      for (const [metric, values] of errorColumns) errors[metric] = values[row];
    }
    const until = row + 1 < steps.length ? steps[row + 1] - 1 : places.last;
    let ended = false;
    for (const walker of going) {
      if (row >= 0) walker.state = walker.rule.observe(walker.first, walker.state, seen);
      if (!ask(walker, at, until, places, stops)) continue;
      walker.live = walker.live.filter(([text]) => !stops.has(text));
      ended ||= walker.live.length === 0;
    }
    if (ended) going = going.filter(({ live }) => live.length > 0);
  }
  for (const { live } of going) for (const [text] of live) stops.set(text, null);
}

/** Notes which of a walker's rules stop at a position, or before the next evaluation; whether any does. */
function ask(
  { rule, state, marks, live }: Walker,
  at: Position,
  until: number,
  places: Places,
  stops: Map<string, Stop>,
): boolean {
  const between = marks.length === 0 ? marks : marks.filter((step) => step > at.step && step <= until);
  let any = false;
  for (const [text, criterion] of live) {
    let step = rule.stops(criterion, state, at) ? at.step : undefined;
    if (between.length > 0) step ??= between.find((step) => rule.stops(criterion, state, places.at(step)));
    if (step === undefined) continue;
    stops.set(text, { step, state });
    any = true;
  }
  return any;
}
