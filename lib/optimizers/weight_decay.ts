/** Weight decay of optimizers: of weights alone, or of every parameter. */
import { atLeastZero, oneOf } from "../option_checks.ts";
import { tf } from "../engine/tf.ts";

/** weights: biases, and the scales and shifts of normalisations, are left alone; all: nothing is. */
export type DecayMask = "weights" | "all";

export interface DecayOptions {
  /** strength of weight decay */
  readonly decay?: number;
  /** what decays; default "weights" */
  readonly mask?: DecayMask;
}

/** The two options, checked, with their defaults. */
export function decayOf({ decay, mask = "weights" }: DecayOptions, byDefault = 0): Required<DecayOptions> {
  return {
    decay: atLeastZero("decay", decay ?? byDefault),
    mask: oneOf("mask", mask, ["weights", "all"]),
  };
}

/** Which parameters decay. */
export const decaying = ({ decay, mask }: Required<DecayOptions>, decays: readonly boolean[]): boolean[] =>
  decays.map((weight) => decay > 0 && (weight || mask === "all"));

/**
 * Gradients with decay × parameter added, where it decays: the penalty ½ decay ‖p‖² that PyTorch's SGD means by
 * `weight_decay`.
 */
export function penalised(
  optimizer: Required<DecayOptions>,
  parameters: readonly tf.Tensor[],
  gradients: readonly tf.Tensor[],
  decay: tf.Scalar,
  decays: readonly boolean[],
): readonly tf.Tensor[] {
  if (optimizer.decay === 0) return gradients;
  const applies = decaying(optimizer, decays);
  return gradients.map((g, i) => applies[i] ? tf.add(g, tf.mul(parameters[i], decay)) : g);
}
