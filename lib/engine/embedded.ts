/** The two engines that need nothing installed: wasm (XNNPACK, SIMD) and plain JavaScript. */
import { setWasmPaths, version_wasm } from "@tensorflow/tfjs-backend-wasm";
import { EngineMissing } from "./engine_choice.ts";
import { tf } from "./tf.ts";

// The package looks for its binaries beside the main module; they lie beside its own.
setWasmPaths(new URL("./", import.meta.resolve("@tensorflow/tfjs-backend-wasm")).href);

/** What an embedded engine says of itself. */
export interface Embedded {
  readonly version: string;
  readonly device: string;
}

/**
 * Makes wasm the backend.
 *
 * @throws EngineMissing when this machine refuses the binary
 */
export async function startWasm(): Promise<Embedded> {
  const works = await tf.setBackend("wasm").catch(() => false);
  if (!works) throw new EngineMissing("wasm", "did not start", "choose cpu");
  const simd = await tf.env().getAsync("WASM_HAS_SIMD_SUPPORT");
  return { version: version_wasm, device: simd ? "CPU, SIMD" : "CPU" };
}

/** Makes plain JavaScript the backend: slow, and everywhere. */
export async function startCpu(): Promise<Embedded> {
  await tf.setBackend("cpu");
  return { version: tf.version_core, device: "CPU, JavaScript" };
}
