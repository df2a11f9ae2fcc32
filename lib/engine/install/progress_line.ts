/** One line on a terminal that counts megabytes and the time left; nothing where no terminal is. */

export interface ProgressLine {
  /** @param verb what happened to the bytes, as `downloaded`; another verb begins a new count */
  at(verb: string, bytes: number, total: number): void;
  /** takes the line away, before anything else is written */
  end(): void;
}

/** `downloaded 120 of 274 MB, 12 s left`; the time is left out until a tenth of a second has passed. */
export function progressText(verb: string, bytes: number, total: number, seconds: number): string {
  const done = Math.min(bytes, total);
  const left = done > 0 && seconds > 0.1 ? `, ${Math.ceil(seconds * (total - done) / done)} s left` : "";
  return `${verb} ${Math.round(done / 1e6)} of ${Math.round(total / 1e6)} MB${left}`;
}

/** Writes on standard error, at most ten times a second, and only when that is a terminal. */
export function progressLine(): ProgressLine {
  if (!Deno.stderr.isTerminal()) return { at() {}, end() {} };
  const write = (text: string) => Deno.stderr.writeSync(new TextEncoder().encode(text));
  let counted = "", began = 0, last = -Infinity;
  return {
    at(verb, bytes, total) {
      const now = performance.now();
      if (verb !== counted) [counted, began] = [verb, now];
      else if (now - last < 100) return;
      last = now;
      write(`\r\x1b[2K${progressText(verb, bytes, total, (now - began) / 1000)}`);
    },
    end: () => void write("\r\x1b[2K"),
  };
}
