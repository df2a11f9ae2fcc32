/** The folder that a notebook belongs to: what its kernel may read, and what the paths in its cells count from. */
import { dirname } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { here } from "./project_paths.ts";

/**
 * The nearest folder above a notebook with a deno.json, else the nearest with a .git, else the notebook's own. The whole
 * disk and a home folder are no project: a kernel would read all of them.
 *
 * @param file path of the notebook, absolute or from where the user stands
 * @param home the user's; default by the environment
 * @example
 * ```ts ignore
 * await notebookProject("/home/ada/study/notebooks/rates.ts"); // "/home/ada/study"
 * ```
 */
export async function notebookProject(file: string, home = Deno.env.get("HOME")): Promise<string> {
  const { fileModuleGraph } = await import("../../lib/notebook/load.ts");
  const path = here(file), root = fileURLToPath(fileModuleGraph().project(pathToFileURL(path).href).root);
  const folder = root.replace(/(?<=.)[\\/]$/, "");
  const isTooMuch = folder === dirname(folder) || folder === home;
  return isTooMuch ? dirname(path) : folder;
}
