/** The ways that a rate goes under several policies: those that change it alike share one. */
import { checkKeys } from "../option_checks.ts";
import type { Criterion, CriterionState, Rule } from "../criteria/criterion.ts";
import { boundOf, initial, ruleOf } from "../criteria/rules.ts";
import { shown } from "../durations.ts";
import type { Policy } from "../policies/policy.ts";
import { asPolicy } from "../policies/policy_text.ts";
import { asSchedule } from "../schedules/as_schedule.ts";
import { asScale } from "../schedules/plateau_scale.ts";
import { resolve, scaleText, scheduleText } from "../schedules/resolve.ts";
import type { PlateauScale, Schedule } from "../schedules/schedule.ts";
import { planFor } from "./plan.ts";
import { type FilledSpec, filledSpec, type Spec } from "./spec.ts";

/** What a policy that acts does to the rate. */
export interface RateChanges {
  /** default that of the spec */
  readonly schedule?: Schedule;
  /** `null` for none; default that of the spec */
  readonly scale?: PlateauScale | null;
}
/** A policy that observes, or with `changes` one that acts. */
export interface ComparedPolicy extends Policy {
  readonly changes?: RateChanges;
}

/** A policy while the training that it is on runs. */
export interface Followed {
  readonly policy: Policy;
  readonly rule: Rule<Criterion, CriterionState>;
  /** the step by which it must end; Infinity when nothing forces it to */
  readonly bound: number;
  state: CriterionState;
  /** step at which it ended; null before */
  ended: number | null;
  /** which of the trainings it is on */
  place: number;
}
/** A schedule and what scales it, with the policies under which the rate goes so. */
export interface Way {
  readonly schedule: Schedule;
  readonly scale: PlateauScale | null;
  /** of the update after `step` others, by the schedule alone */
  rate(step: number): number;
  readonly followed: readonly Followed[];
}

/**
 * Reads policies, and gathers those whose rate goes one way; that of the spec comes first, the others in their order.
 * @param always the way of the spec is there even when no policy goes it
 * @throws TypeError or RangeError as `train` does for the policy alone; `invalid policies: "Fixed" twice (…)`
 */
export function waysOf(
  spec: Spec,
  policies: readonly ComparedPolicy[],
  always: boolean,
): { readonly ways: readonly Way[]; readonly followed: readonly Followed[] } {
  if (!Array.isArray(policies) || policies.length === 0) {
    throw new TypeError(`invalid policies: ${shown(policies)} (a list of them, at least one)`);
  }
  const own = filledSpec(spec), textOfOwn = wayText(own);
  const read = policies.map((given) => readPolicy(spec, given));
  const names = read.map(({ followed: { policy } }) => policy.name);
  const twice = names.find((name, place) => names.indexOf(name) !== place);
  if (twice !== undefined) {
    throw new RangeError(`invalid policies: ${JSON.stringify(twice)} twice (their names tell them apart)`);
  }
  const byWay = Map.groupBy(read, ({ changed }) => wayText(changed));
  const first = byWay.get(textOfOwn) ?? [];
  const rest = [...byWay].filter(([text]) => text !== textOfOwn).map(([, alike]) => alike);
  const rates = new Map<string, Way["rate"]>(); // one function a schedule, so that ways under the same are known by it
  const way = ({ schedule, scale, batches }: FilledSpec, alike: typeof read): Way => {
    const text = scheduleText(schedule), rate = rates.get(text) ?? resolve(schedule, batches).rate;
    rates.set(text, rate);
    return { schedule, scale, rate, followed: alike.map(({ followed }) => followed) };
  };
  return {
    ways: [
      ...(always || first.length > 0 ? [way(own, first)] : []),
      ...rest.map((alike) => way(alike[0].changed, alike)),
    ],
    followed: read.map(({ followed }) => followed),
  };
}

const wayText = ({ schedule, scale }: FilledSpec): string =>
  `${scheduleText(schedule)} × ${scale ? scaleText(scale) : "1"}`;

/** A policy, and the spec as it changes it: all that training under it alone would refuse is refused here. */
function readPolicy(
  spec: Spec,
  given: ComparedPolicy,
): { readonly followed: Followed; readonly changed: FilledSpec } {
  const { changes, ...rest } = Object(given) as ComparedPolicy;
  const policy = asPolicy(typeof given === "object" && given !== null ? rest : given);
  const changed = filledSpec({ ...spec, ...rateChanges(policy.name, changes) });
  planFor({ ...changed, stop: policy.stop, select: policy.select }, null, null);
  const { stop } = policy;
  const followed: Followed = {
    policy,
    rule: ruleOf(stop),
    bound: boundOf(stop, changed.batches) ?? Infinity,
    state: initial(stop),
    ended: null,
    place: 0,
  };
  return { followed, changed };
}

function rateChanges(name: string, changes: RateChanges = {}): RateChanges {
  checkKeys(`changes of ${JSON.stringify(name)}`, changes, ["schedule", "scale"]);
  const { schedule, scale } = changes;
  return {
    ...(schedule === undefined ? {} : { schedule: asSchedule(schedule) }),
    ...(scale === undefined ? {} : { scale: scale === null ? null : asScale(scale) }),
  };
}
