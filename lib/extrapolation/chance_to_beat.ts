/** The chance that a curve still beats a value. */
import { normals } from "../random.ts";
import type { CurveFit } from "./fit_curve.ts";
import type { LineFit } from "./line_fit.ts";
import { DOUBT, DRIFT } from "./predicted.ts";
import { shapeAt } from "./shapes.ts";
import { normalShare } from "./student.ts";

export interface ToBeat {
  /** the value that has to be beaten, in the metric's unit */
  readonly value: number;
  /** the last x that counts, after the last evaluation; any distance, as the chance is an upper end and no band */
  readonly until: number;
  /** evaluations that will have been made by then, from now on */
  readonly evaluations: number;
}

/** Ways in which a curve may go on. */
const PATHS = 256;
/** Places on each; more would move the chance by less than the paths do. */
const PLACES = 16;
/** Normal numbers that a path takes: end, fall, variance, doubt, and its drift. */
const DRAWS = 4 + PLACES;
/** The same for every curve, so that chances of one curve differ by what is asked alone; made once. */
let draws: Float32Array | undefined;

/**
 * The chance that one of the next evaluations is better than a value. Paths are drawn from the fit's posterior, from one
 * seed, the parts of the mixture by their weights; on each path the noise of evaluations is counted as that of as many
 * independent ones as their likeness leaves.
 * @returns 0 to 1; 0 when no evaluation is left
 * @example
 * ```ts
 * import { fitCurve } from "./fit_curve.ts";
 * const x = [1, 2, 3, 4, 5, 6, 7, 8];
 * const fit = fitCurve({ x, y: x.map((step) => 0.2 + 1 / step), mode: "min" });
 * const chance = fit.told ? chanceToBeat(fit, { value: 0.3, until: 16, evaluations: 8 }) : null;
 * ```
 */
export function chanceToBeat(fit: CurveFit, { value, until, evaluations }: ToBeat): number {
  if (evaluations < 1 || until <= fit.last) return 0;
  const below = (value - fit.shift) / fit.scale, end = until / fit.last;
  const times = Array.from({ length: PLACES }, (_, i) => 1 + (end - 1) * (i + 1) / PLACES);
  draws ??= normals(0, "chance to beat", 0, PATHS * DRAWS);
  let missed = 0, part = 0, upTo = fit.parts[0].weight;
  for (let path = 0; path < PATHS; path++) {
    while (upTo < (path + 0.5) / PATHS && part < fit.parts.length - 1) upTo += fit.parts[++part].weight;
    const drawn = draws.subarray(path * DRAWS, (path + 1) * DRAWS);
    missed += missedBy(fit.parts[part].fit, drawn, times, below, evaluations);
  }
  return 1 - missed / PATHS;
}

/** Where the numbers of a path are, its drift after them. */
const OF_END = 0, OF_FALL = 1, OF_VARIANCE = 2, OF_DOUBT = 3, OF_DRIFT = 4;

/** The probability that no evaluation on one path is below a value. */
function missedBy(
  fit: LineFit,
  drawn: Float32Array,
  times: readonly number[],
  below: number,
  evaluations: number,
): number {
  const { freedom, spread: [endEnd, endFall, fallFall] } = fit, root = Math.sqrt(fallFall);
  // a variance from χ², by the cube root of Wilson and Hilferty 1931
  const cube = 1 - 2 / (9 * freedom) + drawn[OF_VARIANCE] * Math.sqrt(2 / (9 * freedom));
  const noise = Math.sqrt(fit.variance / Math.max(0.05, cube) ** 3);
  const fall = fit.fall + noise * root * drawn[OF_FALL];
  const rest = Math.sqrt(Math.max(0, endEnd - endFall ** 2 / fallFall));
  const end = fit.end + noise * (endFall / root * drawn[OF_FALL] + rest * drawn[OF_END]);
  const independent = Math.max(1, evaluations * (1 - fit.alike) / (1 + fit.alike)) / times.length;
  let missed = 1, drift = 0, before = 1;
  for (let i = 0; i < times.length; i++) {
    drift += noise * Math.sqrt(DRIFT * (times[i] - before)) * drawn[OF_DRIFT + i];
    before = times[i];
    const left = shapeAt(fit.shape, times[i]), doubt = DOUBT * fit.fall * (1 - left) * drawn[OF_DOUBT];
    missed *= normalShare((end + fall * left + doubt + drift - below) / noise) ** independent;
  }
  return missed;
}
