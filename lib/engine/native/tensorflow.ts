/**
 * The native engine: `@tensorflow/tfjs-node-gpu`'s own backend and kernels, with the addon replaced by
 * `binding.ts`. The package's root would load the addon, so its two inner files are loaded by path.
 */
import { createRequire } from "node:module";
import util from "node:util";
import { EngineMissing } from "../engine_choice.ts";
import { checkedLibrary } from "../libraries/checked_library.ts";
import { type Library, nativeVersion } from "../libraries/library.ts";
import { quietly } from "../libraries/quietly.ts";
import { tf } from "../tf.ts";
import { type NativeBinding, openBinding } from "./binding.ts";
import type { Threads } from "./native_context.ts";
import { registerNativeKernels } from "./native_kernels.ts";

/** One library a process: TensorFlow cannot be loaded twice. */
let opened: { file: string; binding: NativeBinding } | null = null;

/**
 * Registers the backend "tensorflow" on a library; does nothing when that is done.
 *
 * @param library from `findLibrary`; null when none was found
 * @param threads default: one for each core
 * @throws EngineMissing `tensorflow not installed (deno task native)` and its like
 */
export function registerTensorflow(library: Library | null, threads: Threads): NativeBinding {
  if (opened !== null) return opened.binding;
  if (library === null) throw new EngineMissing("tensorflow", "not installed", "deno task native");
  if (Deno.permissions.querySync({ name: "ffi" }).state !== "granted") {
    throw new EngineMissing("tensorflow", "not permitted here", "needs --allow-ffi");
  }
  const binding = open(library, threads);
  registerBackend(binding);
  opened = { file: library.file, binding };
  return binding;
}

/** The binding in use, or null before the engine was started: for leak tests and the compiled step. */
export function nativeBinding(): NativeBinding | null {
  return opened?.binding ?? null;
}

function open(library: Library, threads: Threads): NativeBinding {
  try {
    return quietly(() => openBinding(checkedLibrary(library.file), threads));
  } catch (error) {
    const reason = (error as Error).message.split("\n")[0];
    throw new EngineMissing("tensorflow", `cannot load ${library.file}: ${reason}`, advice(library));
  }
}
function advice(library: Library): string {
  if (library.from === "cache") return "deno task native installs it again";
  return `any TensorFlow 2.12 to ${nativeVersion} serves: deno task native installs one`;
}

function registerBackend(binding: NativeBinding): void {
  restoreUtil();
  const require = createRequire(import.meta.url);
  const { NodeJSKernelBackend } = require("@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend.js");
  require("@tensorflow/tfjs-node-gpu/dist/register_all_kernels.js");
  registerNativeKernels();
  tf.registerBackend("tensorflow", () => new NodeJSKernelBackend(binding, "@tensorflow/tfjs-node-gpu"));
}

/** The package calls two functions of node:util that Node has since removed. */
function restoreUtil(): void {
  const old = util as unknown as Record<string, unknown>;
  old.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
  old.isArray ??= Array.isArray;
}
