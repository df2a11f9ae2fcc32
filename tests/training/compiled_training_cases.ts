/** Trainings that are compiled, beside the same on wasm, cut and stopped: some in every run of the tests, the others in e2e. */
import assert from "node:assert/strict";
import { any } from "../../lib/criteria/any.ts";
import { best } from "../../lib/criteria/best.ts";
import { maxEpochs } from "../../lib/criteria/max_epochs.ts";
import { maxSteps } from "../../lib/criteria/max_steps.ts";
import { plateau } from "../../lib/criteria/plateau.ts";
import { target } from "../../lib/criteria/target.ts";
import { augmented } from "../../lib/data/augmented.ts";
import type { Split } from "../../lib/data/dataset.ts";
import { epochs, evaluations, examples, steps } from "../../lib/durations.ts";
import { setEngineChoice } from "../../lib/engine/engine.ts";
import * as models from "../../lib/models/mod.ts";
import { cosine } from "../../lib/schedules/cosine.ts";
import { plateauScale } from "../../lib/schedules/plateau_scale.ts";
import { assertSplitAnywhere } from "../../lib/training/assert_split_anywhere.ts";
import type { Spec } from "../../lib/training/spec.ts";
import { asStream } from "../data/fixture.ts";
import { nativeTest } from "../engine/libtensorflow_for_tests.ts";
import { data, eventsOf, small, trained } from "./fixture.ts";
import { long, near, numbersAt, onNative, shown } from "./compiled_fixture.ts";

/** What a training does between its updates, which its compiled chunks end for. */
type GridCase = readonly [what: string, options: Partial<Spec>];
export const gridCases: readonly GridCase[] = [
  ["evaluations every so many steps, checkpoints every so many others", {
    evaluate: { every: steps(7) },
    checkpoint: { every: steps(5) },
  }],
  ["evaluations every part of an epoch, batches that wrap", {
    evaluate: { every: epochs(0.3) },
    remainder: "wrap",
    schedule: cosine({ peak: 0.02, horizon: steps(40) }),
  }],
  ["a rate that a plateau cuts", {
    evaluate: { every: steps(4) },
    scale: plateauScale({
      metric: "validation.loss",
      mode: "min",
      factor: 0.5,
      patience: evaluations(1),
      minDelta: 0.5,
    }),
  }],
  ["examples that are moved and mixed", {
    data: augmented(data, { shift: 1, noise: 0.1, mixup: 0.3 }),
    evaluate: { every: steps(16) },
  }],
];
/** A split over and over. */
function repeated({ x, y, rows }: Split, count: number): Split {
  const width = x.length / rows.length, at = Array.from({ length: count }, (_, i) => i % rows.length);
  const all = new Float32Array(count * width);
  at.forEach((row, i) => all.set(x.subarray(row * width, (row + 1) * width), i * width));
  return {
    count,
    x: all,
    y: Int32Array.from(at, (row) => y[row]),
    rows: Int32Array.from(at, (row) => rows[row]),
  };
}
export const moreGridCases: readonly GridCase[] = [
  ["evaluations of more examples than one forward pass has, of a running mean, too", {
    data: { ...data, validation: repeated(data.validation, 5000), test: repeated(data.test, 9001) },
    evaluate: { every: steps(16) },
    average: { decay: 0.9 },
  }],
  ["evaluations every epoch, checkpoints by examples", {
    evaluate: { every: epochs(1) },
    checkpoint: { every: examples(500) },
    stop: maxEpochs(2),
  }],
  ["evaluations by examples, gradients carried", {
    evaluate: { every: examples(333) },
    batch: 30,
    accumulate: { batches: 3, leftover: "carry" },
    stop: maxSteps(30),
  }],
  ["a running mean that is selected, early stopping by it", {
    evaluate: { every: steps(3) },
    average: { decay: 0.9 },
    select: best("average.validation.loss", "min"),
    stop: any(
      maxSteps(60),
      plateau({ metric: "average.validation.loss", mode: "min", patience: evaluations(2), minDelta: 0.3 }),
    ),
  }],
  ["a stream that ends before the cap", {
    data: asStream(data, { passes: 1 }),
    evaluate: { every: steps(9) },
    stop: maxSteps(60),
  }],
  ["an evaluation that no update reaches, and one after the cap", {
    evaluate: { every: steps(100) },
    stop: maxSteps(37),
  }],
];

export function gridTest([what, options]: GridCase): void {
  nativeTest(`a compiled training goes as one on wasm: ${what}`, async () => {
    const spec = { ...small, ...options };
    onNative();
    const compiled = await eventsOf(spec), { plan } = compiled.at(-1)!;
    assert.match(plan.engine, /compiled by XLA/);
    setEngineChoice("wasm");
    const eager = await eventsOf(spec);
    assert.deepEqual(shown(compiled), shown(eager));
    const [a, b] = [compiled, eager].map((events) => events.at(-1)!.trajectory);
    near(a.updates.loss, b.updates.loss, "training loss");
    for (const [metric, values] of Object.entries(b.evaluations.metrics)) {
      // accuracies of outputs that are almost equal may differ by an example
      if (metric.endsWith("loss")) near(a.evaluations.metrics[metric], values, metric);
    }
  });
}

type CutCase = readonly [what: string, options: Partial<Spec>, cuts: readonly number[]];
export const cutCases: readonly CutCase[] = [
  ["a perceptron with a plateau's cuts and a running mean", {
    evaluate: { every: steps(6) },
    average: { decay: 0.9 },
    scale: plateauScale({
      metric: "validation.loss",
      mode: "min",
      factor: 0.5,
      patience: evaluations(1),
      minDelta: 0.5,
    }),
  }, [1, 6, 17, 35]],
  ["a stream", { data: asStream(data, { shuffle: 40 }), evaluate: { every: steps(16) } }, [5, 36]],
];
export const moreCutCases: readonly CutCase[] = [
  ["dropout and batch norm", {
    model: models.mlp({ layers: [64, 16, 10], dropout: 0.3, batchNorm: true }),
    evaluate: { every: steps(16) },
  }, [3, 36]],
  ["a small convnet", {
    model: models.convnet({ shape: [8, 8], classes: 10, filters: [4], dense: 8, dropout: 0.2 }),
    evaluate: { every: steps(16) },
  }, [5, 20]],
];

export function cutTest([what, options, cuts]: CutCase): void {
  nativeTest(`compiled, a training cut anywhere ends as the uncut one: ${what}`, async () => {
    onNative();
    await assertSplitAnywhere({ ...small, ...options }, { cuts });
  });
}

type WithinCase = readonly [what: string, options: Partial<Spec>];
export const withinCases: readonly WithinCase[] = [
  ["of a table", {}],
  ["of a stream", { data: asStream(data, { shuffle: 30 }) }],
];
export const moreWithinCases: readonly WithinCase[] = [
  ["of examples that are moved", { data: augmented(data, { noise: 0.1 }) }],
  ["with a running mean and dropout", {
    model: models.mlp({ layers: [64, 16, 10], dropout: 0.3 }),
    average: { decay: 0.9 },
  }],
  ["of a convnet", { model: models.convnet({ shape: [8, 8], classes: 10, filters: [4], dense: 8 }) }],
];

export function withinTest([what, options]: WithinCase): void {
  nativeTest(
    `a rule ends a chunk ${what} at the first update whose loss reaches it, with its weights`,
    async () => {
      onNative();
      // a program for 512 updates, so that its inputs are small beside the work
      const spec = { ...long, evaluate: { every: steps(250) }, ...options }, most = 200;
      const whole = await trained({ ...spec, stop: maxSteps(most) }), { loss } = whole.trajectory.updates;
      const value = Math.min(...loss.slice(0, 150)), first = loss.findIndex((each) => each <= value) + 1;
      assert.ok(first > 40, "the rule fires well within a chunk");
      const stop = any(maxSteps(most), target({ metric: "training.loss", mode: "min", value }));
      const ended = await trained({ ...spec, stop }),
        capped = await trained({ ...spec, stop: maxSteps(first) });
      assert.deepEqual([ended.at.step, ended.outcome.path], [first, "any.1.target"]);
      assert.deepEqual(numbersAt(ended), numbersAt(capped));
      assert.deepEqual(ended.trajectory.updates.loss, loss.slice(0, first));
      assert.deepEqual(ended.trajectory.final!.metrics, capped.trajectory.final!.metrics);
    },
  );
}

/** Where one and the same training is evaluated and saved. */
type Grid = Pick<Spec, "evaluate" | "checkpoint">;
export const gridsOfOne: readonly Grid[] = [{ evaluate: { every: steps(3) } }];
export const moreGridsOfOne: readonly Grid[] = [
  { evaluate: { every: steps(1) } },
  { evaluate: { every: epochs(1) }, checkpoint: { every: steps(11) } },
];
export function sameTwiceTest(grids: readonly Grid[]): void {
  nativeTest(
    "the same training twice is the same to the bit, and the grid of its evaluations changes none",
    async () => {
      onNative();
      const spec = { ...small, stop: maxSteps(100) }, whole = { ...spec, evaluate: { every: steps(100) } };
      const once = await trained(whole), again = await trained(whole);
      assert.deepEqual(again.trajectory.evaluations.metrics, once.trajectory.evaluations.metrics);
      const others = [];
      for (const grid of grids) others.push(await trained({ ...spec, ...grid }));
      for (const other of [again, ...others]) {
        assert.deepEqual(other.trajectory.updates.loss, once.trajectory.updates.loss);
        assert.deepEqual(numbersAt(other), numbersAt(once));
      }
    },
  );
}
