/** Which engine trains: chosen once, started when first needed, and named with the reason. */
import {
  asEngineChoice,
  type EngineChoice,
  EngineMissing,
  type EngineName,
  xlaDevice,
} from "./engine_choice.ts";
import { missingText } from "./examine.ts";
import { type EngineReport, msText } from "./report.ts";
import { type EngineSettings, type StartedEngine, startNamed } from "./start_named.ts";

export type { EngineChoice, EngineName, EngineSettings };

/** The engine that trains. Plain data. */
export interface Engine extends StartedEngine {
  /** as `fastest of wasm 1.4, cpu 9.2 ms an update; tensorflow not installed (deno task native)` */
  readonly why: string;
}

let wanted: EngineChoice = "auto";
let settings: EngineSettings = {};
let starting: { choice: EngineChoice; engine: Promise<Engine> } | null = null;
let current: Engine | null = null;

/**
 * Says which engine the next `startEngine()` takes. Starts nothing.
 *
 * @param choice until this is called: `"auto"`
 * @param given what this process is told from outside, as a library that its parent found
 * @throws UnknownEngine `unknown engine: tpu (auto, tensorflow, xla:cpu, xla:cuda, xla:rocm, wasm, cpu)`
 * @example
 * ```ts
 * import { setEngineChoice } from "./engine.ts";
 * setEngineChoice("wasm");
 * ```
 */
export function setEngineChoice(choice: EngineChoice, given: EngineSettings = {}): void {
  wanted = asEngineChoice(choice);
  settings = given;
  starting = null;
}

/**
 * Starts the engine and makes it the backend of `tf`. Called again with the same choice it answers the same
 * engine; with another choice it changes over (tensors are carried across as they are used).
 *
 * @param choice default: the one of `setEngineChoice`
 * @throws UnknownEngine; EngineMissing when a named engine cannot start here. `auto` falls back instead
 * @example
 * ```ts
 * import { engineText, startEngine } from "./engine.ts";
 * console.error(engineText(await startEngine("wasm")));
 * ```
 */
export function startEngine(choice: EngineChoice = wanted): Promise<Engine> {
  if (starting?.choice !== choice) starting = { choice, engine: start(asEngineChoice(choice)) };
  return starting.engine;
}

/** The engine that has started, or null. */
export function engineNow(): Engine | null {
  return current;
}

/** One line: `wasm 4.22.0 on CPU, SIMD: chosen`. */
export function engineText(engine: Engine): string {
  return `${engine.name} ${engine.version} on ${engine.device}: ${engine.why}`;
}

async function start(choice: EngineChoice): Promise<Engine> {
  try {
    current = choice === "auto"
      ? await startFastest()
      : { ...await startNamed(choice, settings), why: settings.why ?? "chosen" };
    return current;
  } catch (error) {
    starting = null; // what was missing may be there the next time
    throw error;
  }
}

/** The fastest that starts. A report may be older than the permissions, so each is tried. */
async function startFastest(): Promise<Engine> {
  const { keptReport } = await import("./report_cache.ts");
  const report = await keptReport(settings);
  const missing = report.engines.flatMap(({ name, missing }) =>
    missing === null ? [] : [`${name} ${missing}`]
  );
  for (const { name } of report.engines.filter((engine) => engine.missing === null)) {
    try {
      // a library that was found is TensorFlow's
      const own = xlaDevice(name) === null ? settings : { ...settings, library: undefined };
      return { ...await startNamed(name, own), why: reason(report, missing) };
    } catch (error) {
      missing.unshift(`${name} ${missingText(error)}`);
    }
  }
  throw new EngineMissing("cpu", "did not start", missing.join("; "));
}

function reason(report: EngineReport, missing: readonly string[]): string {
  const started = report.engines.filter(({ name, msPerUpdate }) =>
    msPerUpdate !== null && !missing.some((text) => text.startsWith(`${name} `))
  );
  const times = started.map(({ name, msPerUpdate }) => `${name} ${msText(msPerUpdate!)}`);
  return [`fastest of ${times.join(", ")} ms an update`, ...missing].join("; ");
}
