/** Kernels of the native backend that its package makes less of than the library can. */
import { tf } from "../tf.ts";
import { nativeBackend } from "./native_ids.ts";

/**
 * Gathers without reading the indices back: the library checks their range itself, and a recording must not read.
 */
export function registerNativeKernels(): void {
  tf.registerKernel({
    kernelName: "GatherV2",
    backendName: "tensorflow",
    kernelFunc: ({ inputs, attrs }) => {
      const { x, indices } = inputs as { x: tf.Tensor; indices: tf.Tensor };
      const { axis, batchDims } = attrs as unknown as { axis: number; batchDims: number };
      const { binding, executeSingleOutput } = nativeBackend();
      const along = tf.scalar(axis, "int32");
      const attributes = [{ name: "batch_dims", type: binding.TF_ATTR_INT, value: batchDims }];
      const gathered = executeSingleOutput.call(nativeBackend(), "GatherV2", attributes, [x, indices, along]);
      along.dispose();
      return gathered;
    },
  });
}
