/** How often the bands of extrapolations held on recordings that nothing was chosen by. */
import { USUAL_SHARE } from "../extrapolation/predicted.ts";

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
 * Of 80 % bands. Measured by `calibration` on 376 recordings by which no number of the extrapolation was chosen, with eight
 * cuts each: 64 of this tool (digits and breast cancer at rates of their own, some with wrong labels), 286 of the
 * AlgoPerf leaderboard (submissions of their own, nine workloads), 23 of its baselines and 3 of modded-nanogpt, most of
 * these with a rate that decays. 50 % bands held 53 to 56 %, 95 % bands 94, 93, 92 and 90 %. In a quarter of the cases at
 * 1.25 times and in half of those at 3 times nothing was told. Bands of smooth losses at a constant rate are too wide (93 %
 * at twice as far); those of the leaderboard, where the decay of the rate is not foreseen, are too narrow past twice as far
 * (76 % there, 71 % at three times).
 */
const MEASURED: readonly BandsHeld[] = [
  { factor: 1.25, rate: 0.799, of: 1974 },
  { factor: 1.5, rate: 0.802, of: 1478 },
  { factor: 2, rate: 0.8, of: 1045 },
  { factor: 3, rate: 0.766, of: 525 },
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
