/** What recording costs: `train()` with all its recording against the same updates and evaluations bare. */
import { maxSteps } from "../../lib/criteria/max_steps.ts";
import { digits } from "../../lib/data/digits.ts";
import { batchSource } from "../../lib/data/batch_source.ts";
import { type BatchPlan } from "../../lib/batch_plan.ts";
import { steps } from "../../lib/durations.ts";
import { type EngineName, setEngineChoice, startEngine } from "../../lib/engine/engine.ts";
import { tf } from "../../lib/engine/tf.ts";
import { mlp, mlpKind } from "../../lib/models/mlp.ts";
import { adam, adamKind } from "../../lib/optimizers/adam.ts";
import { constant } from "../../lib/schedules/constant.ts";
import { measure } from "../../lib/metrics/measure.ts";
import { outputsOf } from "../../lib/training/evaluate.ts";
import { step } from "../../lib/training/step.ts";
import { train } from "../../lib/training/train.ts";
import { type Figure, interleave } from "./interleave.ts";

const UPDATES = 300, EVERY = 50, BATCH = 32, RATE = 1e-3;
const model = mlp({ layers: [64, 128, 128, 10] }), optimizer = adam(), data = digits();
const plan: BatchPlan = { trainingExamples: data.training.count, batch: BATCH, remainder: "train" };

async function bare(): Promise<void> {
  const source = batchSource(data, "softmaxCrossEntropy", 0, plan);
  const first = mlpKind.parameters(model, 0);
  let network = {
    parameters: first.map(({ values, shape }) => tf.tensor(values, [...shape])),
    statistics: [] as tf.Tensor[],
    slots: first.flatMap(({ shape }) =>
      Array.from({ length: adamKind.slotsPerParameter }, () => tf.zeros([...shape]))
    ),
  };
  for (let update = 1; update <= UPDATES; update++) {
    const batches = (await source.at(update - 1))!;
    const next = step({ model, optimizer, clip: null, seed: 0 }, network, batches, RATE, update);
    tf.dispose([network.parameters, network.slots]);
    network = next;
    if (update % EVERY !== 0) continue;
    for (const { y, ...split } of [data.validation, data.test]) {
      const outputs = outputsOf(model, network, { ...split, y });
      measure({ loss: "softmaxCrossEntropy", outputs, truth: y }, ["loss", "accuracy"]);
    }
  }
  tf.dispose([network.parameters, network.slots]);
}

async function recorded(): Promise<void> {
  const run = train({
    model,
    data,
    optimizer,
    schedule: constant(RATE),
    batch: BATCH,
    evaluate: { every: steps(EVERY) },
    stop: maxSteps(UPDATES),
  });
  for await (const _ of run);
}

export async function trainOverhead(engines: readonly EngineName[]): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const engine of engines) {
    setEngineChoice(engine);
    await startEngine();
    const times = await interleave({ bare, recorded }, 9);
    figures.push(
      { bench: "train", what: `${engine}, bare`, value: times.bare / UPDATES, unit: "ms/update" },
      {
        bench: "train",
        what: `${engine}, train() ÷ bare`,
        value: times.recorded / times.bare,
        unit: "×",
        goal: "at most 1.15",
      },
    );
  }
  return figures;
}
