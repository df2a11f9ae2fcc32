/** The points that a study tries. */
import { countedText, countText, shown } from "../durations.ts";
import { uniforms } from "../random.ts";
import { halton } from "./halton.ts";
import type { Sampler } from "./sampler.ts";
import { sobol } from "./sobol.ts";
import { type Parameter, type Parameters, pointsIn, type Space } from "./space.ts";
import { levelsOf, valueAt } from "./value_at.ts";

/** More points than these are a mistake: they would be drawn before anything trains. */
export const MOST_POINTS = 100_000;

/**
 * Points of a space. The n-th does not depend on how many are asked for, nor on the order in which the parameters are
 * written down, so that a study can be made longer, and none comes twice where parameters have only so many values; a
 * grid has all its points at once, the last parameter fastest.
 * Quasi-random points fill a space more evenly than random ones, in any of their dimensions, and whole: what the Deep
 * Learning Tuning Playbook advises where trials run side by side (Godbole et al. 2023; Bousquet et al. 2017). The
 * first point of Sobol's unscrambled sequence has every parameter at its least; that of Halton's, which he counts from
 * 1, is left out.
 * @param count points; of a grid null, or all of them
 * @throws RangeError `invalid trials: 50 (the space has 6 points)`; `invalid trials: 10 (the grid has 25 points)`
 * @example
 * ```ts
 * import { logUniform } from "./space.ts";
 * const points = drawn({ "schedule.rate": logUniform(1e-4, 1e-1) }, { kind: "sobol", seed: 1 }, 8);
 * ```
 */
export function drawn(space: Space, sampler: Sampler, count: number | null): readonly Parameters[] {
  if (sampler.kind === "grid") return grid(space, sampler.levels, count);
  const most = Math.min(MOST_POINTS, pointsIn(space));
  if (count === null || !Number.isSafeInteger(count) || count < 1) {
    throw new RangeError(`invalid trials: ${shown(count)} (a whole number, at least 1)`);
  }
  if (count > most) {
    const bound = most < MOST_POINTS
      ? `the space has ${countedText(most, "point")}`
      : `at most ${countText(most)}`;
    throw new RangeError(`invalid trials: ${count} (${bound})`);
  }
  // an axis belongs to a name, whatever the order in which names are written down, or come back from a store
  const axes = Object.keys(space).sort(), places = Object.keys(space).map((path) => axes.indexOf(path));
  const sequence = sequenceOf(sampler, axes.length);
  return distinct(space, count, (n) => {
    const shares = sequence(n);
    return pointOf(space, (parameter, i) => valueAt(parameter, shares[places[i]]));
  });
}

/** Tries for each point of a space that has only so many: the last one of many is long in coming. */
const TRIES = 1_000;

/** The first points that differ: the same values from the same seed would be the same training twice. */
function distinct(space: Space, count: number, point: (n: number) => Parameters): readonly Parameters[] {
  if (pointsIn(space) === Infinity) return Array.from({ length: count }, (_, n) => point(n));
  const found = new Map<string, Parameters>();
  for (let n = 0; found.size < count; n++) {
    if (n === TRIES * count) {
      const reached = countedText(found.size, "point");
      throw new RangeError(
        `invalid trials: ${count} (the sampler comes to ${reached} of the space; a grid has all)`,
      );
    }
    const next = point(n), key = JSON.stringify(Object.values(next));
    if (!found.has(key)) found.set(key, next);
  }
  return [...found.values()];
}

function sequenceOf({ kind, seed }: Exclude<Sampler, { kind: "grid" }>, dimensions: number) {
  if (kind === "random") return (n: number) => uniforms(seed, "trial", n, dimensions);
  if (kind === "sobol") return sobol(dimensions, seed);
  const sequence = halton(dimensions, seed);
  return seed === 0 ? (n: number) => sequence(n + 1) : sequence;
}

function grid(space: Space, levels: number, count: number | null): readonly Parameters[] {
  const values = Object.values(space).map((parameter) => levelsOf(parameter, levels));
  const size = values.reduce((product, { length }) => product * length, 1);
  if (size > MOST_POINTS) {
    throw new RangeError(
      `invalid sampler: a grid of ${countedText(size, "point")} (at most ${
        countText(MOST_POINTS)
      }; fewer levels, or sobol)`,
    );
  }
  if (count !== null && count !== size) {
    throw new RangeError(
      `invalid trials: ${shown(count)} (the grid has ${countedText(size, "point")}; leave trials out)`,
    );
  }
  return Array.from({ length: size }, (_, n) => {
    let every = size;
    return pointOf(space, (_, i) => {
      every /= values[i].length;
      return values[i][Math.floor(n / every) % values[i].length];
    });
  });
}

const pointOf = (space: Space, value: (parameter: Parameter, i: number) => Parameters[string]): Parameters =>
  Object.fromEntries(Object.entries(space).map(([path, parameter], i) => [path, value(parameter, i)]));
