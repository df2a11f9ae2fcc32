/** What every model is: plain data, and a kind that knows its parameters and its forward pass. */
import type { tf } from "../engine/tf.ts";
import type { Mlp } from "./mlp.ts";

export type Model = Mlp;

/** Shape and first value of one parameter. */
export interface Parameter {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

export interface ModelKind<M> {
  /** numbers per example that it reads, classes that it tells apart, and numbers that training moves */
  sizes(model: M): { readonly inputs: number; readonly outputs: number; readonly parameters: number };
  /** first parameters: a pure function of the seed */
  parameters(model: M, seed: number): Parameter[];
  /** logits `[rows, classes]` of `x` `[rows, features]` */
  forward(model: M, parameters: readonly tf.Tensor[], x: tf.Tensor2D): tf.Tensor2D;
  /** all that makes it: two models of one text are the same */
  text(model: M): string;
}
