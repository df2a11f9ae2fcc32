/** One line that says where a live stream stands: rewritten on a terminal, now and then elsewhere. */
import { clock, thousands } from "../charts/format.ts";
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

/** How long a cell runs in silence before a terminal's line says that it runs. */
const SILENT_MILLISECONDS = 900;
const BEAT_MILLISECONDS = 1000;

/** Writes progress; `clear` before anything else is written to the same terminal, `end` when nothing runs any more. */
export class ProgressWriter {
  #open = false;
  #saidAt = -Infinity;
  #updatedAt = -Infinity;
  #beat: ReturnType<typeof setInterval> | undefined;

  /** @param columns of the terminal: its line is cut there, as one that wraps cannot be rewritten */
  constructor(
    readonly write: (text: string) => void,
    readonly terminal: boolean,
    readonly columns = Infinity,
  ) {}

  /** A cell begins to run: where no stream says how far it is, the time that it takes is said. */
  begin(cell: string): void {
    this.end();
    const began = performance.now();
    this.#updatedAt = began;
    this.#beat = setInterval(() => {
      const now = performance.now();
      if (now - this.#updatedAt < (this.terminal ? SILENT_MILLISECONDS : SPARSE_MILLISECONDS)) return;
      this.#say(`${cell}  running for ${clock((now - began) / 1000)}`, false);
    }, BEAT_MILLISECONDS);
  }

  end(): void {
    clearInterval(this.#beat);
    this.clear();
  }

  update(progress: Progress, ended: boolean): void {
    this.#updatedAt = performance.now();
    this.#say(progressLine(progress), ended);
    if (ended) this.clear();
  }

  clear(): void {
    if (this.#open) this.write("\r\x1b[K");
    this.#open = false;
  }

  #say(line: string, must: boolean) {
    if (this.terminal) {
      this.write(`\r\x1b[K${[...line].slice(0, Math.max(1, this.columns - 1)).join("")}`);
      this.#open = true;
    } else if (must || performance.now() - this.#saidAt >= SPARSE_MILLISECONDS) {
      this.write(`${line}\n`);
      this.#saidAt = performance.now();
    }
  }
}
