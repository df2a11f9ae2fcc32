/** A study of another number of points. */
import type { Study } from "./study.ts";
import type { Sampler } from "./sampler.ts";
import { pointsIn } from "./space.ts";

const SEQUENCE: Sampler = { kind: "sobol", seed: 0 };

/**
 * How so many points of a study's space are drawn, or as many as it has: a grid has all of its own or none, so that
 * Sobol's sequence takes its place.
 * @param count whole, at least 1
 * @example
 * ```ts
 * import type { Study } from "./study.ts";
 * const shorter = (study: Study): Study => ({ ...study, ...somePoints(study, 8) });
 * ```
 */
export const somePoints = (
  { space, sampler = SEQUENCE }: Pick<Study, "space" | "sampler">,
  count: number,
): Required<Pick<Study, "sampler" | "trials">> => ({
  sampler: sampler.kind === "grid" ? SEQUENCE : sampler,
  trials: Math.min(count, pointsIn(space)),
});
