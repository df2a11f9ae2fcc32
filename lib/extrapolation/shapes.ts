/** The shapes that learning curves are taken to have: falls that slow down, as powers and as exponentials of time. */

export type Family = "power" | "exponential";

/** How a curve falls to what it ends at. Plain data. */
export interface Shape {
  readonly family: Family;
  /** exponent of a power; of an exponential, times that it falls by e within the recording */
  readonly rate: number;
}

const RATES: Readonly<Record<Family, readonly number[]>> = {
  power: [0.1, 0.2, 0.35, 0.5, 0.7, 1, 1.4, 2, 3],
  exponential: [0.5, 0.8, 1.2, 1.8, 2.7, 4, 6, 9, 14, 25],
};

/** All that are weighed against each other: even in the logarithm of their rates. */
export const SHAPES: readonly Shape[] = (["power", "exponential"] as const).flatMap((family) =>
  RATES[family].map((rate) => ({ family, rate }))
);

/**
 * What is left of a fall at a time, as a multiple of what is left at time 1, where the recording ends.
 *
 * Powers: Hestness et al. 2017 (arXiv 1712.00409); both among the families of Domhan, Springenberg and Hutter 2015
 * (IJCAI) and of Viering and Loog 2023 (arXiv 2103.10948).
 * @param time above 0; 1 is the end of the recording
 * @example
 * ```ts
 * const left = shapeAt({ family: "power", rate: 1 }, 2); // 0.5
 * ```
 */
export const shapeAt = ({ family, rate }: Shape, time: number): number =>
  family === "power" ? time ** -rate : Math.exp(rate * (1 - time));
