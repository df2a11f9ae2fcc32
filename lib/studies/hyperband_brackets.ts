/** Hyperband's table: how many trials, for how long. */
import { shown } from "../durations.ts";

/** One round of successive halving. */
export interface HyperbandRung {
  /** trials in this round */
  readonly trials: number;
  /** what each has been given by its end, in all; may be a fraction */
  readonly resource: number;
}
export interface HyperbandBracket {
  /** halvings after the first round */
  readonly s: number;
  readonly rungs: readonly HyperbandRung[];
}

/**
 * The brackets of Hyperband (Li et al., JMLR 2018, Algorithm 1), from the boldest to the one that halves nothing. With
 * s_max = ⌊log_eta R⌋, bracket s begins with ⌈(s_max + 1) eta^s / (s + 1)⌉ trials of R / eta^s each; every round keeps
 * one in eta and gives it eta times as much. The logarithm is counted in whole numbers: in floating point that of 243
 * to base 3 is 4.999…
 * @param R most that one trial may be given, in whatever unit; whole, at least 1
 * @param eta whole, at least 2
 * @throws RangeError `invalid eta: 1 (a whole number, at least 2)`
 * @example
 * ```ts
 * const brackets = hyperbandBrackets(81, 3); // first 81 trials of 1, then 27 of 3, … 1 of 81
 * ```
 */
export function hyperbandBrackets(R: number, eta: number): readonly HyperbandBracket[] {
  for (const [field, value, least] of [["R", R, 1], ["eta", eta, 2]] as const) {
    if (!Number.isSafeInteger(value) || value < least) {
      throw new RangeError(`invalid ${field}: ${shown(value)} (a whole number, at least ${least})`);
    }
  }
  const powers = [1];
  while (powers[powers.length - 1] * eta <= R) powers.push(powers[powers.length - 1] * eta);
  const most = powers.length - 1;
  return powers.map((_, i) => {
    const s = most - i, trials = Math.ceil((most + 1) * powers[s] / (s + 1));
    const rungs = powers.slice(0, s + 1).map((power, round) => ({
      trials: Math.floor(trials / power),
      resource: R / powers[s - round],
    }));
    return { s, rungs };
  });
}
