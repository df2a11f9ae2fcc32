/** The native engine's own view of a tensor: the binding's number of it. */
import { tf } from "../tf.ts";
import type { NativeBinding, TensorMetadata } from "./binding.ts";

/** What TensorFlow.js' native backend offers beyond a backend. */
export interface NativeBackend {
  readonly binding: NativeBinding;
  getInputTensorIds(tensors: readonly tf.Tensor[]): number[];
  createOutputTensor(made: TensorMetadata): tf.Tensor;
  executeSingleOutput(op: string, attributes: unknown[], inputs: readonly tf.Tensor[]): tf.Tensor;
  executeMultipleOutputs(
    op: string,
    attributes: unknown[],
    inputs: readonly tf.Tensor[],
    outputs: number,
  ): tf.Tensor[];
}

/** The native backend. Only where it is the current one. */
export const nativeBackend = (): NativeBackend => tf.backend() as unknown as NativeBackend;

/** The binding's number of a tensor; values that wait in JavaScript are handed over. */
export function idOf(tensor: tf.Tensor): number {
  return nativeBackend().getInputTensorIds([tensor])[0];
}

/** A tensor that owns what the binding made; its owner disposes of it. */
export function tensorOf(made: TensorMetadata): tf.Tensor {
  return nativeBackend().createOutputTensor(made);
}
