import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { tf } from "../../lib/engine/tf.ts";

Deno.test("the package that the native kernels load shares its tensor engine with ours", () => {
  const require = createRequire(import.meta.url);
  assert.equal(require("@tensorflow/tfjs-core").engine(), tf.engine());
});

Deno.test("every stock operation of a network has its gradient", () => {
  for (const op of ["Sum", "Multiply", "Add", "BatchMatMul", "Relu", "Softmax", "Conv2D", "MaxPool"]) {
    assert.ok(tf.getGradient(op), op);
  }
});
