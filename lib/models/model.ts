/** What every model is: plain data, and a kind that knows its parameters and its forward pass. */
import type { Draws } from "../engine/draws.ts";
import type { tf } from "../engine/tf.ts";
import type { Convnet } from "./convnet.ts";
import type { FromLayers } from "./from_layers.ts";
import type { Logistic } from "./logistic.ts";
import type { Mlp } from "./mlp.ts";

export type Model = Mlp | Logistic | Convnet | FromLayers;

/**
 * What a model's outputs are, and what is minimised: logits of classes, one logit of "is it class 1", or values.
 */
export type Loss = "softmaxCrossEntropy" | "sigmoidCrossEntropy" | "meanSquaredError";

export const LOSSES: readonly Loss[] = ["softmaxCrossEntropy", "sigmoidCrossEntropy", "meanSquaredError"];

/** Shape and first value of one parameter, or of one statistic. */
export interface Parameter {
  readonly name: string;
  readonly shape: readonly number[];
  /** drawn when it is read: who asks for names and shapes does not wait for it */
  readonly values: Float32Array;
  /** false for biases, scales and statistics: what weight decay by mask leaves alone. Default true */
  readonly decays?: boolean;
}

/** How a forward pass is made. Random numbers of training are functions of (seed, update, batch). */
export type Pass =
  | { readonly training: false }
  | {
    readonly training: true;
    /** random numbers of the update */
    readonly draws: Draws;
    /** number of the batch in its update, from 0 */
    readonly batch: number;
  };

export interface Forward {
  /** `[rows, outputs]` */
  readonly outputs: tf.Tensor2D;
  /** statistics after this pass, such as moving means; those given when nothing moved */
  readonly statistics: readonly tf.Tensor[];
  /** added to the loss, such as a regularisation; null when there is none */
  readonly penalty: tf.Scalar | null;
}

export interface ModelKind<M> {
  /** numbers per example that it reads, outputs, and numbers that training moves */
  sizes(model: M): { readonly inputs: number; readonly outputs: number; readonly parameters: number };
  loss(model: M): Loss;
  /** first parameters: a pure function of the seed */
  parameters(model: M, seed: number): Parameter[];
  /** what the forward pass of training moves and gradients do not; most models have none */
  statistics(model: M): Parameter[];
  forward(
    model: M,
    parameters: readonly tf.Tensor[],
    statistics: readonly tf.Tensor[],
    x: tf.Tensor2D,
    pass: Pass,
  ): Forward;
  /** parameters after an update, brought back to where they may be; only for models with constraints */
  constrain?(model: M, parameters: readonly tf.Tensor[]): tf.Tensor[];
  /** all that makes it: two models of one text are the same */
  text(model: M): string;
}
