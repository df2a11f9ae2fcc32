/** What a schedule with an end gives past it. */
import { countText } from "../durations.ts";
import type { Past } from "./schedule.ts";

/**
 * Continues a rate past its horizon. The horizon's own index is the first one past it: there `hold` gives the value
 * that the schedule comes to, and keeps it.
 * @throws RangeError for `error`: `update 2,001 is past the horizon of 2,000 updates`
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
    throw new RangeError(
      `update ${countText(index + 1)} is past the horizon of ${countText(horizon)} updates`,
    );
  };
}
