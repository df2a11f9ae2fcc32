/**
 * Mixup: each example is blended with another, targets alike.
 *
 * Source: Zhang, Cisse, Dauphin, Lopez-Paz: mixup: beyond empirical risk minimization, ICLR 2018. There the partner
 * comes from the batch; here from the whole training set, so that an example does not depend on its batch.
 */
import { uniforms } from "../random.ts";
import { drawOf } from "./augmenter.ts";
import type { Dataset } from "./dataset.ts";

/** With which example one is mixed in an epoch, and the share that stays its own. */
export type Mixer = (example: number, epoch: number) => { readonly with: number; readonly share: number };

/** How a dataset's augmentation mixes examples; null when it does not. */
export function mixerOf(data: Dataset, seed: number): Mixer | null {
  const alpha = data.augmentation?.mixup ?? 0;
  if (alpha === 0) return null;
  const draw = drawOf(data), { count } = data.training;
  return (example, epoch) => {
    const index = draw(example, epoch);
    return {
      with: Math.floor(uniforms(seed, "mixup partner", index, 1)[0] * count),
      share: betaShare(seed, index, alpha),
    };
  };
}

/**
 * A number distributed as Beta(α, α), keyed by (seed, index): the share of one of two gamma variables in their sum.
 * Source: Marsaglia and Tsang, A simple method for generating gamma variables, 2000.
 *
 * @example
 * ```ts
 * import { betaShare } from "./mixup.ts";
 * betaShare(7, 0, 0.2); // between 0 and 1, mostly near one of them
 * ```
 */
export function betaShare(seed: number, index: number, alpha: number): number {
  let drawn = uniforms(seed, "mixup share", index, 32), next = 0;
  const uniform = () => {
    // a longer draw begins with the shorter one
    if (next === drawn.length) drawn = uniforms(seed, "mixup share", index, 2 * drawn.length);
    return 1 - drawn[next++];
  };
  // logarithms, as gamma variables of a small α underflow
  const mine = logGamma(alpha, uniform), other = logGamma(alpha, uniform);
  return 1 / (1 + Math.exp(other - mine));
}

/** The logarithm of a gamma variable of shape α. */
function logGamma(alpha: number, uniform: () => number): number {
  if (alpha < 1) return logGamma(alpha + 1, uniform) + Math.log(uniform()) / alpha;
  const d = alpha - 1 / 3, c = 1 / Math.sqrt(9 * d);
  while (true) {
    const normal = Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
    const v = (1 + c * normal) ** 3;
    if (v > 0 && Math.log(uniform()) < normal ** 2 / 2 + d - d * v + d * Math.log(v)) return Math.log(d * v);
  }
}
