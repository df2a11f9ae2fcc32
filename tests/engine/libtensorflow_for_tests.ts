/** The library that the native tests run on. Continuous integration installs it before it calls the tests. */
import { setEngineChoice, startEngine } from "../../lib/engine/engine.ts";
import { findLibrary, type Library } from "../../lib/engine/libraries/library.ts";
import type { NativeBinding } from "../../lib/engine/native/binding.ts";
import { nativeBinding } from "../../lib/engine/native/tensorflow.ts";

/** null where there is none: such tests are ignored. */
export const libtensorflowForTests: Library | null = await findLibrary();

/** Why a native test is ignored, for its name. */
export const nativeIgnored = libtensorflowForTests ? "" : " (no libtensorflow: deno task native)";

/** Registers a test that needs the library. */
export function nativeTest(name: string, fn: () => void | Promise<void>): void {
  const ignore = libtensorflowForTests === null;
  // The library keeps its threads and its file open for the length of the process.
  Deno.test({ name: name + nativeIgnored, ignore, fn, sanitizeOps: false, sanitizeResources: false });
}

/** The binding of the started native engine: a process loads TensorFlow once. */
export async function startNative(): Promise<NativeBinding> {
  setEngineChoice("tensorflow", { library: libtensorflowForTests?.file });
  await startEngine();
  return nativeBinding()!;
}
