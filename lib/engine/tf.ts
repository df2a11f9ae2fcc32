/**
 * The one place that imports TensorFlow.js. Everything else takes `tf` from here, so that the cpu and wasm
 * backends and the native kernels (CommonJS) register with one and the same tensor engine.
 *
 * Ops are functions (`tf.add(a, b)`), not methods of tensors: the chained form is not registered. The
 * gradients of all stock ops are; those of `kernels.ts` come with it.
 */
import * as tf from "@tensorflow/tfjs-core";

// In its other mode TensorFlow.js prints an advert and notices; data and messages of ours own the two streams.
tf.enableProdMode();

export { tf };
