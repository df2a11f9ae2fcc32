import assert from "node:assert/strict";
import fc from "fast-check";
import { setEngineChoice, startEngine } from "../../lib/engine/engine.ts";
import { tf } from "../../lib/engine/tf.ts";
import { lastFinite } from "../../lib/training/last_finite.ts";

const WIDTH = 2;

/** Updates of which `state` is the first to leave what is no number, and `log` the first to log it; 0 for none. */
async function found(count: number, state: number, log: number) {
  const calls: number[] = [];
  const call = (updates: number) => {
    calls.push(updates);
    const finite = state === 0 || updates < state;
    return Promise.resolve({ finite, state: [tf.scalar(finite ? updates : NaN)] });
  };
  const numbers = new Float32Array((count + 3) * WIDTH); // rows past the last update tell nothing
  numbers.fill(NaN, count * WIDTH);
  if (log > 0) numbers.fill(NaN, (log - 1) * WIDTH + 1);
  const result = await lastFinite(call, numbers, WIDTH, count);
  const value = result.state && result.state[0].dataSync()[0];
  if (result.state) tf.dispose([...result.state]);
  return { applied: result.applied, value, calls };
}

const FIRST: [string, number, number, number, number][] = [
  ["the first update leaves none", 10, 1, 0, 0],
  ["the first update logs none", 10, 0, 1, 0],
  ["the last leaves none", 10, 10, 0, 9],
  ["the last logs none", 10, 0, 10, 9],
  ["one leaves none and the next logs it", 100, 41, 42, 40],
  ["one logs none, and another had left it long before", 100, 7, 90, 6],
  ["the only one leaves none", 1, 1, 0, 0],
];
for (const [what, count, state, log, applied] of FIRST) {
  Deno.test(`of ${count} updates, where ${what}, ${applied} are applied`, async () => {
    setEngineChoice("cpu");
    await startEngine();
    const given = await found(count, state, log);
    assert.deepEqual([given.applied, given.value], [applied, applied === 0 ? null : applied]);
  });
}

Deno.test("wherever numbers end, the update before is found in a logarithm of calls, and no tensor is left", async () => {
  setEngineChoice("cpu");
  await startEngine();
  const place = fc.integer({ min: 1, max: 200 });
  await fc.assert(fc.asyncProperty(place, place, place, fc.boolean(), async (count, a, b, logged) => {
    const state = 1 + a % count, log = logged ? 1 + b % count : 0, before = tf.memory().numTensors;
    const { applied, value, calls } = await found(count, state, log);
    assert.equal(applied, Math.min(state, log || Infinity) - 1);
    assert.equal(value, applied === 0 ? null : applied);
    assert.ok(calls.length <= Math.ceil(Math.log2(count + 1)) + 1, `${calls}`);
    assert.equal(tf.memory().numTensors, before);
  }));
});
