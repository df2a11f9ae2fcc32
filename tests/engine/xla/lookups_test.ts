import assert from "node:assert/strict";
import { tf } from "../../../lib/engine/tf.ts";
import { CPU } from "../../../lib/engine/xla/target.ts";
import { onXla } from "./kernel_runs.ts";
import { clientForTests, xlaTest } from "./plugin_for_tests.ts";

await tf.setBackend("cpu");

xlaTest("a place out of range makes no numbers, and none of the next batch", async () => {
  const places = tf.tensor2d([[0, 3], [1, -1]], [2, 2], "int32");
  const whole = { shapes: [[3, 2]], of: (x: tf.Tensor) => tf.gather(x, places), gradient: false };
  const each = {
    shapes: [[2, 3, 2]],
    of: (x: tf.Tensor) => tf.gather(x, places, 1, 1),
    gradient: false,
  };
  for (const [numbers] of await onXla([whole, each], clientForTests(), CPU)) {
    assert.deepEqual(numbers.map(Number.isNaN), [0, 0, 1, 1, 0, 0, 1, 1].map(Boolean));
  }
});

xlaTest(
  "whole numbers and truths have no NaN: results of a lookup out of range have it, all of them",
  async () => {
    for (const type of ["int32", "bool"] as const) {
      for (const place of [0, 2, 3, -1]) {
        const table = tf.tensor1d([1, 0, 1], type), places = tf.tensor1d([1, place], "int32");
        const each = {
          shapes: [[2]],
          of: (x: tf.Tensor) => tf.add(x, tf.cast(tf.gather(table, places), "float32")),
          gradient: false,
        };
        const unused = {
          shapes: [[2]],
          of: (x: tf.Tensor) => tf.where(tf.cast(tf.gather(table, places), "bool"), x, x),
          gradient: false,
        };
        const isThere = place >= 0 && place < 3;
        for (const [numbers] of await onXla([each, unused], clientForTests(), CPU)) {
          assert.equal(numbers.length, 2);
          assert.ok(numbers.every((number) => Number.isNaN(number) !== isThere), `${place}: ${numbers}`);
        }
      }
    }
  },
);
