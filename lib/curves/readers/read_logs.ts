/** Opens anyone's logs where they lie. */
import { countedText } from "../../durations.ts";
import { FORMATS } from "./formats.ts";
import { OpenLogs, type ReadOptions } from "./open_logs.ts";
import type { Logs } from "./read_source.ts";

export type { Logs, ReadOptions };

/** Nothing under a path is a log. */
export class NoLog extends Error {
  override readonly name = "NoLog";
  /** @param looked files that were looked at */
  constructor(readonly path: string, readonly looked: number, readonly formats: readonly string[]) {
    const files = countedText(looked, "file");
    super(`no log found in ${path} (looked at ${files}; formats ${formats.join(", ")})`);
  }
}

/**
 * Reads all runs that lie under a path, by their own metrics and in their own counting. Formats are told by name and
 * content; files of other kinds are passed over. A run may be several files, and a file several runs. What is damaged is
 * skipped and told in the run's warnings; of runs with one name each is named by where it lies.
 *
 * @param path a file or a folder, which is walked without following links
 * @param options `resume` and `format`
 * @returns runs in the order of their paths, and warnings that belong to none of them
 * @throws NoLog `no log found in runs (looked at 12 files; formats tensorboard, …)`
 * @throws RangeError for an option that does not exist
 * @throws Error `missing file: runs`, or `unknown log format: a.bin (has …)` for a file that is opened alone
 *
 * @example
 * ```ts ignore
 * const { runs } = await readLogs("lightning_logs");
 * runs[0].series.val_loss.value;
 * ```
 */
export async function readLogs(path: string, options: ReadOptions = {}): Promise<Logs> {
  const open = new OpenLogs(path, options), logs = await open.read();
  if (logs.runs.length === 0 && logs.warnings.length === 0) throw new NoLog(path, open.looked, FORMATS);
  return logs;
}
