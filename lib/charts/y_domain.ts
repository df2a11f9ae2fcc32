/** Which values of a learning curve are shown: the floor is what is compared, the first fall is cut off. */
import type { Mode } from "../criteria/criterion.ts";
import type { Line, Series } from "./series.ts";

export interface YDomainOptions {
  readonly series: readonly Series[];
  /** shown as far as it fits; never sets the scale, but for its end when that lies near */
  readonly training: Line | null;
  readonly mode: Mode;
  /** end of the x domain */
  readonly xMax: number;
  /** everything is shown */
  readonly whole: boolean;
}

/** A training loss this far below the floor, in heights of the range, still widens the domain. */
const NEAR = 0.4;
const START = 0.1;

/**
 * The y domain starts where the slowest run has passed 10 % of x. For a metric that grows (`mode` max) the
 * same upside down.
 */
export function yDomain({ series, training, mode, xMax, whole }: YDomainOptions): [number, number] {
  const sign = mode === "min" ? 1 : -1;
  const range = { floor: Infinity, top: -Infinity, all: -Infinity };
  for (const { x, low, high } of series) {
    for (let row = 0; row < x.length; row++) {
      const [best, worst] = sign > 0 ? [low[row], high[row]] : [-high[row], -low[row]];
      if (!Number.isFinite(best) || !Number.isFinite(worst)) continue;
      range.floor = Math.min(range.floor, best);
      range.all = Math.max(range.all, worst);
      if (x[row] >= START * xMax) range.top = Math.max(range.top, worst);
    }
  }
  if (range.floor === Infinity) return [0, 1];
  if (whole || range.top === -Infinity) range.top = range.all;
  return settle(range.floor, range.top, sign, series, nearTraining(training, range, sign, whole));
}

/** The lowest training loss, when it is near enough to be shown; otherwise infinite. */
function nearTraining(
  training: Line | null,
  range: { floor: number; top: number },
  sign: number,
  whole: boolean,
): number {
  if (training === null || sign < 0) return Infinity;
  let lowest = Infinity;
  for (const value of training.y) if (value < lowest) lowest = value;
  return whole || lowest >= range.floor - NEAR * (range.top - range.floor) ? lowest : Infinity;
}

function settle(
  floor: number,
  top: number,
  sign: number,
  series: readonly Series[],
  training: number,
): [number, number] {
  const span = top - floor;
  if (span === 0) {
    const half = Math.abs(top) / 2 || 0.5;
    return sign > 0 ? [top - half, top + half] : [-top - half, half - top];
  }
  const [best, worst] = [Math.min(floor - 0.15 * span, training - 0.04 * span), top + 0.04 * span];
  const domain: [number, number] = sign > 0 ? [best, worst] : [-worst, -best];
  const within = (test: (value: number) => boolean) =>
    series.every(({ low, high }) =>
      low.every((value) => !(test(value))) && high.every((value) => !(test(value)))
    );
  // Losses do not go below 0 and shares not above 1; an axis that does would suggest otherwise.
  if (domain[0] < 0 && within((value) => value < 0)) domain[0] = 0;
  if (domain[1] > 1 && sign < 0 && within((value) => value > 1)) domain[1] = 1;
  return domain;
}
