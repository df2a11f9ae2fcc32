/** What is said of a process that an engine's native library has ended. */

/**
 * @param how as `signal SIGSEGV`
 * @example
 * ```ts
 * import { crashText } from "./engine_crash.ts";
 * crashText("xla:cpu", "signal SIGSEGV"); // "the engine xla:cpu crashed: signal SIGSEGV (train on another, as --engine wasm)"
 * ```
 */
export const crashText = (engine: string, how: string): string =>
  `the engine ${engine} crashed: ${how} (train on another, as --engine wasm)`;
