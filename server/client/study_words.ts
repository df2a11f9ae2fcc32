/** How the pages say what a study has come to. Pure. */
import { clock, countTick, decimals, percent, thousands } from "../../lib/charts/format.ts";
import { settingText } from "../../lib/charts/parallel_axes.ts";
import type { Parameters } from "../../lib/studies/space.ts";
import type { TrialState } from "../../lib/studies/study_record.ts";
import { count } from "../pages/words.ts";
import { endedIn, secondsLeft, type StudySummary, trialsIn } from "../study_summary.ts";
import type { WorkRate } from "../work_rate.ts";

/** States in the order in which a study goes through them, each with its words and how it looks. */
export const STATES: readonly { readonly state: TrialState; readonly words: string }[] = [
  { state: "done", words: "done" },
  { state: "stopped", words: "stopped" },
  { state: "pruned", words: "pruned" },
  { state: "diverged", words: "diverged" },
  { state: "failed", words: "failed" },
  { state: "running", words: "running" },
  { state: "waiting", words: "waiting" },
];

/** `lr 0.01, batch 32`. */
export const parametersText = (parameters: Parameters): string =>
  Object.entries(parameters).map(([path, value]) => `${path} ${settingText(value)}`).join(", ");

/** `14 trials and 120k updates a minute`. */
export function rateText({ trialsPerMinute: trials, updatesPerMinute: updates }: WorkRate): string {
  const few = trials < 10 ? String(+trials.toFixed(1)) : thousands(trials);
  return `${few} ${few === "1" ? "trial" : "trials"} and ${countTick(Math.round(updates))} updates a minute`;
}

/** `943 of 1,000 done, 12:29 left`. */
export function progressText(study: StudySummary): string {
  const all = trialsIn(study), ended = endedIn(study), left = secondsLeft(study);
  const share = study.counts.running > 0 && study.maxSteps > 0
    ? ` (${percent(study.steps / study.maxSteps)} of the steps)`
    : "";
  return `${thousands(ended)} of ${count(all, "trial")} ended${share}${
    left === null ? "" : `, ${clock(left)} left`
  }`;
}

/** `0.0123 at step 800`; null before the first value. */
export function bestText({ best }: Pick<StudySummary, "best">): string | null {
  return best === null ? null : `${decimals(best.value)} at step ${thousands(best.step)}`;
}

/** `validation loss, less is better`. */
export const metricText = ({ metric, mode }: Pick<StudySummary, "metric" | "mode">): string =>
  `${metric.replaceAll(".", " ")}, ${mode === "min" ? "less" : "more"} is better`;
