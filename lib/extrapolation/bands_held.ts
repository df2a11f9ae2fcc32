/** How often the bands of extrapolations held on recordings. */
import { USUAL_SHARE } from "./predicted.ts";

/** Plain data. */
export interface BandsHeld {
  /** times as far as recorded */
  readonly factor: number;
  /** share of the bands that held what came */
  readonly rate: number;
  /** bands that were looked at */
  readonly of: number;
}

/**
 * Of 80 % bands. Measured by `calibration`, with eight cuts each, on 376 recordings: 64 of this tool, trained after all was
 * chosen (spirals and digits, four models, four optimizers, constant rates), and 312 of others that no width of a band was
 * chosen by: 286 of the AlgoPerf leaderboard (nine workloads), 23 of its baselines, 3 of modded-nanogpt, most with a rate
 * that decays. Of the 64, 80 % bands held 87 to 89 %: too wide for smooth losses at a constant rate. Of the 312, 77 to 78 %
 * up to twice as far, and 74 % at three times: the decay of a rate is not foreseen. 50 % bands held 53 to 55 % of all, 95 %
 * bands 93, 93, 92 and 90 %. Nothing was told in 21 % of the cases at 1.25 times, in 28, 36 and 51 % further on.
 */
const MEASURED: readonly BandsHeld[] = [
  { factor: 1.25, rate: 0.795, of: 1995 },
  { factor: 1.5, rate: 0.801, of: 1496 },
  { factor: 2, rate: 0.805, of: 1064 },
  { factor: 3, rate: 0.776, of: 523 },
];

/**
 * How often bands held that reach so far, or a little further; null where that was not measured.
 * @param share how often they are to hold
 * @example
 * ```ts
 * const rate = bandsHeld(1.4, 0.8)?.rate;
 * ```
 */
export const bandsHeld = (factor: number, share: number): BandsHeld | null =>
  share === USUAL_SHARE ? MEASURED.find((measured) => factor <= measured.factor) ?? null : null;
