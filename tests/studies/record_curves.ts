/**
 * Trains what `recordings.jsonl` holds and prints it: `deno run --allow-all tests/studies/record_curves.ts`. These are the
 * recordings of this tool by which no number of the extrapolation was chosen; of the others each rate differs.
 */
import { criteria, datasets, models, optimizers, schedules, steps, train } from "../../lib/mod.ts";

const digits = datasets.digits(), table = datasets.breastCancer();
const trainings = {
  digits: { data: digits, model: models.mlp({ layers: [64, 32, 10] }), every: 16 },
  "digits, 20 % of the labels wrong": {
    data: datasets.noisyLabels(digits, { share: 0.2, seed: 1 }),
    model: models.mlp({ layers: [64, 32, 10] }),
    every: 16,
  },
  "breast cancer, logistic": { data: table, model: models.logistic({ features: 30 }), every: 8 },
  "breast cancer, mlp": { data: table, model: models.mlp({ layers: [30, 16, 2] }), every: 8 },
};
const rates = [
  { name: "sgd", optimizer: optimizers.sgd(), rate: 0.05 },
  { name: "momentum", optimizer: optimizers.momentum(), rate: 0.003 },
  { name: "adam", optimizer: optimizers.adam(), rate: 0.0001 },
  { name: "adam", optimizer: optimizers.adam(), rate: 0.005 },
];

for (const seed of [0, 1]) {
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
