/** The steps of records that were printed, most of them without one. */
import { BAR_STEP, BAR_TOTAL } from "./progress_bar.ts";
import type { SparseTable } from "./sparse_table.ts";
import { stepsPerEpoch } from "./steps_per_epoch.ts";

export interface DictSteps {
  /** by row */
  readonly step: Float64Array;
  readonly unit: "updates" | "records";
  /** the column that holds it; null where none does */
  readonly written: string | null;
  /** how they were found, where they were not written; empty where they were */
  readonly how: string;
  /** null where it is not known */
  readonly stepsPerEpoch: number | null;
}

/** Steps by row: as written, by the training's progress bar, else by order. */
export function dictSteps(table: SparseTable): DictSteps {
  const count = table.offsets.length;
  for (const written of ["step", "global_step"]) {
    const cells = table.columns.get(written);
    if (cells === undefined || 2 * cells.rows.length < count) continue;
    return { step: dense(table, written), unit: "updates", written, how: "", stepsPerEpoch: null };
  }
  return byBar(table) ?? byOrder(table);
}

function dense(table: SparseTable, name: string): Float64Array {
  const column = new Float64Array(table.offsets.length).fill(NaN), cells = table.columns.get(name);
  cells?.rows.forEach((row, i) => column[row] = cells.values[i]);
  return column;
}

/** The training's bar is the one before a training loss: evaluations have bars of their own. */
function byBar(table: SparseTable): DictSteps | null {
  const step = dense(table, BAR_STEP), totals = dense(table, BAR_TOTAL), epoch = dense(table, "epoch");
  const total = totals[table.columns.get("loss")?.rows.find((row) => totals[row] > 0) ?? -1] ?? NaN;
  if (Number.isNaN(total)) return null;
  let latest = -1;
  step.forEach((_, row) => {
    if (totals[row] !== total) step[row] = NaN;
    else if (epoch[row] > (epoch[latest] ?? 0)) latest = row;
  });
  const whole = latest < 0 ? null : stepsPerEpoch(step[latest], epoch[latest]);
  const perEpoch = whole ?? step[latest] / epoch[latest];
  const bounded = nextBars(step, epoch);
  let placed = 0, last = 0;
  step.forEach((at, row) => {
    if (Number.isNaN(at)) {
      // an epoch is rounded, and must not lead past the bars around it: that would be a restart
      const byEpoch = Math.round(epoch[row] * perEpoch), again = epoch[row] < epoch[row - 1];
      const least = again ? 0 : last, most = Math.max(least, bounded[row]);
      step[row] = Math.min(most, Math.max(least, Number.isFinite(byEpoch) ? byEpoch : last));
      placed++;
    }
    last = step[row];
  });
  const others = placed === 0 ? "" : `; ${placed} records without it are placed by their epoch`;
  const how = `no steps in the records: the count of the progress bar is taken${others}`;
  return { step, unit: "updates", written: null, how, stepsPerEpoch: whole };
}

/** By row the next step that a bar showed; infinite where the epoch goes back before, or none follows. */
function nextBars(step: Float64Array, epoch: Float64Array): Float64Array {
  const next = new Float64Array(step.length).fill(Infinity);
  for (let row = step.length - 2; row >= 0; row--) {
    if (epoch[row + 1] < epoch[row]) continue;
    next[row] = Number.isNaN(step[row + 1]) ? next[row + 1] : step[row + 1];
  }
  return next;
}

/** Numbers the records from 1. Where the epoch goes back, it goes on from the first record that is repeated. */
function byOrder(table: SparseTable): DictSteps {
  const epoch = dense(table, "epoch"), kept: number[] = [];
  const step = epoch.map((at) => {
    const last = kept.length > 0 ? kept[kept.length - 1] : -Infinity;
    if (at < last) { while (kept.length > 0 && kept[kept.length - 1] >= at) kept.pop(); }
    return kept.push(Number.isNaN(at) ? last : at);
  });
  const how = "no steps in this log: its records are counted, in their order";
  return { step, unit: "records", written: null, how: step.length > 0 ? how : "", stepsPerEpoch: null };
}
