/** The names of engines, and what goes wrong with them, as data and as one line. */
import { printable } from "../printable.ts";
import { type PlatformName, platformNames, platforms } from "./platforms.ts";

/** `xla:cuda` is the first device of its kind, `xla:cuda:1` the second. */
export type XlaName = `xla:${PlatformName}` | `xla:${PlatformName}:${number}`;
export type EngineName = "tensorflow" | XlaName | "wasm" | "cpu";

/** The engines on their first devices, fastest kind first. */
export const engineNames: readonly EngineName[] = [
  "tensorflow",
  ...platformNames.map((name) => `xla:${name}` as const),
  "wasm",
  "cpu",
];

/** `auto` takes the fastest that works here, by measurement. */
export type EngineChoice = EngineName | "auto";

/** A device that XLA trains on. */
export interface XlaDevice {
  readonly platform: PlatformName;
  /** among those of its plug-in, from 0 */
  readonly number: number;
}

/**
 * The device of an engine of XLA's; null of any other.
 * @example
 * ```ts
 * import { xlaDevice } from "./engine_choice.ts";
 * xlaDevice("xla:cuda:1"); // { platform: "cuda", number: 1 }
 * ```
 */
export function xlaDevice(name: string): XlaDevice | null {
  const [, platform, number = "0"] = /^xla:([a-z]+)(?::(0|[1-9]\d{0,3}))?$/.exec(name) ?? [];
  const known = platformNames.find((each) => each === platform);
  return known === undefined ? null : { platform: known, number: Number(number) };
}

export const xlaName = ({ platform, number }: XlaDevice): XlaName =>
  number === 0 ? `xla:${platform}` : `xla:${platform}:${number}`;

/** The engine of a name, where it is one's: the first device has one name, `xla:cuda:0` is `xla:cuda`. */
export function engineNamed(text: string): EngineName | null {
  const device = xlaDevice(text);
  return device !== null ? xlaName(device) : engineNames.find((name) => name === text) ?? null;
}

/** Whether an engine is a native library, which no permission holds: it needs `--allow-ffi`. */
export const isNative = (name: string): boolean => name === "tensorflow" || xlaDevice(name) !== null;

/** Whether an engine trains on a GPU of XLA's, which has options of its own. */
export function isXlaGpu(name: string): boolean {
  const device = xlaDevice(name);
  return device !== null && platforms[device.platform].gpu !== null;
}

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
    super(`unknown engine: ${printable(choice)} (auto, ${engineNames.join(", ")})`);
  }
}

/**
 * Reads a choice from text, as the command line gives it.
 *
 * @throws UnknownEngine `unknown engine: tpu (auto, tensorflow, xla:cpu, xla:cuda, xla:rocm, wasm, cpu)`
 * @example
 * ```ts
 * import { asEngineChoice } from "./engine_choice.ts";
 * const choice = asEngineChoice("xla:cuda:1");
 * ```
 */
export function asEngineChoice(text: string): EngineChoice {
  const choice = text === "auto" ? text : engineNamed(text);
  if (choice === null) throw new UnknownEngine(text);
  return choice;
}
