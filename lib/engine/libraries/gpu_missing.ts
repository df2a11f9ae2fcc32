/**
 * Why the native engine trains on the CPU of a machine that has an NVIDIA GPU. Written from TensorFlow's own
 * requirements, and not yet tried on such a machine.
 */
import { join } from "node:path";
import { type GpuSystem, platforms } from "../platforms.ts";
import { nativeVersion } from "./library.ts";

/** What is looked at, so that tests need no GPU. */
export interface GpuSurroundings {
  readonly exists: (path: string) => boolean;
  readonly list: (folder: string) => readonly string[];
  readonly variable: (name: string) => string | undefined;
  /** whether the system's loader finds a library by its name */
  readonly loads: (name: string) => boolean;
  /** whether the libtensorflow was built with CUDA; null when it does not say */
  readonly hasCuda: (library: string) => boolean | null;
  /** the content of a small file; null where it cannot be read */
  readonly text: (path: string) => string | null;
  /** CUDA's version that the driver serves, as 13000; null where there is no driver */
  readonly cudaVersion: () => number | null;
}

/** Why no GPU of a kind can be used, whatever the library; null where one may be. */
export function gpuHidden(gpu: GpuSystem, around: GpuSurroundings): string | null {
  if (!around.loads(gpu.driver)) return `${gpu.driver} is missing (${gpu.install})`;
  const visible = around.variable(gpu.hides);
  return visible === "" || visible?.trim().startsWith("-1")
    ? `hidden by ${gpu.hides}=${visible} (unset it)`
    : null;
}

/** What TensorFlow 2.18 to 2.21 loads before it uses a GPU; the versions are those of its extra `and-cuda`. */
const cudaLibraries = [
  ...["libcudart.so.12", "libcublas.so.12", "libcublasLt.so.12", "libcufft.so.11"],
  ...["libcusolver.so.11", "libcusparse.so.12", "libcudnn.so.9"],
];
const firstWithThese = 18;

const withCuda = `pip install 'tensorflow[and-cuda]==${nativeVersion}'`;

/**
 * The first thing that is missing, or null on a machine without an NVIDIA device.
 *
 * @param library path of the libtensorflow that runs on the CPU
 * @param version its version
 * @returns one line without a full stop: `libcuda.so.1 is missing (install NVIDIA's driver)`
 * @example
 * ```ts
 * import { gpuMissing } from "./gpu_missing.ts";
 * const none = () => null;
 * const nothing = { exists: () => false, list: () => [], variable: () => "", loads: () => false, hasCuda: none, text: none, cudaVersion: none };
 * gpuMissing("/opt/libtensorflow_cc.so.2", "2.21.0", nothing); // null: no device
 * ```
 */
export function gpuMissing(library: string, version: string, around: GpuSurroundings): string | null {
  const { gpu } = platforms.cuda;
  if (!gpu.signs.some(around.exists)) return null;
  const hidden = gpuHidden(gpu, around);
  if (hidden !== null) return hidden;
  if (around.hasCuda(library) === false) {
    return `this libtensorflow is built for the CPU alone (${withCuda}, and start with its VIRTUAL_ENV, ` +
      "or name its library by LIBTENSORFLOW_PATH)";
  }
  const [major, minor] = version.split(".").map(Number);
  if (major === 2 && minor >= firstWithThese) {
    // the extra `and-cuda` puts CUDA beside the package, where the library looks
    const beside = librariesBeside(join(library, "..", ".."), around.list);
    const missing = cudaLibraries.filter((name) => !beside.has(name) && !around.loads(name));
    if (missing.length > 0) return `missing ${missing.join(", ")} (CUDA 12 and cuDNN 9: ${withCuda})`;
  }
  return `TensorFlow ${version} found none that it can use (TF_CPP_MIN_LOG_LEVEL=0 shows what it says)`;
}

/** NVIDIA's libraries by their names, as Python's packages hold them: `nvidia/<part>/lib`. */
export function librariesBeside(
  packages: string,
  list: GpuSurroundings["list"],
): ReadonlyMap<string, string> {
  const nvidia = join(packages, "nvidia");
  return new Map(
    list(nvidia).flatMap((part) =>
      list(join(nvidia, part, "lib")).map((name) => [name, join(nvidia, part, "lib", name)] as const)
    ),
  );
}
