import assert from "node:assert/strict";
import fc from "fast-check";
import type { LoopProgram, LoopRequest } from "../../lib/engine/programs/loop_program.ts";
import { tf } from "../../lib/engine/tf.ts";
import { inPieces, pieceCount, pieceOf, pieceRows } from "../../lib/training/split_pieces.ts";

await tf.setBackend("cpu");

const splitOf = (count: number) => ({ count, x: Float32Array.from({ length: 2 * count }, (_, i) => i) });

/** A loop without turns, whose report is the sum and the difference of each example's two features. */
const program: LoopProgram = {
  mode: "xla",
  run({ tables, state }: LoopRequest) {
    const report = [tables.validation_x, tables.test_x, tables.validation_x].map((x) =>
      tf.tidy(() => {
        const [a, b] = tf.split(x, 2, 1);
        return tf.concat([tf.add(a, b), tf.sub(a, b)], 1).dataSync() as Float32Array;
      })
    );
    return Promise.resolve({
      log: new Float32Array(),
      finite: true,
      report,
      state: state.map((each) => tf.clone(each)),
    });
  },
};

Deno.test("pieces hold 4,096 examples at most, those of a split as many, and together give what the whole does", async () => {
  const counts = fc.tuple(fc.nat(9000), fc.nat(14_000)).filter(([validation]) => validation > 0);
  await fc.assert(
    fc.asyncProperty(counts, async ([validation, test]) => {
      const data = { features: 2, validation: splitOf(validation), test: splitOf(test) };
      const pieces = pieceCount(data), before = tf.memory().numTensors;
      assert.equal(pieces, Math.ceil(Math.max(validation, test) / 4096));
      const first = pieceOf(data, 0), state = [tf.scalar(1)];
      assert.deepEqual(first.validation_x.shape, [pieceRows(data.validation, pieces), 2]);
      const request = { count: 0, report: true, rows: {}, tables: { ...first }, state };
      const { report } = await inPieces(
        data,
        program,
        request,
        await program.run(request).then((ran) => {
          tf.dispose([...ran.state]);
          return { ...ran, state };
        }),
      );
      for (const [i, { count, x }] of [data.validation, data.test, data.validation].entries()) {
        const expected = Float32Array.from({ length: 2 * count }, (_, at) => {
          const row = at >> 1;
          return at % 2 === 0 ? x[2 * row] + x[2 * row + 1] : x[2 * row] - x[2 * row + 1];
        });
        assert.deepEqual(report[i], expected);
      }
      tf.dispose([first, ...state]);
      assert.equal(tf.memory().numTensors, before);
    }),
    { numRuns: 30 },
  );
});

Deno.test("where a piece fails, the state of the call is let go of", async () => {
  const data = { features: 2, validation: splitOf(5000), test: splitOf(10) }, before = tf.memory().numTensors;
  const fails = { ...program, run: () => Promise.reject(new Error("out of memory")) };
  const first = { log: new Float32Array(), finite: true, report: [], state: [tf.scalar(1)] };
  await assert.rejects(inPieces(data, fails, { rows: {}, tables: {} }, first), /^Error: out of memory$/);
  assert.equal(tf.memory().numTensors, before);
});
