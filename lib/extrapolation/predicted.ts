/** What a fitted curve comes to at a later place: a distribution. */
import { type CurveFit, likeness } from "./fit_curve.ts";
import type { LineFit } from "./line_fit.ts";
import { shapeAt } from "./shapes.ts";
import { studentShare } from "./student.ts";
import { type Untold, untold } from "./untold.ts";

/** A value with its band. Plain data. */
export interface Told {
  readonly told: true;
  /** the middle: as likely above as below */
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** how often the band is to hold */
  readonly share: number;
  /** how many times as far as recorded */
  readonly factor: number;
}

/**
 * Two ways in which real curves part from every shape, chosen on 230 recordings so that bands hold as often as they say (on
 * others: `bandsHeld`). The further change that a shape foresees is off by this share of it, as a standard deviation …
 */
export const DOUBT = 0.5;
/** … and the level drifts, its variance growing by so many times the noise's for each length of the recording. */
export const DRIFT = 2;
/** Nothing was measured further than this many times the recording. */
export const FURTHEST = 3;
/** How often a band holds, where nothing else is asked for. */
export const USUAL_SHARE = 0.8;

/** One Student's t of a mixture. */
export interface Part {
  readonly mean: number;
  readonly deviation: number;
  readonly freedom: number;
  readonly weight: number;
}

/**
 * The band of the next evaluation that is made at x: what is unsure of the curve, and the noise of one evaluation, which
 * begins where the last one's left off. It foresees what went on to go on: not what a schedule does later.
 * @param share how often it is to hold, between 0 and 1; default 0.8
 * @returns why it is untold: `far` past three times the recording, `noisy`
 * @throws RangeError `invalid x: 3 (after the last evaluation at 8)`
 * @example
 * ```ts
 * import { fitCurve } from "./fit_curve.ts";
 * const x = [1, 2, 3, 4, 5, 6, 7, 8];
 * const fit = fitCurve({ x, y: x.map((step) => 0.2 + 1 / step), mode: "min" });
 * const later = fit.told ? predicted(fit, 16) : fit;
 * ```
 */
export function predicted(fit: CurveFit, x: number, share: number = USUAL_SHARE): Told | Untold {
  const factor = x / fit.last;
  if (!(factor > 1)) throw new RangeError(`invalid x: ${x} (after the last evaluation at ${fit.last})`);
  if (factor > FURTHEST) return untold("far", `it is asked about past ${FURTHEST} times what was recorded`);
  const parts = partsAt(fit, factor), [low, high] = bandOf(parts, USUAL_SHARE);
  if ((high - low) * Math.abs(fit.scale) > fit.range) {
    return untold(
      "noisy",
      "its noise is more than its trend: the band would be wider than all that was recorded",
    );
  }
  const ends = share === USUAL_SHARE ? [low, high] : bandOf(parts, share);
  const [value, a, b] = [quantileOf(parts, 0.5), ...ends].map((each) => fit.shift + fit.scale * each);
  return { told: true, value, low: Math.min(a, b), high: Math.max(a, b), share, factor };
}

/** The mixture at a time, 1 being the last evaluation, in the fit's own unit: less is better. */
export const partsAt = (fit: CurveFit, time: number): Part[] =>
  fit.parts.map(({ fit: part, weight }) => ({ ...partAt(part, time, fit.apart), weight }));

const bandOf = (parts: readonly Part[], share: number) => [
  quantileOf(parts, (1 - share) / 2),
  quantileOf(parts, (1 + share) / 2),
];

function partAt(fit: LineFit, time: number, apart: number): Omit<Part, "weight"> {
  const left = shapeAt(fit.shape, time), like = likeness(fit.alike, (time - 1) / apart);
  const ones = 1 - like, lefts = left - like, [endEnd, endFall, fallFall] = fit.spread;
  const ofCurve = ones * ones * endEnd + 2 * ones * lefts * endFall + lefts * lefts * fallFall;
  const ofNoise = (ofCurve + 1 - like * like) * (1 + DRIFT * (time - 1)) * fit.variance;
  return {
    mean: fit.end + fit.fall * left + like * fit.residual,
    deviation: Math.hypot(Math.sqrt(ofNoise), DOUBT * fit.fall * (1 - left)),
    freedom: fit.freedom,
  };
}

/** Halvings after which a quantile has as many digits as anyone reads. */
const HALVINGS = 45;

/** The value that a mixture is below with a probability. */
export function quantileOf(parts: readonly Part[], share: number): number {
  const ends = parts.flatMap(({ mean, deviation }) => [mean - 50 * deviation, mean + 50 * deviation]);
  let low = Math.min(...ends), high = Math.max(...ends);
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (low + high) / 2;
    if (below(parts, middle) < share) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

const below = (parts: readonly Part[], value: number): number =>
  parts.reduce(
    (sum, { mean, deviation, freedom, weight }) =>
      sum + weight * studentShare((value - mean) / deviation, freedom),
    0,
  );
