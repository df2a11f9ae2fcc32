/** Whether a program is compiled by XLA or run op by op. */
import type { ProgramMode } from "./loop_functions.ts";
import type { Recording } from "./record.ts";

/**
 * Within a loop XLA's convolutions on a CPU were measured 30 times slower than TensorFlow's own kernels (105 against
 * 3.6 ms an update of a small convnet), and it takes an index out of range for the nearest one in it, or for none, where
 * TensorFlow's own kernels say so. All else is faster compiled: 5 times on a small perceptron, 1.5 times on a wide one.
 */
const OP_BY_OP = /^(Conv|DepthwiseConv|MaxPool|(Gather(V2|Nd)|ScatterNd)$)/;

/** How a program of these recordings runs best. A GPU has fast convolutions either way. */
export function programMode(recordings: readonly Recording[], gpu: boolean): ProgramMode {
  const slow = recordings.some(({ nodes }) => nodes.some(({ op }) => OP_BY_OP.test(op)));
  return slow && !gpu ? "graph" : "xla";
}
