/** Texts that say the same but for their numbers. */

/** before, after, and what rounding alone may make of them: one of the last digit that is shown */
export type NumberPair = readonly [before: number, after: number, step: number];

/** as `-1,234.5e-7`; a digit right after a letter belongs to a name */
const NUMBER =
  /(?<![\p{L}\p{N}_.#])[-−+]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:e[-+]?\d+)?(?![\p{L}\p{N}_])/giu;

/**
 * The numbers of two texts in pairs where these differ; null where anything else of the texts differs.
 * @param alike names that may stand in each other's place
 * @example
 * ```ts
 * import { compareText } from "./compare_text.ts";
 * compareText("loss 0.0312 at step 450", "loss 0.0313 at step 450"); // [[0.0312, 0.0313, 0.0001]]
 * compareText("seed 1 won", "seed 2 lost"); // null
 * ```
 */
export function compareText(
  from: string,
  to: string,
  alike: readonly string[] = [],
): NumberPair[] | null {
  const [before, after] = [from, to].map((text) => withoutNames(text, alike));
  const [left, right] = [before, after].map((text) => text.replaceAll(NUMBER, "0"));
  if (left !== right) return null;
  const [was, is] = [before, after].map((text) => text.match(NUMBER) ?? []);
  if (was.length !== is.length) return null;
  return was.flatMap((word, i): NumberPair[] =>
    word === is[i] ? [] : [[valueOf(word), valueOf(is[i]), Math.max(lastDigit(word), lastDigit(is[i]))]]
  );
}

/** The longest first: a name may be part of another. */
const withoutNames = (text: string, names: readonly string[]): string =>
  [...names].sort((a, b) => b.length - a.length).reduce((left, name) => left.replaceAll(name, "…"), text);

const plain = (word: string): string => word.replaceAll(",", "").replace("−", "-");
const valueOf = (word: string): number => Number(plain(word));

/** What one more in the last digit is worth; of a whole number nothing: it is a count, and not rounded. */
function lastDigit(word: string): number {
  const [mantissa, exponent = "0"] = plain(word).toLowerCase().split("e");
  const decimals = mantissa.split(".")[1]?.length ?? 0;
  if (decimals === 0) return 0;
  return 1.000001 * 10 ** (Number(exponent) - decimals); // a little more: 0.3 - 0.2 is not 0.1
}
