/** Counts wrong secrets, so that nobody may try on and on. */

/** Bad tries that are answered with 401 within one window; the ones after that get 429. */
const BAD_TRIES = 20;
const WINDOW_MS = 60_000;

export interface BadTries {
  /** a wrong secret came in */
  add(): void;
  /** true while too many have come in */
  tooMany(): boolean;
}

/**
 * The wrong secrets of the last minute. Who asks lets right ones in all the same: 256 bits cannot be guessed, and so
 * nobody can lock others out by trying.
 * @param now clock in milliseconds
 * @example
 * ```ts
 * import { badTries } from "./bad_tries.ts";
 * const tries = badTries();
 * tries.add();
 * tries.tooMany(); // false
 * ```
 */
export function badTries(now: () => number = Date.now): BadTries {
  let bad: number[] = [];
  const lately = () => bad.filter((at) => now() - at < WINDOW_MS);
  return {
    add() {
      bad = lately();
      if (bad.length <= BAD_TRIES) bad.push(now());
    },
    tooMany: () => lately().length > BAD_TRIES,
  };
}
