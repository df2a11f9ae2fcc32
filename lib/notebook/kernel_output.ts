/** What cells show and log, in a kernel: cut at 1 MB a run, shows sent at most every 20 ms. */
import { encode } from "./codec.ts";
import type { FromKernel } from "./kernel_messages.ts";

export const OUTPUT_LIMIT = 1_000_000;
const CUT = "output cut at 1 MB";
const SHOW_MILLISECONDS = 20;

export type Level = "log" | "info" | "warn" | "error" | "debug";

interface Shown {
  values: unknown[];
  bytes: number;
  cut: boolean;
  sentAt: number;
  /** what an earlier run showed is what pages show still */
  stands: boolean;
  timer?: ReturnType<typeof setTimeout>;
}

export class KernelOutput {
  readonly #cells = new Map<string, Shown>();
  constructor(readonly send: (message: FromKernel) => void) {}

  /** A run of the cell begins; what it showed before is over. */
  begin(cell: string) {
    const before = this.#cells.get(cell);
    clearTimeout(before?.timer);
    const shown = blank();
    // The first that it shows takes the place of what is there, or its end does: until then nothing moves.
    shown.stands = before !== undefined && (before.values.length > 0 || before.stands);
    this.#cells.set(cell, shown);
  }

  /** Throws `EncodeError` for what cannot be sent. */
  display(cell: string, value: unknown) {
    const bytes = encode(value, "display").length;
    const shown = this.#of(cell);
    if (shown.cut) return;
    if (!this.#spend(cell, bytes)) shown.values.push(CUT);
    else shown.values.push(value);
    if (performance.now() - shown.sentAt >= SHOW_MILLISECONDS) this.flush(cell);
    else shown.timer ??= setTimeout(() => this.flush(cell), SHOW_MILLISECONDS);
  }

  /** What the cell has shown in its last run. */
  shown(cell: string): readonly unknown[] {
    return this.#cells.get(cell)?.values ?? [];
  }

  log(cell: string | undefined, level: Level, text: string) {
    const shown = this.#of(cell ?? "");
    if (shown.cut) return;
    const of = cell === undefined ? {} : { cell };
    if (this.#spend(cell ?? "", text.length)) this.send({ t: "log", ...of, level, text });
    else this.send({ t: "log", ...of, level: "warn", text: CUT });
  }

  /** Sends what waits. */
  flush(cell: string) {
    const shown = this.#of(cell);
    clearTimeout(shown.timer);
    shown.timer = undefined;
    shown.stands = false;
    shown.sentAt = performance.now();
    this.send({ t: "show", cell, values: encode(shown.values) });
  }

  /** A run has ended: sends what waits, also that it showed nothing where an earlier one did. */
  settle(cell: string) {
    const shown = this.#cells.get(cell);
    if (shown?.timer !== undefined || shown?.stands) this.flush(cell);
  }

  #of(cell: string): Shown {
    const known = this.#cells.get(cell);
    if (known) return known;
    const made = blank();
    this.#cells.set(cell, made);
    return made;
  }

  #spend(cell: string, bytes: number): boolean {
    const shown = this.#of(cell);
    shown.bytes += bytes;
    if (shown.bytes > OUTPUT_LIMIT) shown.cut = true;
    return !shown.cut;
  }
}

const blank = (): Shown => ({ values: [], bytes: 0, cut: false, sentAt: 0, stands: false });
