/** Two policies on the same runs, run by run. */
import type { Mode } from "../criteria/criterion.ts";
import { median } from "../curves/median.ts";
import { countText } from "../durations.ts";
import { type Banded, bootstrap } from "./bootstrap.ts";
import type { Judgement } from "./policy.ts";

/** Plain data. Medians and bands are over the runs on which both keep something. */
export interface HeadToHead {
  readonly policy: string;
  readonly against: string;
  /** runs on which both keep something */
  readonly runs: number;
  /** runs on which one of them would have gone on past the recording, or keeps nothing */
  readonly left: number;
  /** of the runs that count, those on which the first keeps the better value, and those on which both keep the same */
  readonly better: number;
  readonly same: number;
  /** what the first keeps less what the second keeps; null without a run */
  readonly difference: Banded | null;
  /** updates of the first less those of the second; null without a run */
  readonly updates: number | null;
  /** for people: one sentence */
  readonly text: string;
}

/**
 * Whether one policy would have been better than another, each run against itself: runs differ more from each other
 * than policies do, so differences within runs say more than the difference of two medians (a paired comparison).
 * @param judgements one list a run, as `replay` gives it
 * @param counts what a step is; default updates
 * @throws RangeError `unknown policy: patience 6 (has …)`
 * @example
 * ```ts
 * import type { Judgement } from "./policy.ts";
 * const sentence = (runs: Judgement[][]) => headToHead(runs, "patience 5", "20 epochs").text;
 * ```
 */
export function headToHead(
  judgements: readonly (readonly Judgement[])[],
  policy: string,
  against: string,
  counts: "updates" | "epochs" | "records" = "updates",
): HeadToHead {
  const pairs = judgements.map((run) => [judged(run, policy), judged(run, against)] as const);
  const whole = pairs.flatMap(([a, b]) => a.at && b.at && a.kept && b.kept ? [{ a, b }] : []);
  const { metric, mode } = pairs[0]?.[0] ?? { metric: "", mode: "min" as Mode };
  const differences = whole.map(({ a, b }) => a.kept!.metrics[metric] - b.kept!.metrics[metric]);
  const gain = (difference: number) => mode === "min" ? -difference : difference;
  const steps = whole.map(({ a, b }) => a.at!.step - b.at!.step);
  const found = {
    policy,
    against,
    runs: whole.length,
    left: pairs.length - whole.length,
    better: differences.filter((difference) => gain(difference) > 0).length,
    same: differences.filter((difference) => difference === 0).length,
    difference: bootstrap(differences),
    updates: steps.length === 0 ? null : median(steps),
  };
  return { ...found, text: textOf(found, metric, mode, counts) };
}

function judged(run: readonly Judgement[], policy: string): Judgement {
  const found = run.find((judgement) => judgement.policy === policy);
  if (found) return found;
  throw new RangeError(`unknown policy: ${policy} (has ${run.map(({ policy }) => policy).join(", ")})`);
}

function textOf(found: Omit<HeadToHead, "text">, metric: string, mode: Mode, counts: string): string {
  const { policy, against, runs, left, better, same, difference, updates } = found;
  const names = `${policy} against ${against}`;
  const beyond = left === 0
    ? ""
    : `; on ${left} of ${left + runs} one of them went on past the recording or kept nothing`;
  if (difference === null || updates === null) return `${names}: no run on which both end${beyond}.`;
  const word = mode === "min" ? "lower" : "higher", size = Number(Math.abs(difference.median).toPrecision(2));
  const equal = same === 0 ? "" : same === runs ? ", the same on all" : `, the same on ${same}`;
  const kept = runs === 1
    ? (same === 1
      ? `keeps the same ${metric}`
      : `keeps a ${metric} ${size} ${difference.median < 0 ? "lower" : "higher"}`)
    : `keeps a ${word} ${metric} on ${better} of ${runs} runs${equal} (median difference ${
      signed(difference.median)
    }, ` +
      `95% band ${signed(difference.low)} to ${signed(difference.high)})`;
  const unit = counts === "updates" ? "updates" : counts;
  const length = updates === 0
    ? "trains as long"
    : `trains ${countText(Math.round(Math.abs(updates)))} ${unit} ${updates > 0 ? "longer" : "shorter"}`;
  return `${names}: ${kept}, and ${length}${runs === 1 ? ", on one run" : " (median)"}${beyond}.`;
}

function signed(value: number): string {
  const size = Number(Math.abs(value).toPrecision(2));
  return size === 0 ? "0" : `${value < 0 ? "−" : "+"}${size}`;
}
