/** Runs that are a folder of files with names of their own. */
import { mlflowFolders } from "./mlflow_files.ts";
import { isPlateauFolder } from "./plateau_files.ts";

/** A run's folder, and whose it is. */
export interface RunFolder {
  readonly format: "mlflow" | "plateau";
  /** "" where all that was opened is one run */
  readonly folder: string;
}

/**
 * The folder of the run that a file belongs to; null for a file that is a log, or none, by itself.
 *
 * @param paths of all files, with slashes
 *
 * @example
 * ```ts
 * import { runFolders } from "./run_folders.ts";
 *
 * const folderOf = runFolders(["digits/run.json", "digits/updates.f64", "notes.csv"]);
 * console.assert(folderOf("digits/updates.f64")?.format === "plateau" && folderOf("notes.csv") === null);
 * ```
 */
export function runFolders(paths: readonly string[]): (path: string) => RunFolder | null {
  const mlflow = mlflowFolders(paths), names = new Map<string, Set<string>>();
  for (const path of paths) {
    const folder = folderOf(path), known = names.get(folder) ?? new Set();
    names.set(folder, known.add(path.slice(folder === "" ? 0 : folder.length + 1)));
  }
  const plateau = new Set([...names].flatMap(([folder, known]) => isPlateauFolder(known) ? [folder] : []));
  return (path) => {
    const store = mlflow(path);
    if (store !== null) return { format: "mlflow", folder: store };
    for (let folder = folderOf(path);; folder = folderOf(folder)) {
      if (plateau.has(folder)) return { format: "plateau", folder };
      if (folder === "") return null;
    }
  };
}

/** The folder of a path; "" for the one that was opened. */
export const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf("/")));
