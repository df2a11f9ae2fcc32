/** Which of Hyperband's brackets a trial is in. */
import { type HyperbandBracket, hyperbandBrackets } from "./hyperband_brackets.ts";

/**
 * The bracket of a trial by its number: each bracket has its share of the first trials too, however many there are,
 * by the rule of Webster and Sainte-Laguë. In the order of the paper, the boldest bracket first, a study of fewer
 * trials than that bracket begins with would have no other.
 * @param R most that one trial may be given, in units of the first rung; whole, at least 1
 * @param eta whole, at least 2
 * @param number of the trial, from 0
 * @example
 * ```ts
 * const bracket = bracketOf(81, 3, 0); // the boldest: 81 trials of 1 at first
 * ```
 */
export function bracketOf(R: number, eta: number, number: number): HyperbandBracket {
  const brackets = hyperbandBrackets(R, eta), sizes = brackets.map(({ rungs }) => rungs[0].trials);
  const taken = sizes.map(() => 0);
  let chosen = 0;
  for (let n = number % sizes.reduce((sum, size) => sum + size); n >= 0; n--) {
    chosen = 0;
    sizes.forEach((size, i) => {
      if (size * (2 * taken[chosen] + 1) > sizes[chosen] * (2 * taken[i] + 1)) chosen = i;
    });
    taken[chosen]++;
  }
  return brackets[chosen];
}
