/** Numbers as programs print them. */

const decimal = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;

/** NaN and infinities by their spellings in Python, C, JavaScript and older Windows runtimes, without sign, small. */
const special: ReadonlyMap<string, number> = new Map([
  ["nan", NaN],
  ["nan(ind)", NaN],
  ["1.#qnan", NaN],
  ["1.#ind", NaN],
  ["inf", Infinity],
  ["infinity", Infinity],
  ["1.#inf", Infinity],
]);

/**
 * The number that a text is; null when it is none, also for an empty one.
 * @example
 * ```ts
 * import { loggedNumber } from "./logged_number.ts";
 *
 * console.assert(loggedNumber("-inf") === -Infinity && loggedNumber("1e+308") === 1e308);
 * console.assert(loggedNumber("") === null && loggedNumber("0x10") === null);
 * ```
 */
export function loggedNumber(text: string): number | null {
  const bare = text.trim();
  if (decimal.test(bare)) return Number(bare);
  if (bare.length > 12) return null;
  const value = special.get(bare.replace(/^[+-]/, "").toLowerCase());
  return value === undefined ? null : bare.startsWith("-") ? -value : value;
}
