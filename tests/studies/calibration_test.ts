import assert from "node:assert/strict";
import { bandsHeld } from "../../lib/extrapolation/bands_held.ts";
import { calibration } from "../../lib/studies/calibration.ts";
import type { Curve } from "../../lib/extrapolation/curve.ts";
import { made } from "../extrapolation/curves.ts";

/** Trained by `record_curves.ts`, after everything in the extrapolation was chosen. */
const recordings: Curve[] = Deno.readTextFileSync(new URL("recordings.jsonl", import.meta.url)).trim().split(
  "\n",
)
  .map((line) => JSON.parse(line)).map(({ y, mode, every }) => ({
    x: y.map((_: number, row: number) => (row + 1) * every),
    y,
    mode,
  }));

Deno.test("on recordings that nothing was chosen by, bands hold about as often as they say", () => {
  const cuts = [0.2, 0.4, 0.6],
    by = new Map(calibration(recordings, { cuts }).map((each) => [each.factor, each]));
  for (const factor of [1.25, 1.5, 2]) {
    const { told, held } = by.get(factor)!, [half, usual, nearly] = held.map(({ rate }) => rate);
    assert.ok(told > 60, `${told} told at ${factor}`);
    assert.ok(half > 0.45 && half < 0.8, `half at ${factor}: ${half}`);
    assert.ok(usual > 0.7 && usual < 0.95, `80 % at ${factor}: ${usual}`);
    assert.ok(nearly > 0.88, `95 % at ${factor}: ${nearly}`);
  }
});

Deno.test("of accuracies, whose level drifts and which are coarse, as often too", () => {
  const accuracies = recordings.filter(({ mode }) => mode === "max"), factors = [1.25, 1.5, 2];
  for (
    const { factor, held: [, usual, nearly] } of calibration(accuracies, { factors, cuts: [0.2, 0.4, 0.6] })
  ) {
    assert.ok(usual.rate >= 0.8 && usual.rate <= 0.9, `80 % at ${factor}: ${usual.rate}`);
    assert.ok(nearly.rate >= 0.93, `95 % at ${factor}: ${nearly.rate}`);
  }
});

Deno.test("what was measured long after the place that is asked about does not count for it", () => {
  const { y, mode } = made({ end: 0.3, fall: 1, family: "power", rate: 0.5, noise: 0.01, of: 11 });
  const x = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 25];
  const counted = calibration([{ x, y, mode }], { factors: [1.5, 2.5], cuts: [0.95] });
  assert.deepEqual(counted.map(({ told, untold }) => told + untold), [0, 1]);
});

Deno.test("a recording counts for a factor only where it goes so far", () => {
  const curve = made({ end: 0.3, fall: 1, family: "power", rate: 0.5, noise: 0.01 });
  const [near, far] = calibration([curve], { factors: [1.25, 3], cuts: [0.25, 0.5, 0.8] });
  assert.deepEqual([near.told + near.untold, far.told + far.untold], [3, 1]);
  assert.deepEqual(near.held.map(({ share }) => share), [0.5, 0.8, 0.95]);
});

Deno.test("what does not tell is counted apart", () => {
  const flat = { x: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], y: new Array(12).fill(1), mode: "min" } as const;
  const [{ told, untold, held }] = calibration([flat], { factors: [1.5], cuts: [0.5] });
  assert.deepEqual([told, untold, held[0].rate], [0, 1, NaN]);
});

Deno.test("a factor past what is ever told is refused", () =>
  assert.throws(() => calibration([], { factors: [4] }), {
    message: "invalid factor: 4 (above 1, at most 3)",
  }));

Deno.test("how often bands held is told for the next factor that was measured, and for no other share", () => {
  assert.equal(bandsHeld(1.3, 0.8)?.factor, 1.5);
  assert.equal(bandsHeld(1.3, 0.5), null);
  assert.equal(bandsHeld(3.5, 0.8), null);
});
