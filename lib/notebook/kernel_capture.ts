/** What user code writes with console, or to the streams of its process, becomes log lines: the real streams carry messages. */
import process from "node:process";
import type { Level } from "./kernel_output.ts";

/** From now on every line that this thread would write goes to `log`, and its stdin is at its end. */
export function captureOutput(log: (level: Level, text: string) => void): void {
  const inspect = (word: unknown) => typeof word === "string" ? word : Deno.inspect(word, { colors: false });
  for (const level of ["log", "info", "warn", "error", "debug"] satisfies Level[]) {
    console[level] = (...words: unknown[]) => log(level, words.map(inspect).join(" "));
  }
  console.table = (data: unknown) => log("log", inspect(data));
  const decoder = new TextDecoder();
  const writeSync = (bytes: Uint8Array) => {
    log("log", decoder.decode(bytes));
    return bytes.length;
  };
  process.stdout.write = (bytes: string | Uint8Array) => {
    writeSync(typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes);
    return true;
  };
  const closed = { isTerminal: () => false, close: () => {} };
  Object.defineProperty(Deno, "stdout", {
    value: {
      ...closed,
      writeSync,
      write: (bytes: Uint8Array) => Promise.resolve(writeSync(bytes)),
      get writable() {
        return new WritableStream<Uint8Array>({ write: (bytes) => void writeSync(bytes) });
      },
    },
  });
  Object.defineProperty(process, "stdin", { value: nobodyToAsk() });
  Object.defineProperty(Deno, "stdin", {
    value: {
      ...closed,
      read: () => Promise.resolve(null),
      readSync: () => null,
      readable: new ReadableStream({ start: (stream) => stream.close() }),
    },
  });
}

/** The real one carries messages. A question fails where it is asked, as no answer would ever come. */
function nobodyToAsk(): object {
  const known: Record<string | symbol, unknown> = { isTTY: false, fd: 0 };
  return new Proxy(known, {
    get(_, name) {
      if (name in known || typeof name === "symbol") return known[name];
      throw new Error(
        "nobody to ask: a notebook has no terminal (ask with an input, as view(inputs.text()))",
      );
    },
  });
}
