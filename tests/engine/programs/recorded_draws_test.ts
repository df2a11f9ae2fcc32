import assert from "node:assert/strict";
import fc from "fast-check";
import { hostDraws } from "../../../lib/engine/draws.ts";
import type { ProgramMode } from "../../../lib/engine/programs/loop_functions.ts";
import { loopProgram } from "../../../lib/engine/programs/loop_program.ts";
import { record } from "../../../lib/engine/programs/record.ts";
import { DRAW_NUMBERS, drawNumbers, recordedDraws } from "../../../lib/engine/programs/recorded_draws.ts";
import { tf } from "../../../lib/engine/tf.ts";
import { nativeTest, startNative } from "../libtensorflow_for_tests.ts";

const PURPOSE = "dropout of layer 0 in batch 0";
const told = (seed: number, update: number) => tf.tensor1d([...drawNumbers(seed, update)], "int32");

const host = (seed: number, update: number, shape: readonly number[], rate: number, purpose = PURPOSE) =>
  tf.tidy(() => [...hostDraws(seed, update).kept(purpose, shape, rate).dataSync()]);
const eager = (seed: number, update: number, shape: readonly number[], rate: number, purpose = PURPOSE) =>
  tf.tidy(() => {
    const kept = recordedDraws(told(seed, update)).kept(purpose, shape, rate);
    assert.deepEqual([kept.shape, kept.dtype], [shape, "float32"]);
    return [...kept.dataSync()];
  });

/** A program that draws numbers of one shape and rate in every turn, whatever seed and update. */
async function drawn(mode: ProgramMode, shape: readonly number[], rate: number, capacity: number) {
  const binding = await startNative();
  const given = { mask: tf.zeros([...shape]), draws: told(0, 0) };
  const turn = record(binding, given, ({ draws }) => [
    tf.zeros([1]),
    recordedDraws(draws as tf.Tensor1D).kept(PURPOSE, shape, rate),
  ]);
  const parts = { turn, rows: ["draws"], state: ["mask"], report: null, capacity };
  const program = loopProgram(binding, parts, mode);
  return async (seed: number, update: number) => {
    // the turn asked for is the last one
    const rows = tf.tensor2d([...Array(capacity - 1).fill(drawNumbers(1, 1)), drawNumbers(seed, update)], [
      capacity,
      DRAW_NUMBERS,
    ], "int32");
    const request = {
      count: capacity,
      report: false,
      rows: { draws: rows },
      tables: {},
      state: [given.mask],
    };
    const { state } = await program.run(request);
    const mask = [...state[0].dataSync()];
    tf.dispose([rows, ...state]);
    return mask;
  };
}

const BIG = 2 ** 53 - 1;
const SEEDS: [seed: number, update: number][] = [
  [0, 1],
  [7, 1],
  [7, 2],
  [2 ** 31, 2 ** 31],
  [2 ** 32 - 1, 2 ** 32 - 1],
  [2 ** 32, 2 ** 32],
  [2 ** 40 + 3, 2 ** 33 + 5],
  [BIG, BIG],
];
const SHAPES: (readonly number[])[] = [[1], [5], [3, 7], [64, 33]];
for (const mode of ["eager", "graph", "xla"] as const) {
  for (const shape of SHAPES) {
    nativeTest(`[${shape}] numbers drawn by operations (${mode}) are those drawn by JavaScript`, async () => {
      await startNative();
      const draw = mode === "eager"
        ? (seed: number, update: number) => eager(seed, update, shape, 0.4)
        : await drawn(mode, shape, 0.4, 3);
      for (const [seed, update] of SEEDS) {
        assert.deepEqual(await draw(seed, update), host(seed, update, shape, 0.4), `${seed}, ${update}`);
      }
    });
  }
}

const EDGES: [rate: number, kept: number | null][] = [
  [0, 1],
  [Number.MIN_VALUE, 1],
  [2 ** -32, null],
  [1e-9, null],
  [0.5, null],
  [0.999999999, null],
  [1 - 2 ** -32, null],
  [1 - 2 ** -33, 0],
  [1 - 2 ** -53, 0],
];
for (const [rate, kept] of EDGES) {
  nativeTest(`a rate of ${rate} drops the same numbers either way`, async () => {
    await startNative();
    const masks = [host(3, 9, [4099], rate), eager(3, 9, [4099], rate)];
    assert.deepEqual(masks[1], masks[0]);
    if (kept !== null) assert.ok(masks[0].every((number) => number === kept), `all ${kept}`);
    for (const mode of ["graph", "xla"] as const) {
      assert.deepEqual(await (await drawn(mode, [4099], rate, 1))(3, 9), masks[0], mode);
    }
  });
}

nativeTest(
  "any seed, update, purpose, size and rate draws the same by operations as by JavaScript",
  async () => {
    await startNative();
    const whole = fc.oneof(fc.maxSafeNat(), fc.nat(), fc.constantFrom(0, 2 ** 32, 2 ** 32 + 1));
    const rate = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    const size = fc.integer({ min: 1, max: 40 });
    fc.assert(fc.property(whole, whole, fc.string(), size, rate, (seed, update, purpose, size, rate) => {
      assert.deepEqual(eager(seed, update, [size], rate, purpose), host(seed, update, [size], rate, purpose));
    }));
  },
);

nativeTest("numbers at the very edge of a rate are dropped alike", async () => {
  await startNative();
  const { uniforms } = await import("../../../lib/random.ts");
  const exact = [...uniforms(3, PURPOSE, 9, 16)];
  for (const uniform of exact.filter((u) => u > 0)) {
    // at the rate that is the number itself it is kept, at the next larger one dropped
    for (const rate of [uniform, uniform + 2 ** -33]) {
      assert.deepEqual(eager(3, 9, [16], rate), host(3, 9, [16], rate), `${rate}`);
    }
  }
});

nativeTest("drawing leaves no tensor", async () => {
  const binding = await startNative();
  eager(1, 1, [8], 0.5);
  const before = [binding.getNumOfTensors(), tf.memory().numTensors];
  eager(1, 2, [8], 0.5);
  eager(1, 2, [8], 1 - 2 ** -53);
  assert.deepEqual([binding.getNumOfTensors(), tf.memory().numTensors], before);
});
