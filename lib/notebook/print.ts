/** Displayed values as text, for terminals and logs. */
import type { Chart, Table, TableCell } from "../charts/chart.ts";
import { inLine } from "../store/runs_text.ts";
import type { Markdown } from "./authoring.ts";

type Cellish = TableCell | string | number;

/**
 * What a terminal shows for a displayed value: a chart's own text, a table in aligned columns, prose without its marks,
 * text as it is, anything else as `inspect` says it. What would move the cursor is left out: values come from data, and
 * a name in a log must not write to the terminal. Lines are at most `columns` characters where the value allows.
 * `inspect` defaults to Deno's, and to JSON where there is no Deno.
 */
export function printed(
  value: unknown,
  columns = 80,
  inspect: (value: unknown) => string = inspected,
): string {
  if (typeof value === "string") return inLines(value);
  if (isKind<Chart>(value, "chart") && typeof value.text === "function") {
    return value.empty ?? value.text(columns);
  }
  if (isKind<Table>(value, "table") && Array.isArray(value.columns)) return tableText(value, columns);
  if (isKind<Markdown>(value, "markdown")) return plainText(inLines(value.text));
  return inspect(value);
}

const inLines = (text: string): string => text.split("\n").map(inLine).join("\n");

function isKind<T extends { readonly type: string }>(value: unknown, type: T["type"]): value is T {
  return typeof value === "object" && value !== null && (value as { type?: unknown }).type === type;
}

function inspected(value: unknown): string {
  const deno = (globalThis as { Deno?: { inspect(value: unknown, options: object): string } }).Deno;
  if (deno) {
    return deno.inspect(value, { colors: false, depth: 4, iterableLimit: 20, strAbbreviateSize: 400 });
  }
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return String(value);
  }
}

/** A table in aligned columns under its labels; columns that are optional go first where it is too wide. */
export function tableText(table: Table, columns = 80): string {
  if (table.rows.length === 0) return table.empty ?? "no rows";
  const rows = table.rows.map((row) => table.columns.map((_, i) => inLine(cellText(row[i] ?? ""))));
  const labels = table.columns.map(({ label }) => inLine(label));
  let kept = table.columns.map((_, i) => i);
  const widths = table.columns.map((_, i) => Math.max(width(labels[i]), ...rows.map((row) => width(row[i]))));
  const total = () => kept.reduce((sum, i) => sum + widths[i], 0) + 2 * (kept.length - 1);
  for (let i = table.columns.length - 1; i >= 0 && total() > columns; i--) {
    if (table.columns[i].optional) kept = kept.filter((other) => other !== i);
  }
  const line = (cells: readonly string[]) =>
    kept.map((i) => {
      const space = " ".repeat(widths[i] - width(cells[i]));
      return table.columns[i].align === "right" ? space + cells[i] : cells[i] + space;
    }).join("  ").trimEnd();
  const rule = kept.map((i) => "─".repeat(widths[i])).join("  ");
  const caption = table.caption ? [plainText(inLines(table.caption))] : [];
  return [...caption, line(labels), rule, ...rows.map(line)].join("\n");
}

function cellText(cell: Cellish): string {
  if (typeof cell !== "object") return String(cell);
  const words = [cell.state && cell.state !== "done" ? cell.state : "", cell.text, cell.sub ?? ""];
  if (cell.pips && !cell.text) words.push(`${cell.pips.done} of ${cell.pips.of}`);
  return words.filter(Boolean).join(" ");
}

/** What a terminal draws two columns wide: the scripts and signs of East Asia, and pictures. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}\p{Emoji_Presentation}]/gu;

/** Columns that a text takes: code points, those that combine not counted, wide ones twice. */
const width = (text: string) => {
  const letters = text.replace(/\p{M}/gu, "");
  return [...letters].length + (letters.match(WIDE)?.length ?? 0);
};

/** Markdown without its marks: emphasis, code, headings and links (whose address is kept in brackets). */
export function plainText(markdown: string): string {
  return markdown
    .replace(/^#{1,6}[ \t]+/gm, "")
    .replace(
      /\[([^\]\n]{1,500})\]\(([^)\s]{1,2000})\)/g,
      (_, words, address) => words === address ? words : `${words} (${address})`,
    )
    .replace(/(\*\*|__)(?=\S)([^\n]{0,1000}?\S)\1/g, "$2")
    .replace(/(^|[^\w*])[*_](?=\S)([^*_\n]{1,1000}?)[*_](?![\w*])/g, "$1$2")
    .replace(/`([^`\n]{1,1000})`/g, "$1")
    .trim();
}
