import assert from "node:assert/strict";
import { loopProgram } from "../../../lib/engine/programs/loop_program.ts";
import type { ProgramMode } from "../../../lib/engine/programs/loop_functions.ts";
import { population, type PopulationRequest } from "../../../lib/engine/programs/population.ts";
import { record } from "../../../lib/engine/programs/record.ts";
import { tf } from "../../../lib/engine/tf.ts";
import { nativeTest, startNative } from "../libtensorflow_for_tests.ts";

const MEMBERS = 5, CAPACITY = 32, COUNT = 20;

for (const mode of ["xla", "graph"] as ProgramMode[]) {
  nativeTest(
    `members of a population learn as each would alone, at rates of their own: ${mode}`,
    async () => {
      const binding = await startNative(), before = binding.getNumOfTensors();
      // least squares by gradient descent: the loss is logged, the weights are the state, the fit is reported
      const tables = {
        x: tf.randomNormal([16, 3], 0, 1, "float32", 1),
        y: tf.randomNormal([16, 1], 0, 1, "float32", 2),
      };
      const first = { ...tables, w: tf.zeros([3, 1]), rate: tf.scalar(0.1) };
      const fit = (x: tf.Tensor, w: tf.Tensor) => tf.matMul(x as tf.Tensor2D, w as tf.Tensor2D);
      const turn = record(binding, first, ({ x, y, w, rate }) => {
        const { value, grads: [gradient] } = tf.valueAndGrads((w: tf.Tensor) =>
          tf.mean<tf.Scalar>(tf.square(tf.sub(fit(x, w), y)))
        )([w]);
        return [tf.reshape(value, [1]), tf.sub(w, tf.mul(gradient, rate))];
      });
      const report = record(binding, { points: first.x, w: first.w }, ({ points, w }) => [fit(points, w)]);
      const parts = { turn, report, rows: ["rate"], state: ["w"], capacity: CAPACITY };
      const rates = Array.from(
        { length: CAPACITY },
        (_, i) => Array.from({ length: MEMBERS }, (_, member) => (member + 1) / (100 + i)),
      );
      const request: PopulationRequest = {
        count: COUNT,
        report: true,
        rows: { rate: tf.tensor2d(rates) },
        tables: { ...tables, points: tables.x },
        state: [tf.randomNormal([MEMBERS, 3, 1], 0, 1, "float32", 3)],
      };
      const many = await population(binding, parts, mode, MEMBERS, request);
      assert.match(
        many.why,
        many.batched ? /^5 at once: [\d.e-]+ against/ : /^one after another: [\d.e-]+ against/,
      );
      const { logs, reports, state: [weights] } = await many.run(request);

      const alone = loopProgram(binding, parts, mode), starts = tf.unstack(request.state[0]);
      for (let member = 0; member < MEMBERS; member++) {
        const rate = tf.tensor1d(rates.map((each) => each[member]));
        const ran = await alone.run({ ...request, rows: { rate }, state: [starts[member]] });
        const own = [...weights.dataSync().slice(3 * member, 3 * member + 3)];
        const pairs = [
          [ran.log.subarray(0, COUNT), logs[member].subarray(0, COUNT)],
          [ran.report[0], reports[member][0]],
          [ran.state[0].dataSync(), own],
        ];
        for (const [wanted, got] of pairs) {
          assert.equal(got.length, wanted.length);
          wanted.forEach((value, i) =>
            assert.ok(Math.abs(value - got[i]) < 1e-5, `${member}: ${got} for ${wanted}`)
          );
        }
        tf.dispose([rate, ...ran.state]);
      }
      tf.dispose([first, request.rows, request.state, weights, starts] as unknown as tf.TensorContainer);
      assert.equal(binding.getNumOfTensors(), before);
    },
  );
}
