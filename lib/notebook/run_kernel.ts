/** A kernel that runs cells of a notebook as a script, from the command line. */
import { resolve } from "node:path";
import type { EngineChoice, EngineSettings } from "../engine/engine.ts";
import { type FromKernel, kernelCell } from "./kernel_messages.ts";
import type { Notebook } from "./notebook.ts";
import { type Kernel, spawnKernel } from "./process.ts";
import type { KernelModules } from "./session_build.ts";

export interface RunKernelOptions {
  /** folder of the project: what the kernel may read; holds `.plateau` */
  readonly project: string;
  readonly engine: EngineChoice;
  readonly settings?: EngineSettings;
  /** files and folders that the kernel may read beside the project; default none */
  readonly read?: readonly string[];
  /** megabytes of the kernel's heap */
  readonly heap?: number;
  /** calls the listener at every interrupt, until what it returns is called; default: SIGINT */
  readonly onInterrupt?: (listener: () => void) => () => void;
}

/** How the cells run. */
export interface Asked {
  /** words for inputs, by name */
  readonly set: Readonly<Record<string, string>>;
  /** characters of a line of what is shown */
  readonly columns: number;
  /** what is shown is sent as data too, and every value at the end */
  readonly data: boolean;
}

/** Starts a kernel that runs every code cell of a notebook, in file order; it has to be killed at its end. */
export function runKernel(
  notebook: Notebook,
  modules: KernelModules,
  runFolder: string,
  options: RunKernelOptions,
  asked: Asked,
  onMessage: (message: FromKernel) => void,
): Kernel {
  const kernel = spawnKernel({ ...options, project: resolve(options.project), runFolder, onMessage });
  const cells = notebook.cells.filter((cell) => cell.kind === "code").map(kernelCell);
  kernel.send({ t: "script", url: notebook.url, ...modules, cells, ...asked });
  return kernel;
}
