import type { LogReader, ParsedLog } from "../logged.ts";
import { csvHead } from "./csv_head.ts";
import { csvParser } from "./csv_parser.ts";
import type { ReaderWarnings } from "./reader_warnings.ts";
import type { SparseTable } from "./sparse_table.ts";
import { tableLogs } from "./table_logs.ts";

/**
 * `metrics.csv` of Lightning's CSVLogger. Each call of its logger is a row of its own in which other cells are empty, so
 * columns are merged one by one: an empty cell was not logged, `nan` was. Series have the names of the columns. `step` is
 * the global step from 0, at the end of a batch; `epoch` is the epoch under way, from 0, which rows of a learning rate
 * monitor lack.
 *
 * Where a metric was logged both by step and by epoch (`loss_step`, `loss_epoch`), the steps of the latter are the ends of
 * the epochs: they tell the steps of one. Settings are in `hparams.yaml` beside the file, see `hparamsYaml`.
 */
export const lightning: LogReader = {
  format: "lightning",
  grows: false, // the header is written anew when a metric comes
  recognises: (file) => /(?:^|\/)metrics\.csv$/.test(file.path) && csvHead(file).header.includes("step"),
  parser: () => csvParser({ endless: false, ragged: true, logs }),
};

function logs(table: SparseTable, warnings: ReaderWarnings): ParsedLog[] {
  const metrics = [...table.columns.keys()].filter((name) => name !== "step" && name !== "epoch");
  const mapping = { step: "step", epoch: "epoch", examples: null, seconds: null, run: [], metrics };
  const parsed = tableLogs(table, warnings, { mapping, counting: { unit: "updates", fromZero: true } });
  return parsed.map((log) => {
    const stepsPerEpoch = epochLength(log);
    return stepsPerEpoch === null ? log : { ...log, batches: { ...log.batches, stepsPerEpoch } };
  });
}

/** Steps of an epoch, where those that end at known steps were all of one length. */
function epochLength({ segments }: ParsedLog): number | null {
  const lengths = new Set<number>();
  for (const { series } of segments) {
    for (const [tag, { step, epoch }] of Object.entries(series)) {
      if (!tag.endsWith("_epoch") || !Object.hasOwn(series, tag.replace(/_epoch$/, "_step"))) continue;
      step.forEach((at, i) => lengths.add((at + 1) / ((epoch?.[i] ?? NaN) + 1)));
    }
  }
  const [length] = lengths;
  return lengths.size === 1 && Number.isSafeInteger(length) && length > 0 ? length : null;
}
