/** All shapes fitted to one curve, each weighed by how well it explains it. */
import { median } from "../curves/median.ts";
import { type Curve, type Points, pointsOf } from "./curve.ts";
import { type LineFit, lineFit } from "./line_fit.ts";
import { shapeAt, SHAPES } from "./shapes.ts";
import { studentShare } from "./student.ts";
import { begun, type Untold } from "./untold.ts";

/** Plain data, in a unit of its own: `x = time × last`, `y = shift + scale × value`. */
export interface CurveFit {
  readonly told: true;
  /** those that count, their weights together 1 */
  readonly parts: readonly { readonly fit: LineFit; readonly weight: number }[];
  readonly last: number;
  readonly shift: number;
  /** below 0 where more is better: values are turned so that less is */
  readonly scale: number;
  /** usual distance of two evaluations, in times */
  readonly apart: number;
  /** between the least and the most value that was fitted */
  readonly range: number;
  /** evaluations that it rests on; more than 120 are thinned out evenly */
  readonly of: number;
}

/** Points beyond these tell little more, and cost as much. */
const MOST = 120;
/** Noise lessens as 1 ÷ time to one of these powers: shapes fit the last of a curve, not its first fall. */
const LESSENS = [1, 2];
const ALIKE = [0, 0.5, 0.8, 0.95];
/** Fits of less than such a share of the best one's weight are left out. */
const COUNTS = 1e-4;
/** Values are scaled by how far this share of them is at most from the last. */
const USUAL = 0.75;

/**
 * Fits falls to a curve, as powers and as exponentials of time, on a grid of rates, likeness of neighbours' noise and how
 * noise lessens with time; given these, each is a linear regression with a known posterior. Their weights are their
 * evidence times how sure they are that the curve falls at all. Nothing is drawn at random. The answer is the same in every
 * unit of x and y; shifted values give a shifted answer.
 *
 * Sources: Domhan, Springenberg and Hutter 2015 (IJCAI) weigh families likewise, by sampling; Adriaensen et al. 2023 (arXiv
 * 2310.20447) replace that by a network trained on such curves.
 * @returns why it is untold: fewer than 6 finite evaluations, all the same, only just past a warm-up, turned, or faster and
 * faster
 * @example
 * ```ts
 * const x = [1, 2, 3, 4, 5, 6, 7, 8];
 * const fit = fitCurve({ x, y: x.map((step) => 0.2 + 1 / step), mode: "min" });
 * ```
 */
export function fitCurve(curve: Curve): CurveFit | Untold {
  const points = begun(pointsOf(curve));
  return "told" in points ? points : fitPoints(points, curve.mode === "min" ? 1 : -1);
}

function fitPoints(points: Points, sign: 1 | -1): CurveFit {
  const of = points.x.length, every = Math.ceil(of / MOST);
  const rows = points.x.keys().filter((row) => (of - 1 - row) % every === 0).toArray();
  const last = points.x[of - 1], shift = points.y[of - 1];
  const time = rows.map((row) => points.x[row] / last), own = rows.map((row) => points.y[row]);
  const far = own.map((value) => Math.abs(value - shift)).sort((a, b) => a - b);
  const scale = far[Math.floor(USUAL * (far.length - 1))] || far[far.length - 1];
  const apart = median(time.slice(1).map((at, i) => at - time[i]));
  const fits = allFits(time, Float64Array.from(own, (value) => (value - shift) / scale), apart);
  const top = fits.reduce((most, { evidence }) => Math.max(most, evidence), -Infinity);
  const weighed = fits.map((fit) => ({ fit, weight: Math.exp(fit.evidence - top) * sureOfFall(fit) }));
  const most = weighed.reduce((most, { weight }) => Math.max(most, weight), 0);
  const counting = weighed.filter(({ weight }) => weight > COUNTS * most);
  const all = counting.reduce((sum, { weight }) => sum + weight, 0);
  return {
    told: true,
    parts: counting.map(({ fit, weight }) => ({ fit, weight: weight / all })),
    last,
    shift: sign * shift,
    scale: sign * scale,
    apart,
    range: Math.max(...own) - Math.min(...own),
    of,
  };
}

/** Of every shape, every likeness, and every way in which noise lessens. */
function allFits(time: readonly number[], value: Float64Array, apart: number): LineFit[] {
  const lefts = SHAPES.map((shape) => Float64Array.from(time, (at) => shapeAt(shape, at)));
  const logs = time.reduce((sum, at) => sum + Math.log(at), 0);
  const weights = LESSENS.map((power) => ({
    weight: Float64Array.from(time, (at) => at ** power),
    jacobian: power * logs,
  }));
  const likes = ALIKE.map((alike) => {
    const like = Float64Array.from(
      time,
      (at, i) => i === 0 ? 0 : likeness(alike, (at - time[i - 1]) / apart),
    );
    return { alike, like, jacobian: like.reduce((sum, each) => sum - Math.log(1 - each ** 2) / 2, 0) };
  });
  return weights.flatMap(({ weight, jacobian: ofWeights }) =>
    likes.flatMap(({ alike, like, jacobian: ofLikes }) =>
      SHAPES.map((shape, i) =>
        lineFit({ value, left: lefts[i], weight, like, jacobian: ofWeights + ofLikes }, { shape, alike })
      )
    )
  );
}

/** Correlation of noise so many usual distances apart. */
export const likeness = (alike: number, distances: number): number => alike === 0 ? 0 : alike ** distances;

/** The share of the posterior that falls. */
const sureOfFall = ({ fall, spread, variance, freedom }: LineFit): number =>
  studentShare(fall / Math.sqrt(spread[2] * variance), freedom);
