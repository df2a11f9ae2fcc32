/** Words that a clock made, marked as such: they are others each time, and no check of a report counts that. */
import { onAxis } from "./charts/format.ts";

/** Signs that show as nothing, in this order in no other text; a reading is a few words at most. */
const [BEGIN, END] = ["\u2063\u2060", "\u2060\u2063"];
const READING = /\u2063\u2060([^\u2060\u2063]{0,40})\u2060\u2063/g;

/**
 * What a clock said, for prose, tables and any other text. The text reads as it would without; a check of the report
 * leaves the reading out, and says so, where an unmarked one differs.
 *
 * @param reading seconds, which become `4.2 s` or `3:51`, or the words themselves, at most 40 letters
 * @throws {Error} `invalid reading: …` for more
 * @example
 * ```ts
 * import { clocked } from "./clocked.ts";
 * const text = `The training took ${clocked(4.23)}.`; // reads "The training took 4.2 s."
 * ```
 */
export function clocked(reading: number | string): string {
  const words = typeof reading === "number" ? onAxis(reading, "seconds") : String(reading);
  if (words.length > 40) throw new Error(`invalid reading: ${words.slice(0, 40)}… (at most 40 letters)`);
  return BEGIN + words.replaceAll(/[\u2060\u2063]/g, "") + END;
}

/** A text with one sign in the place of each reading: two that differ in their readings alone are the same. */
export const withoutReadings = (text: string): string => text.replaceAll(READING, "⏱");

/** A text as it reads, without marks. */
export const withoutMarks = (text: string): string => text.replaceAll(READING, "$1");
