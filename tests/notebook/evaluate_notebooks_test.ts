/** What the notebooks export, tried without training anything. */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { Trajectory } from "../../lib/curves/trajectory.ts";
import { evaluate } from "../../lib/notebook/evaluate.ts";
import type { TrainingEvent } from "../../lib/training/event.ts";
import type { Training } from "../../lib/training/train.ts";

type GlobalStep = typeof import("../../notebooks/global_step.ts");
type HowManyEpochs = typeof import("../../notebooks/how_many_epochs.ts");
type Skipped = typeof import("../../notebooks/why_training_was_skipped.ts");
type YourCurves = typeof import("../../notebooks/your_curves.ts");
const notebook = (name: string) => new URL(`../../notebooks/${name}.ts`, import.meta.url);

const EVERY = 35;

/** A training that has these losses at its evaluations, one every 35 steps, and ends when it is asked to. */
function ofLosses(losses: readonly number[]): Training {
  let asked = false;
  async function* events() {
    for (let i = 0; i < losses.length && !asked; i++) {
      const metrics = { "validation.loss": Float64Array.from(losses.slice(0, i + 1)) };
      const event = { at: { step: EVERY * (i + 1), epoch: i + 1 }, trajectory: { evaluations: { metrics } } };
      yield { ...event, type: "chunk" } as unknown as TrainingEvent;
      yield { ...event, type: "evaluation" } as unknown as TrainingEvent;
    }
  }
  return Object.assign(events(), { abort: () => void (asked = true) }) as unknown as Training;
}
const losses = [5, 4, 3, 3.5, 3.4, 3.3, 3.2, 3.1];

Deno.test("how many epochs: a loop by hand stops after its patience, and one evaluation late with >", async () => {
  const { values: { byHand }, ran } = await evaluate<HowManyEpochs>(notebook("how_many_epochs"), ["byHand"]);
  assert.deepEqual(ran, ["loops"]);
  const endsAt = async (over: (waited: number) => boolean) => (await byHand(ofLosses(losses), over)).at.epoch;
  assert.equal(await endsAt((waited) => waited >= 2), 5);
  assert.equal(await endsAt((waited) => waited > 2), 6);
  assert.equal(await endsAt((waited) => waited >= 20), losses.length);
});

Deno.test("global step: patience in steps, in checks, and the two confused", async () => {
  const { values: { byHand }, ran } = await evaluate<GlobalStep>(notebook("global_step"), ["byHand"]);
  assert.deepEqual(ran, ["by hand"]);
  const patience = 2 * EVERY;
  const endsAt = async (over: Parameters<typeof byHand>[1]) => (await byHand(ofLosses(losses), over)).at.step;
  assert.equal(await endsAt(({ steps }) => steps >= patience), 5 * EVERY);
  assert.equal(await endsAt(({ checks }) => checks >= 2), 5 * EVERY);
  assert.equal(await endsAt(({ checks }) => checks > 2), 6 * EVERY);
  assert.equal(await endsAt(({ checks }) => checks >= patience), losses.length * EVERY);
});

const columns = fc.array(fc.double(), { maxLength: 20 }).chain((loss) =>
  fc.record({
    loss: fc.constant(loss),
    rate: fc.constant(loss.map(() => 0.1)),
    metric: fc.array(fc.double()),
  })
);
const trajectory = ({ loss, rate, metric }: { loss: number[]; rate: number[]; metric: number[] }) =>
  ({
    updates: { loss: Float64Array.from(loss), rate: Float64Array.from(rate) },
    evaluations: { metrics: { "validation.loss": Float64Array.from(metric) } },
  }) as unknown as Trajectory;

for (const name of ["global_step", "why_training_was_skipped"]) {
  Deno.test(`${name}: recordings are compared bit by bit, as far as both go`, async () => {
    const { values: { compared } } = await evaluate<GlobalStep | Skipped>(notebook(name), ["compared"]);
    fc.assert(fc.property(columns, columns, (a, b) => {
      const shared = 2 * Math.min(a.loss.length, b.loss.length) + Math.min(a.metric.length, b.metric.length);
      const both = compared(trajectory(a), trajectory(b));
      assert.equal(both.numbers, shared);
      assert.deepEqual(both, compared(trajectory(b), trajectory(a)));
      assert.equal(compared(trajectory(a), trajectory(a)).differ, 0, "NaN is NaN");
    }));
    const [plus, minus] = [0, -0].map((zero) => trajectory({ loss: [zero], rate: [1], metric: [] }));
    assert.equal(compared(plus, minus).differ, 1, "0 and -0 are two numbers");
  });
}

Deno.test("your curves: words of the command line are left out, and only those", async () => {
  const { values: { withoutOptions } } = await evaluate<YourCurves>(notebook("your_curves"), [
    "withoutOptions",
  ]);
  assert.equal(withoutOptions("no steps (name them with --columns) in a"), "no steps in a");
  fc.assert(fc.property(fc.string(), (text) => {
    const without = withoutOptions(text);
    assert.ok(text.includes("--") || without === text);
  }));
});
