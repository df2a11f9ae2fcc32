/** What can train on this machine, how fast, and what is missing: `plateau engines`. */
import { EngineMissing, type EngineName } from "./engine_choice.ts";
import { gpuMissing } from "./gpu_missing.ts";
import { gpuSurroundings } from "./gpu_surroundings.ts";
import { BadLibraryPath } from "./library.ts";
import { type Machine, thisMachine } from "./machine.ts";
import { measureUpdate } from "./measure.ts";
import { ProgramFault } from "./program_fault.ts";
import { programsOf } from "./programs_of.ts";
import { type EngineSettings, libraryFor, startNamed } from "./start_named.ts";
import { tf } from "./tf.ts";

/** Those that `auto` chooses from: a third party's library is taken by its name alone. */
const autoNames: readonly EngineName[] = ["tensorflow", "wasm", "cpu"];

/** One engine: either it works, or `missing` says why not and what to do. Plain data. */
export interface EngineFinding {
  readonly name: EngineName;
  readonly version: string;
  readonly device: string;
  /** of a 64-128-128-10 network by Adam at batch 32; null when it does not work */
  readonly msPerUpdate: number | null;
  /** as `not installed (deno task native)`; null when it works */
  readonly missing: string | null;
}
export interface EngineReport {
  readonly machine: Machine;
  /** fastest first, then those that do not work */
  readonly engines: readonly EngineFinding[];
  /** why the native engine uses no GPU, as `libcuda.so.1 is missing (…)`; null when it does, or there is no GPU */
  readonly gpu: string | null;
}

/**
 * Starts and measures engines in this process, about half a second each, and then makes the one that was
 * the backend the backend again.
 *
 * @param settings default: look for a library, one thread a core
 * @param names default: those that `auto` chooses from
 * @example
 * ```ts ignore
 * import { enginesReport, reportText } from "./report.ts";
 * console.log(reportText(await enginesReport()));
 * ```
 */
export async function enginesReport(
  settings: EngineSettings = {},
  names: readonly EngineName[] = autoNames,
): Promise<EngineReport> {
  const before = tf.getBackend();
  const engines: EngineFinding[] = [];
  for (const name of names) engines.push(await examine(name, settings));
  if (before) await tf.setBackend(before);
  const time = ({ msPerUpdate }: EngineFinding) => msPerUpdate ?? Infinity;
  engines.sort((a, b) => time(a) < time(b) ? -1 : time(a) > time(b) ? 1 : 0);
  const library = await libraryFor(settings).catch(() => null);
  const native = engines.find(({ name, device }) => name === "tensorflow" && device === "CPU");
  const gpu = native && library ? gpuMissing(library.file, native.version, gpuSurroundings()) : null;
  return { machine: thisMachine(library?.file ?? null), engines, gpu };
}

async function examine(name: EngineName, settings: EngineSettings): Promise<EngineFinding> {
  try {
    const { version, device } = await startNamed(name, settings);
    return { name, version, device, msPerUpdate: await measureUpdate(await programsOf(name)), missing: null };
  } catch (error) {
    return { name, version: "", device: "", msPerUpdate: null, missing: missingText(error) };
  }
}

/** What is missing, without the engine's name. Rethrows what is a fault of ours. */
export function missingText(error: unknown): string {
  if (error instanceof EngineMissing) return `${error.reason} (${error.action})`;
  if (error instanceof BadLibraryPath) return error.message;
  if (error instanceof ProgramFault) return error.message.replace(/^\w+: /, "");
  throw error;
}

/** Milliseconds for people: `0.085`, `1.4`, `12`. */
export function msText(ms: number): string {
  return ms < 1 ? `${+ms.toPrecision(2)}` : ms < 10 ? ms.toFixed(1) : ms.toFixed(0);
}

/** The report as a table of one line an engine, then where the library is, and what a GPU lacks. */
export function reportText(report: EngineReport): string {
  const rows = report.engines.map(({ name, version, device, msPerUpdate, missing }) =>
    missing === null ? [name, version, device, `${msText(msPerUpdate!)} ms an update`] : [name, missing]
  );
  const widths = [0, 1, 2].map((column) =>
    Math.max(...rows.filter((row) => row.length === 4).map((row) => row[column].length))
  );
  widths[0] = Math.max(...rows.map(([name]) => name.length));
  const lines = rows.map((row) => row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join("  ").trimEnd());
  const library = report.machine.library;
  if (library) lines.push(`libtensorflow: ${library}`);
  if (report.gpu) lines.push(`GPU not used: ${report.gpu}`);
  return lines.join("\n");
}
