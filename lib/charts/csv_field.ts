/**
 * A field of a table for other tools; what a spreadsheet would take for a formula is kept a text.
 *
 * @example
 * ```ts
 * import { csvField } from "./csv_field.ts";
 * csvField("a,b"); // "\"a,b\""
 * csvField("=1+1"); // "\"'=1+1\""
 * ```
 */
export function csvField(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) || safe !== text ? `"${safe.replaceAll('"', '""')}"` : safe;
}
