/** What can train on this machine, how fast, and what is missing: `plateau engines`. */
import { type EngineName, engineNames, isNative, isXlaGpu, xlaDevice } from "./engine_choice.ts";
import { type EngineFinding, examine, type PluginFinding } from "./examine.ts";
import { examineApart } from "./examine_apart.ts";
import { gpuMissing } from "./libraries/gpu_missing.ts";
import { gpuSurroundings } from "./libraries/gpu_surroundings.ts";
import { thisMachine as surroundings } from "./libraries/library.ts";
import { type Machine, thisMachine } from "./machine.ts";
import { type GpuSystem, type PlatformName, platformNames, platforms } from "./platforms.ts";
import { type EngineSettings, libraryFor } from "./start_named.ts";
import { tf } from "./tf.ts";
import { driverText, hasGpu } from "./xla/gpu_driver.ts";
import { findPlugin } from "./xla/plugin.ts";

export interface EngineReport {
  readonly machine: Machine;
  /** fastest first, then those that do not work */
  readonly engines: readonly EngineFinding[];
  /** why the native engine uses no GPU, as `libcuda.so.1 is missing (…)`; null when it does, or there is no GPU */
  readonly gpu: string | null;
  /** of NVIDIA's GPUs, as `580.65.06, CUDA 13.0`; null where there is none */
  readonly driver: string | null;
}

/** Whether the system shows a GPU of a platform; false where it may not be asked. */
const shows = (gpu: GpuSystem | null): boolean =>
  gpu !== null && Deno.permissions.querySync({ name: "ffi" }).state === "granted" &&
  hasGpu(gpu, gpuSurroundings());

/** The engines on first devices but those of GPUs that are not there, unless a plug-in for them was installed. */
export async function enginesHere(): Promise<readonly EngineName[]> {
  const names: EngineName[] = [];
  for (const name of engineNames) {
    const platform = xlaDevice(name)?.platform;
    const isHere = !isXlaGpu(name) || shows(platforms[platform!].gpu) || await isInstalled(platform!);
    if (isHere) names.push(name);
  }
  return names;
}

/** Whether a plug-in of a platform's own is there. */
async function isInstalled(platform: PlatformName): Promise<boolean> {
  const plugin = await findPlugin(platform, { ...surroundings(), askPython: null }).catch(() => null);
  return plugin !== null && plugin.from !== "PJRT_PLUGIN_PATH"; // which names one for all platforms
}

/**
 * The engines that `auto` chooses from: XLA on a GPU that is there, where its plug-in is; on a CPU only in place of
 * TensorFlow, which has the same XLA, and only a plug-in that was installed for it or named, as a third party's is.
 */
export async function enginesForAuto(settings: EngineSettings): Promise<readonly EngineName[]> {
  const names: EngineName[] = ["tensorflow"], library = await libraryFor(settings).catch(() => null);
  if (Deno.permissions.querySync({ name: "ffi" }).state === "granted") {
    for (const platform of platformNames) {
      const { gpu } = platforms[platform];
      const around = gpu === null ? { ...surroundings(), askPython: null } : surroundings();
      const wanted = gpu === null ? library === null : shows(gpu);
      // a variable that names none is a wish too: trying the engine says why it cannot be met
      const plugin = wanted ? await findPlugin(platform, around).catch(() => "wished" as const) : null;
      const chosen = plugin !== null &&
        (plugin === "wished" || gpu !== null || plugin.from !== "Python environment");
      if (chosen) names.push(`xla:${platform}`);
    }
  }
  return [...names, "wasm", "cpu"];
}

/**
 * Starts and measures engines, about half a second each, native ones in processes of their own, and then makes the one
 * that was the backend the backend again.
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
  names?: readonly EngineName[],
): Promise<EngineReport> {
  const before = tf.getBackend(), forAuto = await enginesForAuto(settings);
  const engines: EngineFinding[] = [];
  for (const name of names ?? forAuto) {
    engines.push(await (isNative(name) ? examineApart : examine)(name, settings));
  }
  if (before) await tf.setBackend(before);
  const time = ({ msPerUpdate }: EngineFinding) => msPerUpdate ?? Infinity;
  engines.sort((a, b) => time(a) < time(b) ? -1 : time(a) > time(b) ? 1 : 0);
  const library = await libraryFor(settings).catch(() => null);
  const native = engines.find(({ name, device }) => name === "tensorflow" && device === "CPU");
  const gpu = native && library ? gpuMissing(library.file, native.version, gpuSurroundings()) : null;
  const driver = shows(platforms.cuda.gpu) ? driverText(gpuSurroundings()) : null;
  return { machine: thisMachine(library?.file ?? null, forAuto), engines, gpu, driver };
}

/** Milliseconds for people: `0.085`, `1.4`, `12`. */
export function msText(ms: number): string {
  return ms < 1 ? `${+ms.toPrecision(2)}` : ms < 10 ? ms.toFixed(1) : ms.toFixed(0);
}

/** The report as a table of one line an engine, then where libraries are, what devices there are, and what lacks. */
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
  for (const { name, plugin } of report.engines) if (plugin) lines.push(...pluginLines(name, plugin));
  if (report.driver) lines.push(`NVIDIA's driver: ${report.driver}`);
  if (report.gpu) lines.push(`GPU not used by tensorflow: ${report.gpu}`);
  if (!report.engines.some(({ name }) => isXlaGpu(name))) lines.push("no GPU");
  return lines.join("\n");
}

/** Where a plug-in is and its devices; devices that are alike are one line. */
function pluginLines(name: EngineName, { file, from, lacks, devices, ...plugin }: PluginFinding): string[] {
  const alike = devices.map(({ kind, used, limit }) =>
    used === null || limit === null ? kind : `${kind}, ${gigabytes(used)} of ${gigabytes(limit)} GB used`
  );
  const first = alike.flatMap((text, i) => i === 0 || alike[i - 1] !== text ? [i] : []);
  const groups = first.map((from, i) => {
    const to = (first[i + 1] ?? alike.length) - 1;
    return `  device${to > from ? `s ${from} to ${to}` : ` ${from}`}: ${alike[from]}`;
  });
  return [
    `plug-in of ${name}: ${file} (${from}), interface ${plugin.interface}`,
    ...groups,
    ...(lacks.length === 0 ? [] : [`  not found, and needed by some networks: ${lacks.join(", ")}`]),
  ];
}
const gigabytes = (bytes: number) => (bytes / 1e9).toFixed(1);
