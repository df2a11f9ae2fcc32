/** The same rate throughout. */
import { aboveZero } from "../option_checks.ts";
import type { ScheduleKind } from "./schedule.ts";

export interface Constant {
  readonly kind: "constant";
  readonly rate: number;
}

/**
 * The same rate throughout: rate(i) = rate. It has no horizon.
 * @throws RangeError `invalid rate: -1 (a number above 0)`
 * @example
 * ```ts
 * const schedule = constant(1e-3);
 * ```
 */
export const constant = (rate: number): Constant => ({ kind: "constant", rate: aboveZero("rate", rate) });

export const constantKind: ScheduleKind<Constant> = {
  keys: ["rate"],
  defaults: {},
  make: ({ rate }) => constant(rate),
  resolve: ({ rate }) => ({ horizon: null, warmup: 0, peak: rate, rate: () => rate }),
};
