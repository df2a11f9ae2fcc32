/** What is said of a process that an engine's native library has ended. */
import { isNative } from "./engine_choice.ts";

/** Signals that end a process whose native code went wrong. */
const SIGNALS = ["SIGSEGV", "SIGBUS", "SIGILL", "SIGFPE", "SIGABRT"];

/**
 * One line for the end of a process that ran an engine; null when that was no crash of native code.
 *
 * @param last what the process said last. Default: nothing
 * @example
 * ```ts
 * import { crashText } from "./engine_crash.ts";
 * crashText("xla:cpu", "SIGSEGV"); // "the engine xla:cpu crashed: signal SIGSEGV (train on another, as --engine wasm)"
 * crashText("wasm", "SIGSEGV"); // null
 * ```
 */
export function crashText(engine: string, signal: string | null, last = ""): string | null {
  if (signal === null || !SIGNALS.includes(signal) || !isNative(engine)) return null;
  const said = last === "" ? "" : `: ${last}`;
  return `the engine ${engine} crashed: signal ${signal}${said} (train on another, as --engine wasm)`;
}
