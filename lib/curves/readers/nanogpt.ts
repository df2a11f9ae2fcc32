import type { LogReader } from "../logged.ts";
import { textLog } from "./text_log.ts";

/**
 * What nanoGPT's train.py prints: `step 50: train loss 0.7263, val loss 0.7620` and
 * `iter 50: loss 0.7268, time 46.77ms, mfu 12.34%`. The series have the names that stand there: `train loss` and
 * `val loss` (means over many batches), `loss` (one batch), `time` (milliseconds of that iteration) and `mfu` (percent;
 * −100 while it is not known).
 *
 * It counts from 0: the loss of iteration 0 is that of the first update. A `step` line is printed before the update of its
 * number, so what it measures is the model after that many updates, one fewer than `Counting.fromZero` says of it.
 * A step that goes back is a restart.
 */
export const nanogpt: LogReader = textLog({
  format: "nanogpt",
  sign: /\bstep \d+: train loss \S+, val loss \S|\biter \d+: loss \S+, time \S/,
  begins: /\bstep \d+: train loss|\biter \d+: loss/,
  whole: /mfu \S+%\s*$/,
  forms: [
    {
      pattern: /\bstep (\d+): train loss ([^\s,]+), val loss ([^\s,]+)/,
      tags: ["step", "train loss", "val loss"],
    },
    {
      pattern: /\biter (\d+): loss ([^\s,]+), time ([^\s,]+)ms(?:, mfu ([^\s,%]+)%)?/,
      tags: ["step", "loss", "time", "mfu"],
    },
  ],
  counting: { unit: "updates", fromZero: true },
});
