/** The updates and evaluations of a training, and nothing else: no record, no rules, no events. */
import { tf } from "../../lib/engine/tf.ts";
import { resolve } from "../../lib/schedules/resolve.ts";
import { evaluate } from "../../lib/training/evaluate.ts";
import type { FilledSpec } from "../../lib/training/spec.ts";
import { listed } from "../../lib/training/loop_tensors.ts";
import { freshTensors } from "../../lib/training/tensors.ts";
import type { LoopTensors, Outputs, Updates } from "../../lib/training/updates.ts";

export interface BareUpdates {
  /** makes so many updates more; the sum of their losses */
  run(count: number): Promise<number>;
  /** lets go of tensors and data */
  end(): Promise<void>;
}

/**
 * @param every updates between evaluations, which measure all that the spec's do; null: none
 */
export function bareUpdates(spec: FilledSpec, updates: Updates, every: number | null): BareUpdates {
  const { rate } = resolve(spec.schedule, spec.batches);
  let tensors: LoopTensors = freshTensors(spec), made = 0;
  const measure = (outputs: Outputs) => {
    evaluate(spec, outputs, { step: made, epoch: 0, examples: 0, evaluations: 0, seconds: 0 }, () => 0);
  };
  return {
    async run(count) {
      const end = made + count;
      let sum = 0, outputs: Outputs | null = null;
      while (made < end) {
        const toEvaluation = every === null ? Infinity : every - made % every;
        const size = Math.min(updates.most(made), end - made, toEvaluation);
        const rates: number[] = [];
        for (let i = 0; i < size; i++) rates.push(rate(made + i));
        const running = updates.run({
          tensors,
          step: made,
          tries: made,
          rates,
          evaluate: size === toEvaluation,
        });
        if (outputs) measure(outputs); // while the next updates run, as train() does
        const ran = (await running)!;
        release(tensors, ran.tensors);
        ({ tensors, outputs } = ran);
        made += size;
        for (let i = 0; i < size; i++) sum += ran.losses[i];
      }
      if (outputs) measure(outputs);
      return sum;
    },
    async end() {
      tf.dispose([...listed(tensors)]);
      await updates.close();
    },
  };
}

/** Disposes of what an update replaced; a statistic that did not move is one that is still used. */
function release(before: LoopTensors, after: LoopTensors): void {
  const still = new Set(listed(after));
  tf.dispose(listed(before).filter((tensor) => !still.has(tensor)));
}
