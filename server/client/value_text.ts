/** Any value as a few lines of text, for what no view is made for. */

import { thousands } from "../../lib/charts/format.ts";

const ITEMS = 20;
const DEPTH = 3;
const LENGTH = 2_000;

function listText(values: ArrayLike<unknown>, depth: number, seen: readonly object[]): string {
  const shown: string[] = [];
  for (let index = 0; index < Math.min(values.length, ITEMS); index++) {
    shown.push(textAt(values[index], depth + 1, seen));
  }
  if (values.length > ITEMS) shown.push(`… ${values.length} in all`);
  return `[${shown.join(", ")}]`;
}

/** The first items of a collection, which may be long, with its true length. */
function first<T>(values: Iterable<T> & { readonly size: number }): readonly T[] {
  const found: T[] = [];
  for (const value of values) {
    if (found.push(value) === ITEMS) break;
  }
  found.length = values.size; // the rest is only counted
  return found;
}

function entriesOf(value: object): [size: number, entries: [unknown, unknown][]] {
  const keys = Object.keys(value);
  return [keys.length, keys.slice(0, ITEMS).map((key) => [key, (value as Record<string, unknown>)[key]])];
}

function objectText(value: object, depth: number, seen: readonly object[]): string {
  if (seen.includes(value)) return "(itself)";
  const path = [...seen, value];
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  if (value instanceof Date) return Number.isNaN(+value) ? "invalid date" : value.toISOString();
  if (value instanceof RegExp) return String(value);
  if (ArrayBuffer.isView(value) && "length" in value) {
    return `${value.constructor.name} ${listText(value as unknown as ArrayLike<unknown>, depth, path)}`;
  }
  if (depth >= DEPTH) return Array.isArray(value) ? `[${value.length} items]` : "{…}";
  if (Array.isArray(value)) return listText(value, depth, path);
  if (value instanceof Set) return `Set ${listText(first(value), depth, path)}`;
  const [size, entries] = value instanceof Map ? [value.size, first(value)] : entriesOf(value);
  const shown = entries.slice(0, ITEMS).map(([key, item]) =>
    `${String(key)}: ${textAt(item, depth + 1, path)}`
  );
  if (size > ITEMS) shown.push(`… ${size} in all`);
  return shown.length === 0 ? "{}" : `{ ${shown.join(", ")} }`;
}

function textAt(value: unknown, depth: number, seen: readonly object[]): string {
  if (typeof value === "string") {
    return depth === 0 ? value : JSON.stringify(value.slice(0, LENGTH));
  }
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "function") return `function ${value.name || "without a name"}`;
  return typeof value === "object" && value !== null ? objectText(value, depth, seen) : String(value);
}

/** At most 20 items of a list, 3 levels and 2,000 characters; of a longer string it says how long it is. */
export function valueText(value: unknown): string {
  const text = textAt(value, 0, []);
  if (text.length <= LENGTH) return text;
  const whole = typeof value === "string" ? ` ${thousands(value.length)} characters in all` : "";
  return `${text.slice(0, LENGTH)}…${whole}`;
}
