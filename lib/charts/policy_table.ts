/** What each way of stopping keeps, costs and saves, as a table. */
import type { Judgement } from "../policies/policy.ts";
import { type PolicySummary, summarise } from "../policies/summary.ts";
import type { Column, Table, TableCell } from "./chart.ts";
import { decimals, MISSING, percent, signed, thousands } from "./format.ts";
import type { Judgements } from "./policy_stops.ts";
import { judgedWord } from "./seeds_word.ts";

export interface PolicyTableOptions {
  /** one list per seed, as `replay` gives it */
  readonly judgements: Judgements;
}

const TEST_ACCURACY = "test.accuracy";

/**
 * One row a policy, medians over the seeds: where it stops, what it keeps, regret, the worst seed and compute
 * saved. Sorted by regret, ties by compute saved. A policy that would have gone on past the recording is
 * `censored`, and nothing is claimed of it.
 *
 * @example
 * ```ts
 * import { policyTable } from "./policy_table.ts";
 * policyTable({ judgements: [] }).empty; // "No policy to compare."
 * ```
 */
export function policyTable({ judgements }: PolicyTableOptions): Table {
  const summaries = summarise([judgements.flat() as Judgement[]]);
  const tested = summaries.some(({ metrics }) => Number.isFinite(metrics[TEST_ACCURACY]));
  const word = judgedWord(judgements);
  const columns = columnsOf(summaries, tested, word);
  const caption = captionOf(summaries, word);
  return {
    type: "table",
    columns,
    rows: summaries.map((summary) => rowOf(summary, tested)),
    sorted: { column: columns.findIndex(({ label }) => label === "regret"), ascending: true },
    ...(caption === null ? {} : { caption }),
    empty: "No policy to compare.",
  };
}

function columnsOf(
  summaries: readonly PolicySummary[],
  tested: boolean,
  word: "seeds" | "runs",
): Column[] {
  const kept = summaries.length > 0 ? summaries[0].metric.split(".").at(-1) : "loss";
  const number = { align: "right", sortable: true } as const;
  return [
    { label: "policy", sortable: true },
    { label: "stops at step", ...number },
    { label: "epoch", ...number, optional: true },
    { label: `${kept} kept`, ...number },
    ...(tested ? [{ label: "test acc.", ...number, optional: true }] : []),
    { label: "regret", ...number },
    { label: `worst ${word.slice(0, -1)}`, ...number, optional: true },
    { label: "compute saved", ...number },
  ];
}

function rowOf(summary: PolicySummary, tested: boolean): TableCell[] {
  const {
    policy,
    kind,
    rule,
    seeds,
    censored,
    step,
    epoch,
    kept,
    metrics,
    regret,
    worstRegret,
    computeSaved,
  } = summary;
  const accuracy = metrics[TEST_ACCURACY] ?? null;
  const partly = censored > 0 && censored < seeds;
  return [
    { text: policy, policy: kind, sub: rule },
    censored === seeds ? { text: "censored", value: null } : {
      text: thousands(step),
      value: step,
      ...(partly ? { sub: `${seeds - censored} of ${seeds}` } : {}),
    },
    { text: epoch === null ? MISSING : epoch.toFixed(1), value: epoch },
    // A rule that stops before the first evaluation has a verdict, and nothing to keep.
    kept === null && censored < seeds
      ? { text: "keeps nothing", value: null }
      : { text: decimals(kept), value: kept },
    ...(tested
      ? [{ text: accuracy === null ? MISSING : `${(accuracy * 100).toFixed(1)}%`, value: accuracy }]
      : []),
    { text: signed(regret), value: regret },
    { text: signed(worstRegret), value: worstRegret },
    {
      text: percent(computeSaved),
      value: computeSaved,
      ...(computeSaved === null ? {} : { meter: { share: computeSaved, policy: kind } }),
    },
  ];
}

/** How much stands behind the numbers, and what `censored` means where it occurs. */
function captionOf(summaries: readonly PolicySummary[], word: "seeds" | "runs"): string | null {
  const seeds = Math.max(0, ...summaries.map((summary) => summary.seeds));
  const parts: string[] = [];
  const partly = summaries.some(({ censored, seeds }) => censored > 0 && censored < seeds);
  if (seeds > 1) parts.push(`medians of ${seeds} ${word}${partly ? ", or of those that stop" : ""}`);
  if (summaries.some(({ censored }) => censored > 0)) {
    parts.push("censored: would have gone on past the recording");
  }
  if (summaries.some(({ clock }) => clock)) parts.push("time rules judged by the recorded clock");
  const text = parts.join("; ");
  return text === "" ? null : text.charAt(0).toUpperCase() + text.slice(1);
}
