import assert from "node:assert/strict";
import { any } from "../../lib/criteria/any.ts";
import { maxSeconds } from "../../lib/criteria/max_seconds.ts";
import { maxSteps } from "../../lib/criteria/max_steps.ts";
import { target } from "../../lib/criteria/target.ts";
import { fromArrays } from "../../lib/data/from_arrays.ts";
import { steps } from "../../lib/durations.ts";
import { setEngineChoice } from "../../lib/engine/engine.ts";
import { tf } from "../../lib/engine/tf.ts";
import * as models from "../../lib/models/mod.ts";
import { cosine } from "../../lib/schedules/cosine.ts";
import type { TrainingEvent } from "../../lib/training/event.ts";
import type { Spec } from "../../lib/training/spec.ts";
import { train } from "../../lib/training/train.ts";
import { asStream } from "../data/fixture.ts";
import { nativeTest, startNative } from "../engine/libtensorflow_for_tests.ts";
import { data, small, trained } from "./fixture.ts";
import { broken, long, near, numbersAt, onNative } from "./compiled_fixture.ts";
import {
  cutCases,
  cutTest,
  gridCases,
  gridsOfOne,
  gridTest,
  sameTwiceTest,
  withinCases,
  withinTest,
} from "./compiled_training_cases.ts";

gridCases.forEach(gridTest);
cutCases.forEach(cutTest);
withinCases.forEach(withinTest);

sameTwiceTest(gridsOfOne);

nativeTest("a rule on the clock ends at the first update past it, with its weights", async () => {
  onNative();
  await trained(long); // what is compiled is compiled
  const ended = await trained({ ...long, stop: any(maxSteps(100_000), maxSeconds(0.2)) });
  const { seconds } = ended.trajectory.updates, { step } = ended.at;
  assert.equal(ended.outcome.path, "any.1.maxSeconds");
  assert.ok(step > 10 && step < 100_000, `${step}`);
  assert.ok(seconds.at(-1)! >= 0.2 && seconds.at(-2)! < 0.2, `${seconds.at(-2)}, ${seconds.at(-1)}`);
  seconds.forEach((each, i) => assert.ok(i === 0 || each >= seconds[i - 1], "the clock runs forward"));
  assert.deepEqual(numbersAt(ended), numbersAt(await trained({ ...long, stop: maxSteps(step) })));
});

nativeTest("an abort takes effect at the end of the chunks under way, not of the training", async () => {
  onNative();
  await trained(long);
  const run = train({ ...long, stop: maxSteps(10_000_000) });
  let asked = 0, ended = 0, step = 0;
  setTimeout(() => {
    asked = performance.now();
    run.abort();
  }, 150);
  for await (const event of run) {
    if (event.type !== "ended") continue;
    ended = performance.now();
    step = event.at.step;
    assert.equal(event.outcome!.reason, "aborted");
    assert.equal(event.trajectory.updates.step.length, step);
  }
  assert.ok(step > 100);
  // one chunk of 50 ms under way, one that was begun ahead, the last evaluation; twice that on a busy machine
  // a tenth of a second on a machine of one's own; on a busy one as much again and again
  assert.ok(ended - asked < 1000, `${ended - asked} ms`);
});

nativeTest("the event loop lives while chunks run, and events come", async () => {
  onNative();
  let ticks = 0, events = 0;
  const timer = setInterval(() => ticks++, 5);
  const run = train({ ...long, stop: maxSeconds(0.5) });
  for await (const _ of run) events++;
  clearInterval(timer);
  assert.ok(ticks >= 20, `${ticks} of about 100`);
  assert.ok(events >= 4, `${events}`);
});

nativeTest(
  "no tensor is left after a compiled training, whole, failed, stopped within a chunk, aborted or dropped",
  async () => {
    const binding = await startNative();
    const alive = () => [binding.getNumOfTensors(), tf.memory().numTensors];
    const dropped = async (spec: Spec, step: number) => {
      for await (const { at } of train(spec)) if (at.step >= step) break;
    };
    const endless = { ...long, stop: maxSteps(10_000_000) };
    const ways: [string, () => Promise<unknown>][] = [
      ["whole", () => trained(long)],
      [
        "stopped",
        () => trained({ ...long, stop: target({ metric: "training.loss", mode: "min", value: 2 }) }),
      ],
      ["skipping", () => trained({ ...long, data: broken(NaN), nonFinite: "skip", stop: maxSteps(60) })],
      ["diverged", () => trained({ ...long, data: broken(NaN) })],
      [
        "with all that can be kept",
        () => trained({ ...small, average: { decay: 0.9 }, checkpoint: { every: steps(3) } }),
      ],
      [
        "failed",
        () =>
          trained({ ...long, schedule: cosine({ peak: 0.01, horizon: steps(12), past: "error" }) }).catch(
            () => {},
          ),
      ],
      ["dropped at once", () => dropped(endless, 0)],
      ["dropped half-way", () => dropped(endless, 1)],
      ["aborted", () => trained({ ...endless, signal: AbortSignal.timeout(60) })],
      ["a stream dropped", () => dropped({ ...endless, data: asStream(data) }, 1)],
    ];
    await trained(long);
    for (const [way, act] of ways) {
      const before = alive();
      await act();
      assert.deepEqual(alive(), before, way);
    }
  },
);

nativeTest("a schedule that refuses an update within a chunk fails there, with all before it", async () => {
  onNative();
  const schedule = cosine({ peak: 0.01, horizon: steps(12), past: "error" });
  const events: TrainingEvent[] = [];
  await assert.rejects(async () => {
    for await (const event of train({ ...long, schedule })) events.push(event);
  }, { message: "update 13 is past the horizon of 12 updates" });
  const { outcome, trajectory } = events.at(-1)!;
  assert.deepEqual([outcome!.reason, outcome!.at.step, trajectory.final!.step], ["failed", 12, 12]);
});

nativeTest("going on from a state of another engine is told, and changes nothing but rounding", async () => {
  setEngineChoice("wasm");
  const { outcome: { state } } = await trained({ ...small, stop: maxSteps(20) });
  onNative();
  const { plan, trajectory } = await trained({ ...small, from: state });
  assert.ok(plan.warnings.some(({ lint, message }) => lint === "conditions-differ" && /xla/.test(message)));
  setEngineChoice("wasm");
  near(trajectory.updates.loss, (await trained(small)).trajectory.updates.loss, "loss");
});

nativeTest("trainings at once end as each does alone, to the bit", async () => {
  onNative();
  const specs: Spec[] = [
    { ...small, stop: maxSteps(120) },
    { ...small, seed: 4, data: broken(NaN), nonFinite: "skip", stop: maxSteps(90) },
    {
      ...small,
      model: models.mlp({ layers: [64, 16, 10], dropout: 0.5 }),
      remainder: "drop",
      evaluate: { every: steps(17) },
    },
  ];
  const alone = [];
  for (const spec of specs) alone.push(numbersAt(await trained(spec)));
  const atOnce = await Promise.all(specs.map((spec) => trained(spec)));
  assert.deepEqual(atOnce.map(numbersAt), alone);
});

nativeTest("an evaluation of more examples than one pass takes measures them all", async () => {
  const rows = 4100, features = 3;
  const many = fromArrays({
    x: Array.from({ length: (rows + 60) * features }, (_, i) => Math.sin(1.7 * i)),
    y: Array.from({ length: rows + 60 }, (_, row) => row % 2),
    features,
    classes: ["even", "odd"],
    split: { training: 50, validation: rows, test: 10 },
    name: "many",
  });
  const spec: Spec = {
    ...small,
    model: models.mlp({ layers: [3, 4, 2] }),
    data: many,
    remainder: "drop",
    stop: maxSteps(5),
  };
  onNative();
  const { metrics } = (await trained(spec)).trajectory.evaluations;
  setEngineChoice("wasm");
  near(
    metrics["validation.loss"],
    (await trained(spec)).trajectory.evaluations.metrics["validation.loss"],
    "loss",
  );
});
