/**
 * The one place that imports TensorFlow.js. Everything else takes `tf` from here, so that the cpu and wasm
 * backends and the native kernels (CommonJS) register with one and the same tensor engine.
 *
 * Ops are functions (`tf.add(a, b)`), not methods of tensors.
 */
import * as tf from "@tensorflow/tfjs-core";
// The core's CommonJS form has the ops and none of their gradients; only this bundle brings them, and the cpu
// backend with its kernels. It finds the core's engine and registers there.
import "@tensorflow/tfjs";

// In its other mode TensorFlow.js prints an advert and notices; data and messages of ours own the two streams.
tf.enableProdMode();

export { tf };
