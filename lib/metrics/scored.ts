/** What metrics read: a model's outputs on some examples, with the truth. */
import type { Loss } from "../models/model.ts";

export interface Scored {
  readonly loss: Loss;
  /** `count × outputs`: logits, or values */
  readonly outputs: Float32Array;
  /** class of each row from 0, or its value */
  readonly truth: ArrayLike<number>;
}

/** Metrics by name, as `loss`, `accuracy`, `f1.macro`, with the standard error of those that are means. */
export interface Measured {
  readonly values: Readonly<Record<string, number>>;
  readonly standardErrors: Readonly<Record<string, number>>;
}
