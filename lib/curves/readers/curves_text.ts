/** Runs of a log for people: one line each. */
import { countedText, countText } from "../../durations.ts";
import { bestRow } from "../best.ts";
import type { Counting, LoggedRun, LogWarning, Series } from "../logged.ts";
import { modeOf, trainingTag, validationTags } from "../logged_metrics.ts";

/** Metrics that are named in a line, the longest name that others are aligned to, and warnings that are printed. */
const NAMED = 3, WIDEST = 48, TOLD = 50;

/**
 * One line per run: its name and format, its metrics with their points, its range of steps, its best value, and how many
 * warnings there are; then the warnings.
 *
 * @param loose warnings that belong to no run
 *
 * @example
 * ```ts
 * import { curvesText } from "./curves_text.ts";
 *
 * console.assert(curvesText([], [{ file: "a", offset: 3, message: "damaged" }]) === "warning: a, byte 3: damaged");
 * ```
 */
export function curvesText(runs: readonly LoggedRun[], loose: readonly LogWarning[]): string {
  const rows = runs.map(cells);
  const widths = [0, 1, 2].map((i) =>
    Math.min(WIDEST, rows.reduce((most, row) => Math.max(most, row[i].length), 0))
  );
  const lines = rows.map((row) => row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join("  "));
  const warnings = [...new Set([...runs.flatMap((run) => run.warnings), ...loose].map(warningText))];
  const more = warnings.length - TOLD;
  return [
    ...lines,
    ...warnings.slice(0, TOLD),
    ...(more > 0 ? [`${countText(more)} more warnings: --json has them all`] : []),
  ].join("\n");
}

/** A run in one line. */
export const runLine = (run: LoggedRun): string => cells(run).join("  ");

/** `warning: a.csv, byte 512: damaged line skipped`. */
export const warningText = ({ file, offset, message }: LogWarning): string =>
  `warning: ${file}${offset === null ? "" : `, byte ${countText(offset)}`}: ${message}`;

function cells({ name, source, series, counting, warnings }: LoggedRun): string[] {
  const count = warnings.length;
  return [
    name,
    source.format,
    rangeText(series, counting),
    metricsText(series),
    bestText(series),
    ...(count === 0 ? [] : [countedText(count, "warning")]),
  ].filter((cell, i) => i < 4 || cell !== "");
}

/** `steps 0 to 1,530`; what a step counts where it is no update. */
function rangeText(series: LoggedRun["series"], { unit }: Counting): string {
  let first = Infinity, last = -Infinity;
  for (const { step } of Object.values(series)) {
    for (const each of step) [first, last] = [Math.min(first, each), Math.max(last, each)];
  }
  return `${unit === "updates" ? "steps" : unit} ${countText(first)} to ${countText(last)}`;
}

/** Those of the validation set first, then the training loss, then by their points. */
function ranked(series: LoggedRun["series"]): [string, Series][] {
  const tags = Object.keys(series),
    validation = validationTags(tags).filter((tag) => !tag.endsWith(".standardError"));
  const losses = validation.filter((tag) => /loss/i.test(tag));
  const first = [...losses, ...validation, trainingTag(tags)];
  const rank = (tag: string) => {
    const at = first.indexOf(tag);
    return at < 0 ? first.length : at;
  };
  return Object.entries(series).toSorted(([a, { step: x }], [b, { step: y }]) =>
    rank(a) - rank(b) || y.length - x.length
  );
}

function metricsText(series: LoggedRun["series"]): string {
  const all = ranked(series), more = all.length - NAMED;
  const named = all.slice(0, NAMED).map(([tag, { step }]) => `${tag} ${countedText(step.length, "point")}`);
  return [...named, ...(more > 0 ? [`${countText(more)} more`] : [])].join(", ");
}

/** Of the first metric; nothing where no value of it is finite. */
function bestText(series: LoggedRun["series"]): string {
  const [[tag, { step, value }]] = ranked(series), row = bestRow(value, modeOf(tag));
  return row < 0 ? "" : `best ${tag} ${+value[row].toPrecision(4)} at ${countText(step[row])}`;
}
