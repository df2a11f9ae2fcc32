/** The rule of a cap that counts: true once a count of the position has come to a limit, and for ever after. */
import { type PlannedUnit, toSteps } from "../batch_plan.ts";
import { countIn, countText, durationText, hasReached, type Unit } from "../durations.ts";
import type { Criterion, Form, Rule } from "./criterion.ts";
import { leafRule } from "./leaf_rule.ts";

/** What is left up to a limit, as `200 more steps`. */
export const moreText = (unit: Unit, left: number): string =>
  durationText({ unit, count: left }).replace(" ", " more ");

/** What is left of things that are no unit, as `1 more value`. */
export const moreOf = (left: number, thing: string): string =>
  `${countText(left)} more ${left === 1 ? thing : `${thing}s`}`;

export const capRule = <C extends Criterion>(
  unit: PlannedUnit,
  form: Form<C>,
  limit: (criterion: C) => number,
): Rule<C, null> =>
  leafRule<C, null>({
    form,
    init: () => null,
    stops: (criterion, _state, at) => hasReached(unit, countIn(at, unit), limit(criterion)),
    because(criterion, _state, at, stop) {
      const progress = `${countText(countIn(at, unit))} of ${
        durationText({ unit, count: limit(criterion) })
      }`;
      return stop ? `reached ${progress}` : progress;
    },
    lacks: (criterion, _state, at) => moreText(unit, limit(criterion) - countIn(at, unit)),
    bound: (criterion, plan) => toSteps({ unit, count: limit(criterion) }, plan),
  });
