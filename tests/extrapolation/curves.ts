/** Curves for tests of extrapolation. */
import fc from "fast-check";
import type { Curve } from "../../lib/extrapolation/curve.ts";
import { fitCurve } from "../../lib/extrapolation/fit_curve.ts";
import { predicted, type Told } from "../../lib/extrapolation/predicted.ts";
import type { Untold } from "../../lib/extrapolation/untold.ts";
import { normals } from "../../lib/random.ts";

export interface Made {
  readonly end: number;
  readonly fall: number;
  readonly family: "power" | "exponential";
  readonly rate: number;
  /** standard deviation of the noise, and its correlation from one evaluation to the next; default none */
  readonly noise?: number;
  readonly alike?: number;
  readonly of?: number;
  readonly seed?: number;
}

/** The curve itself at a step, without noise. */
export const truth = ({ end, fall, family, rate }: Made, x: number): number =>
  end + fall * (family === "power" ? x ** -rate : Math.exp(-rate * x));

/** Measured at steps 1 to 40, or as many as asked for. */
export function made(curve: Made): Curve {
  const { noise = 0, alike = 0, of = 40, seed = 0 } = curve, draws = normals(seed, "made", 0, of);
  const x = Array.from({ length: of }, (_, i) => i + 1);
  let own = 0;
  const y = x.map((at, i) => {
    own = i === 0 ? draws[0] : alike * own + Math.sqrt(1 - alike ** 2) * draws[i];
    return truth(curve, at) + noise * own;
  });
  return { x, y, mode: "min" };
}

/** Its band at an x. */
export function at(curve: Curve, x: number, share?: number): Told | Untold {
  const fit = fitCurve(curve);
  return fit.told ? predicted(fit, x, share) : fit;
}

/** The band, where there has to be one. */
export function toldAt(curve: Curve, x: number, share?: number): Told {
  const told = at(curve, x, share);
  if (!told.told) throw new Error(`untold: ${told.because}`);
  return told;
}

export const curves: fc.Arbitrary<Made> = fc.record({
  end: fc.integer({ min: -4, max: 4 }),
  fall: fc.integer({ min: 1, max: 8 }),
  family: fc.constantFrom("power" as const, "exponential" as const),
  rate: fc.constantFrom(0.1, 0.3, 0.6),
  noise: fc.constantFrom(0.02, 0.05),
  alike: fc.constantFrom(0, 0.7),
  seed: fc.nat(1000),
});
