/** Scales that all small lines of a table share. */
import type { Metric, Mode } from "../criteria/criterion.ts";
import type { Trajectory } from "../curves/trajectory.ts";

export interface SharedScales {
  readonly domain: readonly [number, number];
  readonly xDomain: readonly [number, number];
}
export interface SmallLine {
  readonly trajectory: Trajectory;
  /** the last step that it has or is to have */
  readonly last: number;
  /** one that blew up must not flatten the others */
  readonly isSound: boolean;
}

/**
 * One scale for all, so that the lines compare; the first fall would flatten what is compared.
 * @example
 * ```ts
 * const { domain } = sharedScales([], "validation.loss", "min"); // [0, 1]
 * ```
 */
export function sharedScales(lines: readonly SmallLine[], metric: Metric, mode: Mode): SharedScales {
  const last = Math.max(1, ...lines.map((line) => line.last));
  const sound = lines.filter(({ isSound }) => isSound);
  const extent = (from: number): [number, number] => {
    let [low, high] = [Infinity, -Infinity];
    for (const { trajectory: { evaluations: { step, metrics } } } of sound.length > 0 ? sound : lines) {
      for (let row = 0; row < step.length; row++) {
        const value = metrics[metric]?.[row];
        if (step[row] < from || !Number.isFinite(value)) continue;
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
    }
    return [low, high];
  };
  const [all, calm] = [extent(0), extent(0.05 * last)];
  if (all[0] > all[1]) return { domain: [0, 1], xDomain: [0, last] };
  if (calm[0] > calm[1]) return { domain: all, xDomain: [0, last] };
  return { domain: mode === "min" ? [all[0], calm[1]] : [calm[0], all[1]], xDomain: [0, last] };
}
