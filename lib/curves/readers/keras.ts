import type { LogParser, LogReader, ParsedLog } from "../logged.ts";
import { areSorted, csvHead } from "./csv_head.ts";
import { csvParser } from "./csv_parser.ts";
import { isKerasHistory, kerasHistoryParser } from "./keras_history.ts";
import type { ReaderWarnings } from "./reader_warnings.ts";
import type { SparseTable } from "./sparse_table.ts";
import { tableLogs } from "./table_logs.ts";

/**
 * Files of Keras' CSVLogger, and `History.history` as JSON. Series have the names of the logs (`loss`, `val_loss`, …, the
 * learning rate as `learning_rate` or `lr`). Epochs count from 0: the row of epoch 0 was written after the first; `step`
 * and `epoch` are that number. `NA` is nothing, `nan` and `inf` are values.
 *
 * With `append=True` a resumed training goes on in the same file without a header: where the epoch goes back, a segment
 * begins. When it logs other metrics than the first, rows have other lengths than the header, and which cell is which
 * cannot be told, since the columns are in the order of the letters: such rows are skipped, each with a warning.
 */
export const keras: LogReader = {
  format: "keras",
  grows: true,
  recognises: (file) => isKerasHistory(file.head) || isKerasCsv(csvHead(file)),
  parser: (file): LogParser =>
    isKerasHistory(file.head)
      ? kerasHistoryParser()
      : csvParser({ endless: false, ragged: false, isHeader: ([first]) => first === "epoch", logs }),
};

/** `epoch` first, the other names sorted, and no epoch 1 at the top: that is how people count. */
function isKerasCsv({ header, rows }: ReturnType<typeof csvHead>): boolean {
  const [epoch, ...names] = header;
  if (epoch !== "epoch" || names.length === 0 || names.includes("step") || !areSorted(names)) return false;
  return rows.length === 0 || (/^\d+$/.test(rows[0][0]) && rows[0][0] !== "1");
}

function logs(table: SparseTable, warnings: ReaderWarnings): ParsedLog[] {
  const metrics = [...table.columns.keys()].filter((name) => name !== "epoch");
  const mapping = { step: "epoch", epoch: "epoch", examples: null, seconds: null, run: [], metrics };
  return tableLogs(table, warnings, {
    mapping,
    counting: { unit: "epochs", fromZero: true },
    restarts: true,
  });
}
