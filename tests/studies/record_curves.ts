/**
 * Trains what `recordings.jsonl` holds and prints it: `deno run --allow-all tests/studies/record_curves.ts`. They were
 * trained after everything in the extrapolation was chosen, with data, models and optimizers that it was not chosen by.
 */
import { criteria, datasets, models, optimizers, schedules, steps, train } from "../../lib/mod.ts";

const digits = datasets.digits(), spirals = datasets.spirals();
const trainings = {
  "spirals, mlp": { data: spirals, model: models.mlp({ layers: [2, 32, 32, 3] }), every: 16 },
  "digits, dropout": { data: digits, model: models.mlp({ layers: [64, 64, 10], dropout: 0.3 }), every: 8 },
  "digits, batch norm": {
    data: datasets.noisyLabels(digits, { share: 0.1, seed: 4 }),
    model: models.mlp({ layers: [64, 48, 48, 10], batchNorm: true }),
    every: 16,
  },
  "digits, tanh": {
    data: digits,
    model: models.mlp({ layers: [64, 24, 24, 10], activation: "tanh" }),
    every: 8,
  },
};
const rates = [
  { name: "nesterov", optimizer: optimizers.nesterov(), rate: 0.01 },
  { name: "rmsprop", optimizer: optimizers.rmsprop(), rate: 0.0007 },
  { name: "adamw", optimizer: optimizers.adamw(), rate: 0.002 },
  { name: "lion", optimizer: optimizers.lion(), rate: 0.0001 },
];

for (const seed of [2, 3]) {
  for (const { name, optimizer, rate } of rates) {
    for (const [title, { data, model, every }] of Object.entries(trainings)) {
      const run = train({
        data,
        model,
        optimizer,
        schedule: schedules.constant(rate),
        batch: 32,
        seed,
        evaluate: { every: steps(every) },
        stop: criteria.maxSteps(100 * every),
      });
      let last;
      for await (last of run);
      for (const [metric, mode] of [["validation.loss", "min"], ["validation.accuracy", "max"]]) {
        const y = [...last!.trajectory.evaluations.metrics[metric]].map((value) => +value.toPrecision(4));
        console.log(
          JSON.stringify({ name: `${title}, ${name} ${rate}, seed ${seed}`, metric, mode, every, y }),
        );
      }
    }
  }
}
