/** Median and percentile rules: a trial's best so far against what the others had by then. */
import { countedText, countText, durationText } from "../durations.ts";
import type { Behind } from "./behind.ts";
import type { Pruner } from "./pruner.ts";
import {
  bestCost,
  type Compared,
  costAt,
  costText,
  lastStep,
  rowAt,
  sameShare,
  stepsIn,
} from "./recorded_cost.ts";
import type { StudyRecord, TrialRecord } from "./study_record.ts";

export function behindOthers(
  pruner: Extract<Pruner, { kind: "median" | "percentile" }>,
  record: StudyRecord,
  trial: TrialRecord,
  at: number,
): Behind {
  const { after, least } = pruner, percentile = pruner.kind === "median" ? 50 : pruner.percentile;
  if (at < stepsIn(after, trial, "after")) {
    return { behind: false, why: `step ${countText(at)} is before ${durationText(after)}` };
  }
  const costs = record.trials.filter(({ number }) => number !== trial.number).flatMap((other) =>
    costThen(other, record, sameShare(trial, at, other))
  );
  if (costs.length < least) {
    return { behind: false, why: `${countedText(costs.length, "other")} there, ${least} needed` };
  }
  const best = bestCost(trial, record, rowAt(trial, at));
  const bound = quantile(costs.sort((a, b) => a < b ? -1 : a > b ? 1 : 0), 1 - percentile / 100);
  const behind = best > bound || best === Infinity;
  const line = pruner.kind === "median" ? "median" : `line of the worst ${countText(percentile)} %`;
  const told = best === Infinity ? "no value that is a number" : `its best ${costText(best, record)}`;
  return {
    behind,
    why: `${told} by step ${countText(at)} is ${behind ? "behind" : "not behind"} the ${line} of ${
      countedText(costs.length, "other")
    } there, ${costText(bound, record)} (${record.metric})`,
  };
}

/** What another had at a step; the worst if it had diverged by then, nothing if it had not come so far. */
function costThen(other: TrialRecord, compared: Compared, at: number): readonly number[] {
  if (lastStep(other) >= at * (1 - 1e-9)) {
    const row = rowAt(other, at);
    return row < 0 ? [] : [costAt(other, compared, row)];
  }
  return other.state === "diverged" ? [Infinity] : [];
}

/** With linear interpolation between neighbours; of sorted values, Infinity among them. */
function quantile(sorted: readonly number[], share: number): number {
  const place = share * (sorted.length - 1), low = Math.floor(place), part = place - low;
  // not by the difference of two infinities, which is no number
  return part === 0 || sorted[low] === sorted[low + 1]
    ? sorted[low]
    : sorted[low] + part * (sorted[low + 1] - sorted[low]);
}
