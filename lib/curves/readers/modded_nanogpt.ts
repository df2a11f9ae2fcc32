import type { LogReader } from "../logged.ts";
import type { ReaderWarnings } from "./reader_warnings.ts";
import type { SparseTable } from "./sparse_table.ts";
import { textLog } from "./text_log.ts";

/** Columns that are no metrics: no tag has such a name. */
const PLANNED = "\u0000planned", CLOCK = "\u0000clock";

/**
 * What the speed runs of modded-nanogpt print after a copy of their own source:
 * `step:125/5100 val_loss:5.4789 train_time:19493ms step_avg:169.51ms`. Series `train_loss` (not in runs after 2025)
 * and `val_loss`; `train_time` is the clock; `step_avg` follows from it and is left out; the number of steps planned is
 * the setting `num_iterations`. Steps are updates that were done: step 0 is the model before training.
 *
 * Some of these programs set the clock back after the first steps, which compile: what it had shown is added again, and a
 * warning says so. A step that goes back is a restart.
 */
export const moddedNanogpt: LogReader = textLog({
  format: "modded-nanogpt",
  sign: /\bstep:\S{1,80} (?:train_loss|val_loss|train_time):\S/,
  begins: /\bstep:\d+\/\d+ (?:train_loss|val_loss|train_time):/,
  whole: /step_avg:\S+ms\s*$/,
  forms: [
    {
      pattern: /\bstep:(\d+)\/(\d+) train_loss:(\S+) train_time:([^\sm]+)ms/,
      tags: ["step", PLANNED, "train_loss", CLOCK],
    },
    {
      pattern: /\bstep:(\d+)\/(\d+) val_loss:(\S+) train_time:([^\sm]+)ms/,
      tags: ["step", PLANNED, "val_loss", CLOCK],
    },
    { pattern: /\bstep:(\d+)\/(\d+) train_time:([^\sm]+)ms/, tags: ["step", PLANNED, CLOCK] },
  ],
  counting: { unit: "updates", fromZero: false },
  told: (table, warnings) => {
    const planned = table.columns.get(PLANNED)?.values;
    return {
      seconds: elapsed(table, warnings),
      config: planned ? { num_iterations: planned[planned.length - 1] } : {},
    };
  },
});

/**
 * The clock in seconds, by row. Where the one of the log was set back without a restart, it goes on; where the run was
 * resumed, it goes on from what it had shown before that step.
 */
function elapsed(table: SparseTable, warnings: ReaderWarnings): Float64Array {
  const seconds = new Float64Array(table.offsets.length).fill(NaN);
  const steps = table.columns.get("step"), clock = table.columns.get(CLOCK);
  if (!steps || !clock) return seconds;
  const step = new Float64Array(seconds.length).fill(NaN);
  steps.rows.forEach((row, i) => step[row] = steps.values[i]);
  const kept: { at: number; total: number }[] = []; // rows that no restart has replaced, in milliseconds
  let before = 0, lastTime = -Infinity;
  clock.rows.forEach((row, i) => {
    const time = clock.values[i], at = step[row];
    if (at < (kept.at(-1)?.at ?? -Infinity)) {
      while (kept.length > 0 && kept[kept.length - 1].at >= at) kept.pop();
      const shown = kept.at(-1)?.total ?? 0;
      before = time < shown ? shown : 0;
    } else if (time < lastTime) {
      before += lastTime;
      const message = `clock set back at step ${at}: the ${lastTime / 1_000} s that it had shown are added`;
      warnings.add("clock set back", message, table.offsets[row]);
    }
    kept.push({ at, total: before + time });
    seconds[row] = (before + time) / 1_000;
    lastTime = time;
  });
  return seconds;
}
