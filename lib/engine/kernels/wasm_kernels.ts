/** Kernels of the wasm engine that its package lacks, or makes less of than the engine can. */
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { tf } from "../tf.ts";
import { type FilterAttributes, filterGradient } from "./filter_gradient.ts";
import { type InputAttributes, inputGradient } from "./input_gradient.ts";
import { type PoolAttributes, poolGradient } from "./pool_gradient.ts";

const backendName = "wasm";

/** Puts a kernel in the place of the package's own, which it is given; it must be there. */
function replaceKernel(kernelName: string, kernelOf: (stock: tf.KernelFunc) => tf.KernelFunc): void {
  const stock = tf.getKernel(kernelName, backendName);
  tf.unregisterKernel(kernelName, backendName);
  tf.registerKernel({ ...stock, kernelFunc: kernelOf(stock.kernelFunc) });
}

let replaced = false;

/** Replaces kernels once the package has registered its own, which it does when wasm is first chosen. */
function replaceKernels(): void {
  if (replaced || !tf.getKernel("MaxPoolGrad", backendName)) return;
  replaced = true;
  replaceKernel("Conv2DBackpropInput", (stock) => (given) => {
    const { dy, filter } = given.inputs as Record<string, tf.Tensor4D>;
    return inputGradient(dy, filter, given.attrs as unknown as InputAttributes) ?? stock(given);
  });
  replaceKernel("MaxPoolGrad", () => ({ inputs, attrs, backend }) => {
    const { input, output, dy } = inputs as Record<string, tf.Tensor4D>;
    return poolGradient(input, output, dy, attrs as unknown as PoolAttributes, backend as BackendWasm);
  });
}

tf.registerKernel({
  kernelName: "Conv2DBackpropFilter",
  backendName,
  setupFunc: replaceKernels, // called when wasm becomes the backend
  kernelFunc: ({ inputs, attrs, backend }) =>
    filterGradient(
      inputs.x as tf.Tensor4D,
      inputs.dy as tf.Tensor4D,
      attrs as unknown as FilterAttributes,
      backend as BackendWasm,
    ),
});
replaceKernels(); // it may be so already
