/** A value in a few words, for the line that says what differs. No control character of it reaches a terminal. */
import { printable } from "../printable.ts";

const LONGEST = 60;

/**
 * @example
 * ```ts
 * import { leafText } from "./leaf_text.ts";
 * leafText(-0); // "-0"
 * leafText("a\nb"); // '"a\\nb"'
 * leafText(new Float64Array(3)); // "Float64Array of 3"
 * ```
 */
export function leafText(value: unknown): string {
  if (Object.is(value, -0)) return "-0";
  if (typeof value === "string") {
    return JSON.stringify(value.length > LONGEST ? `${value.slice(0, LONGEST)}…` : value);
  }
  if (typeof value === "bigint") return `${String(value).slice(0, LONGEST)}n`;
  if (typeof value !== "object" || value === null) return String(value);
  const kind = Object.prototype.toString.call(value).slice(8, -1);
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "no date" : value.toISOString();
  if (value instanceof Map || value instanceof Set) return `${kind} of ${value.size}`;
  if (value instanceof Error) return printable(`${value.name}: ${value.message}`);
  const { length } = value as { length?: unknown };
  if (ArrayBuffer.isView(value) && typeof length === "number") return `${kind} of ${length}`;
  return kind === "Object" ? `an object with ${printable(Object.keys(value).join(", ")) || "nothing"}` : kind;
}
