/** Updates one by one, each as operations of the engine that JavaScript calls. */
import type { BatchSource } from "../data/batch.ts";
import { tf } from "../engine/tf.ts";
import { averaged, averageShare } from "./average.ts";
import { evaluationOutputs } from "./forward.ts";
import type { FilledSpec } from "./spec.ts";
import { step } from "./step.ts";
import type { LoopTensors, Ran, Stretch, Updates } from "./updates.ts";

/** @param why they are not compiled, where they could be */
export function eagerUpdates(spec: FilledSpec, source: BatchSource, why: string | null): Updates {
  const one = (stretch: Stretch, batches: Parameters<typeof step>[2]): Ran => {
    const number = stretch.step + 1, [rate] = stretch.rates;
    const stepped = step(spec, stretch.tensors, batches, rate, number);
    if (!stepped.finite) {
      return { losses: [], failed: stepped.loss, tensors: stretch.tensors, outputs: null, evaluating: 0 };
    }
    const { parameters, statistics, slots } = stepped;
    const average = nextAverage(spec, stretch.tensors.average, parameters, number);
    const tensors = { parameters, statistics, slots, average };
    return { losses: [stepped.loss], failed: null, tensors, ...evaluated(spec, tensors, stretch.evaluate) };
  };
  return {
    mode: "eager",
    why,
    ahead: false,
    most: () => 1,
    run(stretch) {
      if (stretch.rates.length === 0) {
        const { tensors, evaluate } = stretch;
        return { losses: [], failed: null, tensors, ...evaluated(spec, tensors, evaluate) };
      }
      const next = source.at(stretch.tries);
      if (next instanceof Promise) return next.then((batches) => batches && one(stretch, batches));
      return next && one(stretch, next);
    },
    close: () => source.close(),
  };
}

function nextAverage(
  { average: asked }: FilledSpec,
  average: readonly tf.Tensor[] | null,
  parameters: readonly tf.Tensor[],
  number: number,
): readonly tf.Tensor[] | null {
  if (!average || !asked) return average;
  const share = tf.scalar(averageShare(asked.decay, number));
  const next = averaged(average, parameters, share);
  share.dispose();
  return next;
}

const evaluated = (
  spec: FilledSpec,
  tensors: LoopTensors,
  evaluate: boolean,
): Pick<Ran, "outputs" | "evaluating"> =>
  evaluate ? evaluationOutputs(spec, tensors) : { outputs: null, evaluating: 0 };
