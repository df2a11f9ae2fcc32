/** The training loss over the seeds as one quiet line. */
import { ema } from "../curves/smooth.ts";
import type { Axis, Trajectory } from "../curves/trajectory.ts";
import type { Line } from "./series.ts";

/**
 * Mean batch loss over the seeds at each update, smoothed with the stronger of `smoothing` and a window of one
 * per cent of the updates recorded: single batches are noise. The x values are those of the longest run.
 */
export function trainingLine(trajectories: readonly Trajectory[], axis: Axis, smoothing: number): Line {
  const longest = trajectories.reduce<Trajectory | null>(
    (best, run) => best === null || run.updates.loss.length > best.updates.loss.length ? run : best,
    null,
  );
  if (longest === null) return { x: new Float64Array(), y: new Float64Array() };
  const mean = new Float64Array(longest.updates.loss.length);
  for (let update = 0; update < mean.length; update++) {
    let [total, count] = [0, 0];
    for (const { updates } of trajectories) {
      if (!Number.isFinite(updates.loss[update])) continue;
      total += updates.loss[update];
      count++;
    }
    mean[update] = count > 0 ? total / count : NaN;
  }
  const window = Math.max(1, mean.length / 100);
  return { x: longest.updates[axis], y: Float64Array.from(ema(mean, Math.max(smoothing, 1 - 1 / window))) };
}
