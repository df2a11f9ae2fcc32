/** A notebook whose training streams to whoever looks; each value says its number and when all so far were yielded. */
export const TRAINED =
  `import { criteria, datasets, display, live, models, optimizers, schedules, steps, train, type Training } from "plateau";

// %% training [server auto]
async function* stamped(run: Training) {
  const at: number[] = [], step: number[] = [];
  for await (const { trajectory } of run) {
    at.push(performance.timeOrigin + performance.now());
    step.push(trajectory.updates.step.at(-1) ?? 0);
    yield {
      mark: \`yield \${at.length} \`,
      trajectory,
      at: Float64Array.from(at),
      step: Float64Array.from(step),
    };
  }
}
const trained = await live(stamped(train({
  model: models.mlp({ layers: [64, 128, 128, 10], init: "he" }),
  data: datasets.digits(),
  optimizer: optimizers.adam(),
  schedule: schedules.constant(1e-4),
  batch: 64,
  evaluate: { every: steps(50) },
  stop: criteria.maxSteps(1_000_000),
  seed: 7,
})));

// %% shown [browser]
display(trained.mark);
`;
