/** Stops after a time: of the whole training, or of its updates alone. */
import { checkKeys, oneOf } from "../option_checks.ts";
import {
  asDuration,
  countText,
  type Duration,
  durationText,
  hasReached,
  type Position,
} from "../durations.ts";
import { moreText } from "./cap_rule.ts";
import type { MaxSeconds, Rule } from "./criterion.ts";
import { leafRule } from "./leaf_rule.ts";

export interface MaxSecondsOptions {
  /** `total`: all time, evaluations included; `training`: without the evaluations. Default `total` */
  readonly of?: "total" | "training";
}
/** What a budget of training time remembers: clock readings. Null for a budget of all time, which needs none. */
export type MaxSecondsState = null | {
  readonly seconds: { readonly training: number; readonly seen: number };
};

/**
 * Stops once a training has taken `count` seconds of monotonic clock, added up over resumes. A replay rests on the
 * recorded clock, and says so.
 *
 * With `of: "training"` evaluations are free, so that two trainings which evaluate unequally often have equal budgets.
 * What a run does at its own end, the evaluation off the grid and saving, counts once it is gone on with.
 * @param count above 0; `seconds(n)` says the same
 * @throws RangeError `invalid maxSeconds: seconds(0) (a number above 0)`
 * @example
 * ```ts
 * const cap = maxSeconds(600), updatesAlone = maxSeconds(600, { of: "training" });
 * ```
 */
export function maxSeconds(count: number | Duration<"seconds">, options: MaxSecondsOptions = {}): MaxSeconds {
  checkKeys("maxSeconds", options, ["of"]);
  const given = typeof count === "number" ? { unit: "seconds", count } : count;
  return {
    kind: "maxSeconds",
    seconds: asDuration(given, "maxSeconds", ["seconds"]).count,
    of: oneOf("of", options.of ?? "total", ["total", "training"]),
  };
}

/** The seconds that a budget counts. */
export const secondsSpent = (state: MaxSecondsState, at: Position): number =>
  state === null ? at.seconds : state.seconds.training;

export const maxSecondsRule: Rule<MaxSeconds, MaxSecondsState> = leafRule<MaxSeconds, MaxSecondsState>({
  form: {
    places: ["seconds"],
    options: { of: "total" },
    make(fields) {
      checkKeys("maxSeconds", fields, ["seconds", "of"]);
      return maxSeconds(fields.seconds as number, { of: fields.of as MaxSeconds["of"] });
    },
  },
  init: ({ of }) => of === "total" ? null : { seconds: { training: 0, seen: 0 } },
  observe(_criterion, state, { kind, at: { seconds: now } }) {
    if (state === null) return state;
    const { training, seen } = state.seconds;
    return { seconds: { training: kind === "update" ? training + now - seen : training, seen: now } };
  },
  stops: ({ seconds }, state, at) => hasReached("seconds", secondsSpent(state, at), seconds),
  because({ seconds, of }, state, at, stop) {
    const progress = `${countText(secondsSpent(state, at))} of ${
      durationText({ unit: "seconds", count: seconds })
    }${of === "training" ? " of training" : ""}`;
    return stop ? `reached ${progress}` : progress;
  },
  lacks: ({ seconds }, state, at) => moreText("seconds", seconds - secondsSpent(state, at)),
  usesClock: () => true,
});
