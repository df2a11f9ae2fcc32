/** What goes wrong with engines, as data and as one line. */

/** The engines, fastest kind first. */
export const engineNames = ["tensorflow", "xla:cpu", "wasm", "cpu"] as const;
export type EngineName = typeof engineNames[number];
/** Those that `auto` chooses from: a third party's library is taken by its name alone. */
export const autoNames = ["tensorflow", "wasm", "cpu"] as const satisfies EngineName[];

/** Whether an engine is a native library, which no permission holds: it needs `--allow-ffi`. */
export const isNative = (name: string): boolean => name === "tensorflow" || name.startsWith("xla:");
/** `auto` takes the fastest that works here, by measurement. */
export type EngineChoice = EngineName | "auto";

/** An engine that cannot start here; `action` is what its user can do. */
export class EngineMissing extends Error {
  override readonly name = "EngineMissing";
  constructor(readonly engine: EngineName, readonly reason: string, readonly action: string) {
    super(`${engine} ${reason} (${action})`);
  }
}

/** A choice that is none. */
export class UnknownEngine extends Error {
  override readonly name = "UnknownEngine";
  constructor(readonly choice: string) {
    super(`unknown engine: ${choice} (auto, ${engineNames.join(", ")})`);
  }
}

/**
 * Reads a choice from text, as the command line gives it.
 *
 * @throws UnknownEngine `unknown engine: tpu (auto, tensorflow, xla:cpu, wasm, cpu)`
 * @example
 * ```ts
 * import { asEngineChoice } from "./engine_choice.ts";
 * const choice = asEngineChoice("wasm");
 * ```
 */
export function asEngineChoice(text: string): EngineChoice {
  const choice = (["auto", ...engineNames] as const).find((name) => name === text);
  if (choice === undefined) throw new UnknownEngine(text);
  return choice;
}
