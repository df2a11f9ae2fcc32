/** What a schedule with an end gives past it. */
import { countText } from "../durations.ts";

/**
 * Past its horizon a schedule gives its last rate (`hold`), nothing (`error`), itself from the start (`cycle`), or
 * itself backwards and forwards again (`mirror`, what torch's CosineAnnealingLR does past T_max). Default `hold`.
 */
export type Past = "hold" | "error" | "cycle" | "mirror";
export const pasts: readonly Past[] = ["hold", "error", "cycle", "mirror"];

/** A rate is asked for past the horizon of a schedule that has none there. */
export class PastHorizon extends RangeError {
  override readonly name = "PastHorizon";
  constructor(readonly index: number, readonly horizon: number) {
    super(`update ${countText(index + 1)} is past the horizon of ${countText(horizon)} updates`);
  }
}

/**
 * Continues a rate past its horizon. The horizon's own index is the first one past it: there `hold` gives the value
 * that the schedule comes to, and keeps it.
 * @throws PastHorizon for `error`: `update 2,001 is past the horizon of 2,000 updates`
 */
export function continued(
  past: Past,
  horizon: number,
  rate: (index: number) => number,
): (index: number) => number {
  return (index) => {
    if (index < horizon) return rate(index);
    if (past === "hold") return rate(horizon);
    if (past === "cycle") return rate(index % horizon);
    if (past === "mirror") {
      const around = index % (2 * horizon);
      return rate(Math.min(around, 2 * horizon - around));
    }
    throw new PastHorizon(index, horizon);
  };
}
