/** One line that says where a live stream stands: rewritten on a terminal, now and then elsewhere. */
import { thousands } from "../charts/format.ts";
import type { Progress } from "./kernel_messages.ts";

/** Between two lines where nothing can be rewritten. */
const SPARSE_MILLISECONDS = 5000;

/**
 * `train  step 1,200 of 3,000, 0:04 left` for a training, `run  12 values` for any other stream.
 * @example
 * ```ts
 * import { progressLine } from "./run_progress.ts";
 * progressLine({ name: "run", count: 12, text: "" }); // "run  12 values"
 * ```
 */
export const progressLine = ({ name, count, text }: Progress): string =>
  `${name}  ${text || `${thousands(count)} ${count === 1 ? "value" : "values"}`}`;

/** Writes progress; `clear` before anything else is written to the same terminal. */
export class ProgressWriter {
  #open = false;
  #saidAt = -Infinity;

  constructor(readonly write: (text: string) => void, readonly terminal: boolean) {}

  update(progress: Progress, ended: boolean): void {
    const now = performance.now();
    if (this.terminal) {
      this.write(`\r\x1b[K${progressLine(progress)}`);
      this.#open = true;
      if (ended) this.clear();
    } else if (ended || now - this.#saidAt >= SPARSE_MILLISECONDS) {
      this.write(`${progressLine(progress)}\n`);
      this.#saidAt = now;
    }
  }

  clear(): void {
    if (this.#open) this.write("\r\x1b[K");
    this.#open = false;
  }
}
