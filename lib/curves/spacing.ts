/** How far apart the evaluations of a run are: what turns a patience into every unit. */
import { countText, type Duration, durationText, type Unit } from "../durations.ts";
import { median } from "./median.ts";
import type { Axis } from "./trajectory.ts";

/** What lies between two evaluations; null where it cannot be known. */
export interface Spacing {
  readonly per: Readonly<Record<Exclude<Unit, "evaluations">, number | null>>;
  /** false: evaluations are not all as far apart, and this is their median */
  readonly regular: boolean;
}
const unitOf = { step: "steps", epoch: "epochs", examples: "examples", seconds: "seconds" } as const;
const axes = ["step", "epoch", "examples", "seconds"] as const;

/**
 * The spacing of evaluations, from where they stand on each axis: the columns of a recording's evaluations, or those of
 * `onAxis`. Measured on the first axis that is known, the others by what they grew meanwhile.
 * @returns null when there are not two evaluations on any axis
 * @example
 * ```ts
 * const step = Float64Array.of(25, 50, 75), epoch = Float64Array.of(0.5, 1, 1.5);
 * const spacing = spacingOf({ step, epoch, examples: null, seconds: null }); // 25 steps, 0.5 epochs
 * ```
 */
export function spacingOf(columns: Readonly<Record<Axis, Float64Array | null>>): Spacing | null {
  const known = axes.filter((axis) => grown(columns[axis]) > 0);
  if (known.length === 0) return null;
  const base = columns[known[0]]!, gaps = Array.from(base.subarray(1), (value, i) => value - base[i]);
  const middle = median(gaps);
  const per = (axis: Axis) => known.includes(axis) ? middle * grown(columns[axis]) / grown(base) : null;
  return {
    per: { steps: per("step"), epochs: per("epoch"), examples: per("examples"), seconds: per("seconds") },
    regular: gaps.every((gap) => Math.abs(gap - middle) <= 1e-9 * middle),
  };
}

/** From the first evaluation to the last; NaN where that is not known. */
const grown = (column: Float64Array | null): number =>
  column && column.length > 1 ? column[column.length - 1] - column[0] : NaN;

/** Spacings that differ by less are one: seeds of one training, logged unevenly. */
const ALIKE = 0.01;

/**
 * The spacing that several runs share. A unit in which they differ is null: one batch size makes 30 updates of an epoch,
 * another 6, and what is said of both has to hold for both.
 * @returns null when no run has one
 * @example
 * ```ts
 * const [small, large] = [30, 6].map((steps) => ({
 *   per: { steps, epochs: 1, examples: 600, seconds: null },
 *   regular: true,
 * }));
 * const shared = sharedSpacing([small, large]); // 1 epoch, 600 examples
 * ```
 */
export function sharedSpacing(spacings: readonly (Spacing | null)[]): Spacing | null {
  const [first, ...others] = spacings.filter((spacing) => spacing !== null);
  if (first === undefined) return null;
  const per = (unit: keyof Spacing["per"]) => {
    const one = first.per[unit];
    const isShared = one !== null && others.every((other) => {
      const its = other.per[unit];
      return its !== null && Math.abs(its - one) <= ALIKE * one;
    });
    return isShared ? one : null;
  };
  return {
    per: { steps: per("steps"), epochs: per("epochs"), examples: per("examples"), seconds: per("seconds") },
    regular: [first, ...others].every(({ regular }) => regular),
  };
}

/** A duration in every unit in which it can be known. */
export type InEveryUnit = { readonly [U in Unit]?: number };

/**
 * A duration in every unit, for evaluations that are so far apart.
 * @example
 * ```ts
 * import { evaluations } from "../durations.ts";
 * const spacing = { per: { steps: 25, epochs: 0.5, examples: 800, seconds: null }, regular: true };
 * const { steps } = durationOnAxes(evaluations(8), spacing); // 200
 * ```
 */
export function durationOnAxes({ unit, count }: Duration, { per }: Spacing): InEveryUnit {
  const one = unit === "evaluations" ? 1 : per[unit];
  if (one === null) return { [unit]: count };
  const evaluations = count / one;
  const known = axes.flatMap((axis) => {
    const each = per[unitOf[axis]];
    return each === null ? [] : [[unitOf[axis], evaluations * each]];
  });
  return { evaluations, ...Object.fromEntries(known), [unit]: count };
}

/**
 * A duration in every unit but seconds, for people: `8 evaluations = 2.1 epochs = 200 steps = 6,400 examples`; `about`
 * stands before what is no whole number of evaluations that are all as far apart.
 * @example
 * ```ts
 * import { evaluations } from "../durations.ts";
 * const text = durationOnAxesText(evaluations(8), { per: { steps: 25, epochs: null, examples: 800, seconds: null }, regular: true });
 * // 8 evaluations = 200 steps = 6,400 examples
 * ```
 */
export function durationOnAxesText(duration: Duration, spacing: Spacing): string {
  const counts = durationOnAxes(duration, spacing);
  const others = (["evaluations", "epochs", "steps", "examples"] as const).flatMap((unit) => {
    const count = counts[unit];
    return unit === duration.unit || count === undefined ? [] : [rounded(unit, count)];
  });
  const about = spacing.regular && duration.unit !== "seconds" ? "" : "about ";
  return [durationText(duration), ...others.map((other) => about + other)].join(" = ");
}

function rounded(unit: Unit, count: number): string {
  const digits = unit === "steps" || unit === "examples" ? 0 : count < 0.1 ? 3 : 1;
  const shown = Number(count.toFixed(digits));
  return `${digits === 3 ? shown : countText(shown)} ${shown === 1 ? unit.slice(0, -1) : unit}`;
}
