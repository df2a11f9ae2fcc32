/** One shape fitted to a curve, its noise alike from one evaluation to the next. */
import type { Shape } from "./shapes.ts";

/** What is tried together: a shape, and how the noise is. */
export interface Assumed {
  readonly shape: Shape;
  /** correlation of the noise of two evaluations at their usual distance */
  readonly alike: number;
}
/** The columns of a regression, one number an evaluation. */
export interface Columns {
  readonly value: Float64Array;
  /** what the shape leaves of the fall */
  readonly left: Float64Array;
  /** 1 ÷ standard deviation of the noise, as a multiple of the last's */
  readonly weight: Float64Array;
  /** correlation of the noise with that of the evaluation before */
  readonly like: Float64Array;
  /** logarithm of the Jacobian of weights and likeness */
  readonly jacobian: number;
}
/** `value(t) = end + fall × shape(t) + noise`. Plain data. */
export interface LineFit extends Assumed {
  /** what it falls to, and what is left of the fall at time 1 */
  readonly end: number;
  readonly fall: number;
  /** inverse of the normal equations: end × end, end × fall, fall × fall; times `variance` their covariance */
  readonly spread: readonly [number, number, number];
  /** of the noise at the last evaluation */
  readonly variance: number;
  /** of the last evaluation */
  readonly residual: number;
  /** degrees of freedom */
  readonly freedom: number;
  /** logarithm of how well it explains the curve; comparable among fits of one curve */
  readonly evidence: number;
}

/** Without any noise a fit would be infinitely sure: in squares of the unit that values are scaled to. */
const LEAST_VARIANCE = 1e-8;

/**
 * Weighted least squares after the likeness of neighbours' noise is taken out (Prais and Winsten 1954, over uneven
 * distances). All fits have two numbers and so pay the same price: their evidence is what the likelihood leaves when the
 * noise's variance is integrated out.
 */
export function lineFit({ value, left, weight, like, jacobian }: Columns, assumed: Assumed): LineFit {
  let oneOne = 0, oneLeft = 0, leftLeft = 0, oneValue = 0, leftValue = 0, valueValue = 0;
  let one0 = 0, left0 = 0, value0 = 0;
  for (let i = 0; i < value.length; i++) {
    const one1 = weight[i], left1 = left[i] * one1, value1 = value[i] * one1;
    const rest = 1 / (1 - like[i] ** 2);
    const x = one1 - like[i] * one0, z = left1 - like[i] * left0, y = value1 - like[i] * value0;
    oneOne += x * x * rest;
    oneLeft += x * z * rest;
    leftLeft += z * z * rest;
    oneValue += x * y * rest;
    leftValue += z * y * rest;
    valueValue += y * y * rest;
    one0 = one1, left0 = left1, value0 = value1;
  }
  const det = oneOne * leftLeft - oneLeft * oneLeft;
  const end = (leftLeft * oneValue - oneLeft * leftValue) / det;
  const fall = (oneOne * leftValue - oneLeft * oneValue) / det;
  const freedom = value.length - 2;
  const squares = Math.max(0, valueValue - end * oneValue - fall * leftValue);
  const variance = squares / freedom + LEAST_VARIANCE;
  return {
    ...assumed,
    end,
    fall,
    spread: [leftLeft / det, -oneLeft / det, oneOne / det],
    variance,
    residual: value[value.length - 1] - end - fall,
    freedom,
    evidence: jacobian - freedom / 2 * Math.log(variance),
  };
}
