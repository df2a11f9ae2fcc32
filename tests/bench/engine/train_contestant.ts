/** `plateau train()`: the public function, with all its recording and an evaluation every 50 updates. */
import { maxSteps } from "../../../lib/criteria/max_steps.ts";
import { steps } from "../../../lib/durations.ts";
import { setEngineChoice } from "../../../lib/engine/engine.ts";
import { constant } from "../../../lib/schedules/constant.ts";
import type { TrainingEvent } from "../../../lib/training/event.ts";
import { train, type Training } from "../../../lib/training/train.ts";
import { answerBlocks } from "./answer_blocks.ts";
import type { Prepared } from "./block.ts";
import { plateauSpec } from "./plateau_spec.ts";
import { rate, updatesPerEpoch, type Workload } from "./workload.ts";

const EVERY = 50, GRAIN = 200;

setEngineChoice("tensorflow"); // for train(), which starts it
await answerBlocks(prepare);

async function prepare(workload: Workload): Promise<Prepared> {
  const spec = plateauSpec(workload), { batch } = workload;
  const training = (updates: number) =>
    train({
      ...spec,
      schedule: constant(rate),
      batch,
      evaluate: { every: steps(EVERY) },
      stop: maxSteps(updates),
    });
  const { trajectory } = await lastOf(training(updatesPerEpoch(workload)));
  const { loss } = trajectory.updates;
  return {
    loss: loss.reduce((sum, value) => sum + value, 0) / loss.length,
    grain: GRAIN,
    run: (updates) => fromFirstEvaluation(training(updates), updates),
  };
}

async function lastOf(training: Training): Promise<TrainingEvent> {
  let last: TrainingEvent;
  for await (const event of training) last = event;
  return last!;
}

/** From the first evaluation, when all is compiled, to the end with all that belongs to it. */
async function fromFirstEvaluation(training: Training, updates: number): Promise<number> {
  let began = 0, from = 0;
  for await (const event of training) {
    if (from > 0 || event.type !== "evaluation") continue;
    [began, from] = [performance.now(), event.at.step];
  }
  return (performance.now() - began) / (updates - from);
}
