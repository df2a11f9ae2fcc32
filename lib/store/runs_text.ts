/** Runs as lines for a terminal. */
import { countText } from "../durations.ts";
import type { ConfigDiff } from "./config_diff.ts";
import type { ConfigValue, RunRow, Store } from "./store.ts";

/** Characters of a cell; what is longer is cut. */
const WIDEST = 48;

/** Rows of cells under each other; numbers to the right. */
export function aligned(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows].map((row) => row.map(short));
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column].length)));
  const right = head.map((_, column) =>
    rows.length > 0 && rows.every((row) => /^$|^[-−\d]/.test(row[column]))
  );
  return all.map((row) =>
    row.map((cell, column) => right[column] ? cell.padStart(widths[column]) : cell.padEnd(widths[column]))
      .join("  ")
      .trimEnd()
  ).join("\n");
}

/** Text in one line that is drawn as it reads: a name must neither move the cursor nor turn the line around. */
export const inLine = (text: string): string =>
  text.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, " ").replaceAll(/[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, "");

const short = (text: string) => {
  const line = inLine(text);
  return line.length > WIDEST ? `${line.slice(0, WIDEST - 1)}…` : line;
};

/** A number as people compare it. */
export const numberText = (value: number): string =>
  Number.isInteger(value) && Math.abs(value) < 1e15 ? countText(value) : String(Number(value.toPrecision(6)));

const bestText = ({ best }: RunRow) => best === null ? "" : numberText(best.value);
const when = (milliseconds: number) => new Date(milliseconds).toISOString().slice(0, 16).replace("T", " ");

/** One line a run. */
export function runsText(rows: readonly RunRow[]): string {
  if (rows.length === 0) return "no runs";
  return aligned(
    ["id", "name", "state", "step", "best", "metric", "rule", "tags", "begun"],
    rows.map((row) => [
      row.id,
      row.name,
      row.state,
      countText(row.step),
      bestText(row),
      row.best?.metric ?? "",
      row.rule || row.source,
      row.tags.join(" "),
      when(row.created),
    ]),
  );
}

/** All that is known of a run, without its curves. */
export function runText(
  row: RunRow,
  checkpoints: Awaited<ReturnType<Store["checkpoints"]>>,
  policies: readonly string[],
): string {
  const { best } = row;
  const lines: [string, string][] = [
    ["id", row.id],
    ["name", row.name],
    ["state", row.because ? `${row.state} (${row.because})` : row.state],
    ["source", row.from === null ? row.source : `${row.source}, ${row.from}`],
    ["begun", `${when(row.created)}, last written ${when(row.updated)} (UTC)`],
    ["step", `${countText(row.step)} (${row.counting.unit})`],
    ...(best
      ? [["best", `${best.metric} ${numberText(best.value)} at ${countText(best.step)}`] as [string, string]]
      : []),
    ...(row.rule ? [["rule", row.rule] as [string, string]] : []),
    ...(row.tags.length ? [["tags", row.tags.join(" ")] as [string, string]] : []),
    ["metrics", row.metrics.join(", ")],
    ...Object.entries(row.config).map(([key, value]): [string, string] => [key, valueText(value)]),
    ...checkpoints.map(({ step, path, sha256 }): [string, string] => [
      "checkpoint",
      `step ${countText(step)}, ${path}, sha256 ${sha256.slice(0, 12)}`,
    ]),
    ...policies.map((policy): [string, string] => ["judged", policy]),
    ...row.warnings.map(({ file, offset, message }): [string, string] => [
      "warning",
      `${file}${offset === null ? "" : ` at byte ${countText(offset)}`}: ${message}`,
    ]),
  ];
  const width = Math.max(...lines.map(([name]) => name.length));
  return lines.map(([name, value]) => inLine(`${name.padEnd(width)}  ${value}`)).join("\n");
}

/** How runs ended and what differs between them, one column a run. */
export function comparisonText(
  rows: readonly RunRow[],
  finals: readonly (number | null)[],
  { differing, same }: ConfigDiff,
): string {
  const table = aligned(["", ...rows.map(({ id }) => id)], [
    ["name", ...rows.map(({ name }) => name)],
    ["state", ...rows.map(({ state }) => state)],
    ["step", ...rows.map(({ step }) => countText(step))],
    ["metric", ...rows.map(({ best }) => best?.metric ?? "")],
    ["best", ...rows.map(bestText)],
    ["best at", ...rows.map(({ best }) => best === null ? "" : countText(best.step))],
    ["final", ...finals.map((value) => value === null ? "" : numberText(value))],
    ...differing.map(({ key, values }) => [key, ...values.map(valueText)]),
  ]);
  return same.length === 0
    ? table
    : `${table}\n\n${inLine(`the same in all: ${same.map(({ key }) => key).join(", ")}`)}`;
}

const valueText = (value: ConfigValue | undefined) => value === undefined ? "" : String(value);
