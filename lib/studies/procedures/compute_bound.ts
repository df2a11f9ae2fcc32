/** Whether a study was bound by compute: would longer trials have helped? */
import { valueText } from "../../criteria/observed.ts";
import { median } from "../../curves/median.ts";
import type { Trajectory } from "../../curves/trajectory.ts";
import { countedText, countText } from "../../durations.ts";
import { LATE } from "./best_step_diagnosis.ts";
import type { StudyRecord } from "../study_record.ts";
import { type EndSlope, endSlope } from "./end_slope.ts";
import type { Finding } from "./finding.ts";
import { gainOf, ranked, trialResults, usedAll } from "./trial_results.ts";

/** What a curve would come to at a step, with its band. */
export interface Extrapolated {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** how often such bands held on recordings; default nothing is said of it */
  readonly held?: { readonly rate: number; readonly of: number } | null;
}
/** Null where the curve tells nothing. */
export type Extrapolate = (trajectory: Trajectory, step: number) => Extrapolated | null;

export interface ComputeBoundOptions {
  /** says what a trial would have come to; default none: nothing is said past what was recorded */
  readonly extrapolate?: Extrapolate | null;
  /** how much longer is asked about, as a factor; default 1.5 */
  readonly longer?: number;
}
/** What one trial says. */
export interface TrialEnd {
  readonly number: number;
  readonly name: string;
  /** share of what it was given at which it was best */
  readonly share: number;
  /** null for fewer than four evaluations */
  readonly slope: EndSlope | null;
  /** whether it grew better at its end by more than two standard errors */
  readonly improving: boolean;
  /** what a longer training is expected to gain, in the metric's unit; null without an extrapolation, and after a decay */
  readonly gain:
    | {
      readonly to: number;
      readonly gain: number;
      readonly low: number;
      readonly high: number;
      readonly held: Extrapolated["held"];
    }
    | null;
}
/** Plain data. */
export interface ComputeBound {
  /** `yes`: longer would have helped; `no`: it would not; `unclear`: the evidence is divided; `unknown`: too little of it */
  readonly verdict: "yes" | "no" | "unclear" | "unknown";
  /** the better half of the trials that used all they were given, best first: those that would be trained on */
  readonly trials: readonly TrialEnd[];
  /** of these, best in the last quarter; improving at their end */
  readonly late: number;
  readonly improving: number;
  /** expected gain of the best of them, in the metric's unit; null where its own is */
  readonly gain: TrialEnd["gain"];
  /** trials whose rate ended below a tenth of its peak: their slope is that of a decay, which a longer one would move */
  readonly decayed: number;
  /** the last step that was recorded: everything past it is extrapolated */
  readonly recordedTo: number;
}

const FEWEST = 3;
/** A slope of so many standard errors is one. */
const CLEAR = 2;

/**
 * Would longer trials have helped? Judged by the better half of those that used what they were given: yes, when in half
 * of them or more the best came in the last quarter and the end was improving by more than two standard errors; no, when
 * that is so in a quarter of them or fewer. What a longer training would gain is told only by an extrapolation, which is
 * named as one; where it expects nothing of the best of them, a yes is unclear.
 *
 * Source: Tuning Playbook (Godbole et al. 2023), on deciding how long to train; the shares are of this tool.
 * @throws UnreportedMetric
 * @example
 * ```ts
 * import type { StudyRecord } from "../study_record.ts";
 * const isBound = (study: StudyRecord) => computeBound(study).verdict === "yes";
 * ```
 */
export function computeBound(
  study: StudyRecord,
  { extrapolate = null, longer = 1.5 }: ComputeBoundOptions = {},
): ComputeBound {
  if (!(longer > 1)) throw new RangeError(`invalid longer: ${longer} (a factor above 1)`);
  const { metric, mode } = study, results = trialResults(study);
  const whole = ranked(results.filter(usedAll), mode);
  const better = whole.slice(0, Math.max(Math.min(FEWEST, whole.length), Math.ceil(whole.length / 2)));
  const trials = better.map(({ trial: { number, name, maxSteps, trajectory }, best, bestStep }): TrialEnd => {
    const slope = endSlope(trajectory, metric, mode), to = Math.round(longer * maxSteps!);
    // what a decay gained at the end is not gained again
    const told = isDecayed(trajectory) ? null : extrapolate?.(trajectory, to) ?? null;
    const [worst, most] = told === null ? [] : mode === "min" ? [told.high, told.low] : [told.low, told.high];
    const gain = told === null ? null : {
      to,
      gain: gainOf(told.value, best, mode),
      low: gainOf(worst!, best, mode),
      high: gainOf(most!, best, mode),
      held: told.held ?? null,
    };
    const improving = slope !== null && slope.gain > CLEAR * slope.error;
    return { number, name, share: bestStep! / maxSteps!, slope, improving, gain };
  });
  const both = trials.filter(({ share, improving }) => improving && share >= LATE).length;
  const sloped = trials.filter(({ slope }) => slope !== null).length;
  const gain = trials[0]?.gain ?? null, isDoubted = gain !== null && gain.gain <= 0;
  return {
    verdict: sloped < FEWEST
      ? "unknown"
      : both * 2 >= sloped
      ? isDoubted ? "unclear" : "yes"
      : both * 4 <= sloped
      ? "no"
      : "unclear",
    trials,
    late: trials.filter(({ share }) => share >= LATE).length,
    improving: trials.filter(({ improving }) => improving).length,
    gain,
    decayed: better.filter(({ trial }) => isDecayed(trial.trajectory)).length,
    recordedTo: results.reduce((last, { lastStep }) => Math.max(last, lastStep), 0),
  };
}

const heldText = (held: Extrapolated["held"]): string =>
  held
    ? `; such bands held ${Math.round(100 * held.rate)} % of ${countText(held.of)} times on recordings`
    : "";

function isDecayed({ updates: { rate } }: Trajectory): boolean {
  const known = rate.filter(Number.isFinite), peak = known.reduce((most, each) => Math.max(most, each), 0);
  return known.length > 0 && known[known.length - 1] < 0.1 * peak;
}

/**
 * The verdict in a sentence; null while it is unknown.
 * @example
 * ```ts
 * import { computeBound } from "./compute_bound.ts";
 * import type { StudyRecord } from "../study_record.ts";
 * const text = (study: StudyRecord) => computeBoundFinding(study, computeBound(study))?.text;
 * ```
 */
export function computeBoundFinding(
  { metric }: Pick<StudyRecord, "metric">,
  found: ComputeBound,
): Finding<"computeBound" | "notComputeBound" | "computeUnclear", ComputeBound> | null {
  const { verdict, trials, late, improving, gain, decayed, recordedTo } = found;
  if (verdict === "unknown") return null;
  const of = countedText(trials.length, "trial"), slopes = trials.flatMap(({ slope }) => slope ?? []);
  const per = 1000, slope = median(slopes.map(({ gain }) => gain)) * per;
  const error = median(slopes.map(({ error }) => error)) * per;
  const facts = `of the better ${of}, ${late} ${
    late === 1 ? "was" : "were"
  } best in the last quarter and ${improving} ${improving === 1 ? "was" : "were"} still improving (median ${
    valueText(+slope.toPrecision(3))
  } ± ${valueText(+error.toPrecision(2))} of ${metric} in ${countText(per)} steps)`;
  const beyond = gain === null
    ? ""
    : `; extrapolated past the recorded ${countText(recordedTo)} steps, ${countText(gain.to)} would gain ${
      valueText(+gain.gain.toPrecision(3))
    } (${valueText(+gain.low.toPrecision(3))} to ${valueText(+gain.high.toPrecision(3))}${
      heldText(gain.held)
    })`;
  const decay = decayed === 0
    ? ""
    : `; the rate of ${decayed} had decayed, and a longer training would decay later`;
  const evidence = found, told = `${facts}${beyond}${decay}`;
  switch (verdict) {
    case "yes":
      return {
        kind: "computeBound",
        text: `Longer trials would have helped: ${told}.`,
        evidence,
        action:
          "Train the best settings in a longer round, with the schedule extended and its decay tuned anew.",
      };
    case "no":
      return {
        kind: "notComputeBound",
        text: `Longer trials would not have helped: ${told}.`,
        evidence,
        action: "Spend compute on more trials and seeds, not on longer ones.",
      };
    case "unclear":
      return {
        kind: "computeUnclear",
        text: `Whether longer trials would have helped is open: ${told}.`,
        evidence,
        action: "Train the best trial alone for longer, and look where its best step falls.",
      };
  }
}
