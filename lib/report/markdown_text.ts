/** Texts as parts of GitHub-flavoured Markdown, in which they are words and nothing else. */

const ENTITIES: Readonly<Record<string, string>> = { "<": "&lt;", "&": "&amp;" };
/** One character that means something, as one that does not. */
export const escapeMark = (mark: string): string => ENTITIES[mark] ?? `\\${mark}`;

/**
 * Words as Markdown that shows them as they are. Underscores inside of words mean nothing and stay.
 * @example
 * ```ts
 * import { markdownText } from "./markdown_text.ts";
 * markdownText("*a* < b_c"); // "\\*a\\* &lt; b_c"
 * ```
 */
export function markdownText(text: string): string {
  return text.replaceAll(/[\0\\`*_[\]<$~|]|&(?=#|\w+;|$)/g, (mark, at: number) => {
    if (mark === "\0") return "�";
    return mark === "_" && WITHIN.test(text.slice(Math.max(0, at - 1), at + 2)) ? mark : escapeMark(mark);
  });
}
const WITHIN = /^[a-z0-9]_[a-z0-9]$/i;

/** Code within a line; its ticks are fewer than those around it. */
export function codeSpan(text: string): string {
  const runs = (text.match(/`+/g) ?? []).map(({ length }) => length);
  const fence = "`".repeat(1 + Math.max(0, ...runs));
  const space = /^`|`$|^ .*\S.* $/.test(text) ? " " : "";
  return text === "" ? "" : `${fence}${space}${text.replaceAll("\0", "�")}${space}${fence}`;
}

/** A block of code whose fence is longer than any in it. */
export function codeFence(text: string, language = ""): string {
  const runs = (text.match(/`+/g) ?? []).map(({ length }) => length);
  const fence = "`".repeat(Math.max(3, 1 + Math.max(0, ...runs)));
  return `${fence}${language}\n${text.replace(/\n$/, "").replaceAll("\0", "�")}\n${fence}`;
}

const RULES: Readonly<Record<string, string>> = { "": "---", left: ":--", center: ":-:", right: "--:" };

/** A table from cells that are Markdown already. `align`: left, center or right; default none is said. */
export function markdownTable(
  columns: readonly { readonly label: string; readonly align?: string }[],
  rows: readonly (readonly string[])[],
): string {
  // a code span keeps its bars: there as elsewhere in a table they are escaped
  const cell = (text: string) => text.replaceAll(/(?<!\\)\|/g, "\\|");
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(" | ")} |`;
  const rules = columns.map(({ align }) => RULES[align ?? ""]);
  return [
    line(columns.map(({ label }) => label)),
    `| ${rules.join(" | ")} |`,
    ...rows.map((row) => line(columns.map((_, i) => row[i] ?? ""))),
  ].join("\n");
}
