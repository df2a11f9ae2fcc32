/** Starts one engine by name, with no choice about it. */
import { type EngineName, type XlaDevice, xlaDevice, xlaName } from "./engine_choice.ts";
import { findLibrary, type Library } from "./libraries/library.ts";
import type { Threads } from "./native/native_context.ts";
import type { GpuSettings } from "./xla/gpu_options.ts";
import { findPlugin } from "./xla/plugin.ts";

/** What a process is told about engines from outside; all optional. */
export interface EngineSettings extends GpuSettings {
  /** the engine's library that was found already: a process that may run nothing cannot ask Python. Default: look */
  readonly library?: string;
  /** threads inside an op of a native engine, and between ops of TensorFlow. Default: one a core */
  readonly threads?: number;
  /** file of past measurements, as `<project>/.plateau/engines.json`; read where permitted, written where permitted. Default: none */
  readonly cache?: string;
  /** why this engine was chosen, when somebody else chose. Default: `chosen` */
  readonly why?: string;
}
/** An engine that has started. Plain data. */
export interface StartedEngine {
  readonly name: EngineName;
  readonly version: string;
  /** as `CPU, SIMD` or `GPU:0, 79 GB` */
  readonly device: string;
  readonly threads: Threads;
}

/**
 * Starts an engine and makes it the backend of `tf`.
 *
 * @throws EngineMissing with the reason and what to do
 */
export async function startNamed(name: EngineName, settings: EngineSettings): Promise<StartedEngine> {
  if (name === "tensorflow") return await startTensorflow(settings);
  const device = xlaDevice(name);
  if (device !== null) return await startXla(device, settings);
  const { startCpu, startWasm } = await import("./embedded.ts");
  const started = await (name === "wasm" ? startWasm() : startCpu());
  return { name, ...started, threads: { intra: 1, inter: 1 } };
}

async function startTensorflow(settings: EngineSettings): Promise<StartedEngine> {
  const { registerTensorflow } = await import("./native/tensorflow.ts");
  const { tf } = await import("./tf.ts");
  const count = settings.threads ?? navigator.hardwareConcurrency;
  const binding = registerTensorflow(await libraryFor(settings), { intra: count, inter: count });
  await tf.setBackend("tensorflow");
  const { TF_Version: version, device, threads } = binding;
  return { name: "tensorflow", version, device, threads };
}

async function startXla(device: XlaDevice, settings: EngineSettings): Promise<StartedEngine> {
  const name = xlaName(device);
  const [library, { deviceText, openXla, versionText }, { warmUp }, { startWasm }] = await Promise.all([
    libraryFor(settings, name),
    import("./xla/xla.ts"),
    import("./xla/warm_up.ts"),
    import("./embedded.ts"),
  ]);
  const started = openXla(device, library, settings);
  warmUp(started.client); // while updates are traced
  await startWasm(); // for what is no update: evaluations on their own, predictions
  const threads = { intra: started.threads, inter: 1 };
  return { name, version: versionText(started), device: deviceText(started.client), threads };
}

/** The library of the settings, else what this process can find. */
export async function libraryFor(
  settings: EngineSettings,
  name: EngineName = "tensorflow",
): Promise<Library | null> {
  if (settings.library) return { file: settings.library, from: "settings" };
  const device = xlaDevice(name);
  return await (device === null ? findLibrary() : findPlugin(device.platform));
}
