import assert from "node:assert/strict";
import { fromArrays } from "../../lib/data/from_arrays.ts";
import { mlp } from "../../lib/models/mod.ts";
import * as optimizers from "../../lib/optimizers/mod.ts";
import { constant } from "../../lib/schedules/constant.ts";
import { tf } from "../../lib/engine/tf.ts";
import { listed } from "../../lib/training/loop_tensors.ts";
import { filledSpec, type Spec } from "../../lib/training/spec.ts";
import { freshTensors } from "../../lib/training/tensors.ts";
import { nativeTest } from "../engine/libtensorflow_for_tests.ts";
import { updatesOf } from "./followed.ts";
import { base, divisionsTest, startFor, updateCases, updateTest } from "./compiled_updates_cases.ts";

Object.entries(updateCases).forEach(updateTest);
divisionsTest(4);

const CLIPS: Spec["clip"][] = [null, { norm: 1 }, { value: 0.1 }, { norm: 1, value: 0.1 }];
for (const clip of CLIPS) {
  nativeTest(
    `a gradient past the largest number is not applied, though the loss is a number: clip ${
      JSON.stringify(clip)
    }`,
    async () => {
      await startFor("tensorflow");
      // weights at zero answer 0, whatever they are asked; the gradient is the input times what was missed
      const far = fromArrays({
        x: Array(8).fill(3e38),
        y: Array(8).fill(3),
        features: 1,
        split: { training: 6, validation: 1, test: 1 },
      });
      const spec: Spec = {
        ...base,
        model: mlp({ layers: [1, 1], init: "zeros", loss: "meanSquaredError" }),
        data: far,
        batch: 6,
        optimizer: optimizers.sgd(),
        schedule: constant(0.1),
        clip,
      };
      for (const how of ["compiled", "eager"] as const) {
        const updates = await updatesOf(spec, how), tensors = freshTensors(filledSpec(spec));
        const ran = await updates.run({ tensors, step: 0, tries: 0, rates: [0.1], evaluate: false });
        assert.deepEqual([ran!.failed, ran!.losses.length, ran!.tensors], [9, 0, tensors], how);
        tf.dispose([...listed(tensors)]);
        await updates.close();
      }
    },
  );
}
