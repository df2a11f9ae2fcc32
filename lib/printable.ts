/** Foreign texts as one line that a terminal shows as it is. */

/**
 * A text in one short line, without what a terminal would obey.
 * @param longest characters, before `…`; default 60
 * @example
 * ```ts
 * import { printable } from "./printable.ts";
 * printable("a\\nb"); // "a\uFFFDb"
 * ```
 */
export const printable = (text: string, longest = 60): string => {
  const shown = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, "\uFFFD");
  return shown.length > longest ? `${shown.slice(0, longest)}…` : shown;
};

/** The same, however long: 4,000 characters. */
export const oneLine = (text: string): string => printable(text, 4000);
