/** A command that a person ends by Ctrl-C. */

/** The reason with which a command's work is aborted; its exit code is then 130. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
  constructor() {
    super("interrupted");
  }
}

/**
 * Calls the listener whenever a terminal interrupts; meanwhile an interrupt does not end the process.
 * @returns ends the listening
 * @example
 * ```ts ignore
 * import { Interrupted, onSigint } from "./on_sigint.ts";
 * const stop = new AbortController(), deaf = onSigint(() => stop.abort(new Interrupted()));
 * await work(stop.signal).finally(deaf);
 * ```
 */
export function onSigint(listener: () => void): () => void {
  Deno.addSignalListener("SIGINT", listener);
  return () => Deno.removeSignalListener("SIGINT", listener);
}
