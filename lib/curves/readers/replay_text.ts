/** What `plateau replay` prints for people. */
import { valueText } from "../../criteria/observed.ts";
import { countText, evaluations } from "../../durations.ts";
import type { Banded } from "../../policies/bootstrap.ts";
import type { PolicyReport } from "../../policies/report.ts";
import { axisText } from "../axis.ts";
import type { LogWarning } from "../logged.ts";
import { durationOnAxesText } from "../spacing.ts";
import type { Comparisons } from "./comparable.ts";
import type { Judged } from "./replay_command.ts";

/** More lines of one kind than this are counted. */
const MOST_LINES = 8;

/**
 * A table for each group of runs, then what has to be known of it, then its advice.
 * @example
 * ```ts
 * const text = replayText([], { comparisons: [], skipped: [{ name: "a", because: "no metric" }] }, []);
 * ```
 */
export function replayText(
  judged: readonly Judged[],
  { skipped }: Comparisons,
  warnings: readonly LogWarning[],
): string {
  const left = skipped.map(({ name, because }) => `left out: ${name}: ${because}`);
  return [...bounded(left), ...bounded(told(warnings)), ...judged.map(groupText)].join("\n\n");
}

function groupText({ comparison, report }: Judged): string {
  const { metric, mode, counts, runs } = comparison, [{ metrics }] = runs;
  const tag = metrics[metric] === metric ? metric : `${metric} (${metrics[metric]})`;
  const way = mode === "min" ? "less is better" : "more is better";
  const names = runs.length > 3 ? "" : `: ${runs.map(({ run }) => run.name).join(", ")}`;
  const head = [`${tag}, ${way}, ${runs.length} run${runs.length === 1 ? "" : "s"}${names}`];
  if (report.spacing) {
    const spacing = counts === "updates"
      ? report.spacing
      : { ...report.spacing, per: { ...report.spacing.per, steps: null } };
    const patience = durationOnAxesText(evaluations(5), spacing);
    if (patience.includes("=")) head.push(`patience ${patience}`);
  }
  const stopping = report.policies.filter(({ at }) => at !== null);
  const beyond = report.policies.filter(({ at }) => at === null).map(({ policy }) => policy);
  const notes = [...new Set(runs.flatMap(({ warnings }) => warnings))];
  const faults = told(runs.flatMap(({ run }) => run.warnings));
  return [
    head.join("\n"),
    ...(stopping.length === 0
      ? []
      : [table(stopping.map((policy) => row(policy, report.chosen, counts)), report.chosen, runs.length)]),
    ...(beyond.length > 0 ? [`past the end of every recording: ${beyond.join(", ")}`] : []),
    ...bounded([...notes, ...faults]),
    ...bounded(report.versus.map(({ text }) => text)),
    report.advice.text,
  ].join("\n\n");
}

function row(
  { policy, at, kept, ownRegret, ownSaved, censored, keptNothing, runs, onFrontier }: PolicyReport,
  chosen: string | null,
  counts: string,
): string[] {
  const { step, epoch, examples } = at!;
  const places = [
    ...(counts === "epochs"
      ? []
      : [`${counts === "records" ? "record" : "step"} ${countText(Math.round(step!))}`]),
    ...(epoch === null ? [] : [`epoch ${axisText("epoch", epoch)}`]),
    ...(examples === null ? [] : [`${axisText("examples", examples)} examples`]),
  ];
  return [
    `${policy === chosen ? ">" : onFrontier ? "*" : " "} ${policy}`,
    places.join(", "),
    kept === null ? "nothing" : valueText(kept),
    bandText(ownRegret, (value) => String(Number(value.toPrecision(2)))),
    bandText(ownSaved, (value) => `${Math.round(value * 100)}%`),
    [
      ...(censored === 0 ? [] : [`censored on ${censored} of ${runs}`]),
      ...(keptNothing === 0 || kept === null ? [] : [`keeps nothing on ${keptNothing} of ${runs}`]),
    ].join(", "),
  ];
}

function bandText(banded: Banded | null, text: (value: number) => string): string {
  if (banded === null) return "";
  const middle = text(banded.median), low = text(banded.low), high = text(banded.high);
  return banded.of < 2 || (low === middle && high === middle) ? middle : `${middle} (${low} to ${high})`;
}

function table(rows: readonly string[][], chosen: string | null, runs: number): string {
  const head = ["  policy", "stops at", "keeps", "off its best", "saved", ""];
  const all = [head, ...rows].map((row) => rows.some((row) => row[5] !== "") ? row : row.slice(0, 5));
  const widths = all[0].map((_, i) => Math.max(...all.map((row) => row[i].length)));
  const lines = all.map((row) =>
    row.map((cell, i) => i < 2 || i === 5 ? cell.padEnd(widths[i]) : cell.padStart(widths[i])).join("  ")
      .trimEnd()
  );
  const bands = runs > 1 ? "; medians, with their 95% bands" : "";
  return [
    ...lines,
    "",
    `${chosen === null ? "" : "> chosen, "}* none saves as much with as little regret${bands}`,
  ].join("\n");
}

/** Warnings, those that say the same of several files once. */
function told(warnings: readonly LogWarning[]): string[] {
  return Array.from(Map.groupBy(warnings, ({ message }) => message), ([message, same]) => {
    const files = new Set(same.map(({ file }) => file));
    return files.size === 1 ? `${same[0].file}: ${message}` : `${message} (${files.size} files)`;
  });
}

function bounded(lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  const more = lines.length - MOST_LINES;
  return [[...lines.slice(0, MOST_LINES), ...(more > 0 ? [`and ${countText(more)} more`] : [])].join("\n")];
}
