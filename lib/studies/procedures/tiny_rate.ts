/** How much of the recorded trainings happened at a small rate. */
import { median } from "../../curves/median.ts";
import { countedText } from "../../durations.ts";
import type { StudyRecord } from "../study_record.ts";
import type { Finding } from "./finding.ts";

/** Plain data. */
export interface TinyRate {
  /** of each trial whose rates were recorded, the share of its updates below a tenth of its peak */
  readonly shares: readonly { readonly number: number; readonly share: number }[];
  readonly median: number | null;
}

/** Below this share of the peak a rate is tiny. */
const TINY = 0.1;
/** A decay to nothing spends a fifth of its time there; more is worth a word. */
const MUCH = 0.3;

/**
 * The pitfall of extra steps that all train at a tiny rate, from the rates that were recorded.
 *
 * Source: Tuning Playbook (Godbole et al. 2023).
 * @example
 * ```ts
 * import type { StudyRecord } from "../study_record.ts";
 * const share = (study: StudyRecord) => tinyRate(study).median;
 * ```
 */
export function tinyRate({ trials }: StudyRecord): TinyRate {
  const shares = trials.flatMap(({ number, trajectory: { updates: { rate } } }) => {
    const known = rate.filter(Number.isFinite), peak = known.reduce((most, each) => Math.max(most, each), 0);
    if (!(peak > 0)) return [];
    // a warm-up is small too, and for another reason
    const after = known.subarray(known.indexOf(peak));
    return [{ number, share: after.filter((each) => each < TINY * peak * (1 - 1e-9)).length / known.length }];
  }).sort((a, b) => a.number - b.number);
  return { shares, median: shares.length === 0 ? null : median(shares.map(({ share }) => share)) };
}

/**
 * Said where more than three updates of ten are tiny; null otherwise.
 * @example
 * ```ts
 * import { tinyRate } from "./tiny_rate.ts";
 * import type { StudyRecord } from "../study_record.ts";
 * const text = (study: StudyRecord) => tinyRateFinding(tinyRate(study))?.text;
 * ```
 */
export function tinyRateFinding(found: TinyRate): Finding<"tinyRate", TinyRate> | null {
  if (found.median === null || found.median <= MUCH) return null;
  return {
    kind: "tinyRate",
    text: `${Math.round(found.median * 100)}% of the updates (median of ${
      countedText(found.shares.length, "trial")
    }) came after the peak rate at less than a tenth of it.`,
    evidence: found,
    action: "Keep the peak rate for longer and decay later, rather than adding steps at a tiny rate.",
  };
}
