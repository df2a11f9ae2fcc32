/** What policies lose and save on many runs, each measured against the run itself, as a table. */
import type { Banded } from "../policies/bootstrap.ts";
import type { PolicyReport, Report } from "../policies/report.ts";
import type { Table, TableCell } from "./chart.ts";
import { decimals, MISSING, percent, signed, thousands } from "./format.ts";

export interface ReportTableOptions {
  /** as `policies.report` gives it */
  readonly report: Report;
  /** all policies; default those that nothing beats, and the one that was chosen */
  readonly all?: boolean;
}

/**
 * One row a policy: the median place where it stops, its regret against the best of each run with its band, and what
 * it saves of each run. A policy that would have gone on past some recordings is told of the others alone, so it is
 * left out unless all are asked for.
 * @example
 * ```ts
 * import { policies } from "plateau";
 * const table = reportTable({ report: policies.report([]) });
 * ```
 */
export function reportTable({ report, all = false }: ReportTableOptions): Table {
  const { policies, chosen, runs } = report;
  const shown = policies.filter(({ policy, onFrontier }) => all || onFrontier || policy === chosen);
  const number = { align: "right", sortable: true } as const;
  const epochs = shown.some(({ at }) => at?.epoch != null);
  return {
    type: "table",
    columns: [
      { label: "policy", sortable: true },
      { label: "stops at step", ...number },
      ...(epochs ? [{ label: "epoch", ...number, optional: true }] : []),
      { label: "regret", ...number },
      { label: "worst run", ...number, optional: true },
      { label: "saved", ...number },
    ],
    rows: shown.map((policy) => rowOf(policy, epochs, policy.policy === chosen)),
    caption: captionOf(runs.length, policies.length - shown.length),
    empty: "No policy to compare.",
  };
}

function rowOf(policy: PolicyReport, epochs: boolean, isChosen: boolean): TableCell[] {
  const { at, censored, runs, ownRegret, worstOwnRegret, ownSaved, kind } = policy,
    saved = ownSaved?.median ?? null;
  const beyond = censored === 0 ? {} : { sub: `${runs - censored} of ${runs}` };
  return [
    { text: policy.policy, policy: kind, sub: isChosen ? "chosen" : policy.rule },
    at?.step == null
      ? { text: "censored", value: null }
      : { text: thousands(at.step), value: at.step, ...beyond },
    ...(epochs ? [{ text: at?.epoch?.toFixed(1) ?? MISSING, value: at?.epoch ?? null }] : []),
    { text: signed(ownRegret?.median ?? null), value: ownRegret?.median ?? null, ...band(ownRegret) },
    { text: signed(worstOwnRegret), value: worstOwnRegret },
    {
      text: percent(saved),
      value: saved,
      ...(saved === null ? {} : { meter: { share: saved, policy: kind } }),
    },
  ];
}

const band = (banded: Banded | null): Pick<TableCell, "sub"> =>
  banded === null || banded.low === banded.high
    ? {}
    : { sub: `${decimals(banded.low)} to ${decimals(banded.high)}` };

function captionOf(runs: number, left: number): string {
  const of = runs === 1 ? "One run, in hindsight" : `Medians of ${runs} runs, with 95% bands`;
  return left === 0 ? of : `${of}; ${left} policies that others beat, or that are censored, are left out`;
}
