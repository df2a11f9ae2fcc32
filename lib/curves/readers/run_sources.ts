/** Which files make a run together. */
import type { LogFormat } from "../logged.ts";
import { folderOf, runFolders } from "./run_folders.ts";

/** A file of which is known what it is. */
export interface KnownFile {
  /** relative to what was opened, with slashes */
  readonly path: string;
  /** "sqlite" for a database that was not asked for its tables yet; null for what is no log */
  readonly format: LogFormat | "sqlite" | null;
}

/** Files that are read together. */
export interface RunSource {
  readonly format: LogFormat | "sqlite";
  /** the file or folder, relative to what was opened; "." for that itself */
  readonly path: string;
  /** what its runs are called where their tool gives no name */
  readonly name: string;
  /** in the order in which they are read */
  readonly logs: readonly string[];
  /** beside them: settings, and what a database has not taken in yet */
  readonly beside: readonly string[];
}

/**
 * Puts files together that one run wrote. A TensorBoard run is a folder, its files in their order; a run of Transformers
 * is the folder that holds its checkpoints, each with a state of its own; MLflow's file store and Plateau have a folder a
 * run; any other log is a file.
 *
 * @param files in their order
 * @param opened name of what was opened, for a run that is all of it
 *
 * @example
 * ```ts
 * import { runSources } from "./run_sources.ts";
 *
 * const file = (path: string) => ({ path, format: "tensorboard" as const });
 * const sources = runSources([file("a/events.1"), file("a/events.2"), file("b/events.1")], "runs");
 * console.assert(sources.map(({ name }) => name).join() === "a,b");
 * ```
 */
export function runSources(files: readonly KnownFile[], opened: string): RunSource[] {
  const paths = files.map(({ path }) => path), all = new Set(paths);
  const runOf = runFolders(paths), sources = new Map<string, RunSource & { logs: string[] }>();
  const add = (format: RunSource["format"], path: string, name: string, log: string, beside: string[]) => {
    const key = `${format} ${path}`, known = sources.get(key);
    if (known) known.logs.push(log);
    else {
      const present = beside.filter((each) => all.has(each));
      sources.set(key, { format, path: path || ".", name: name || opened, logs: [log], beside: present });
    }
  };
  for (const { path, format } of files) {
    if (format === null) continue;
    const folder = folderOf(path), settings = folder === "" ? "hparams.yaml" : `${folder}/hparams.yaml`;
    if (format === "tensorboard") add(format, folder, folder, path, [settings]);
    else if (format === "mlflow" || format === "plateau") {
      const run = runOf(path)?.folder ?? folder;
      add(format, run, run, path, []);
    } else if (format === "transformers") {
      const run = folder.replace(/(^|\/)checkpoint-\d+$/, "");
      add(format, run, run, path, []);
    } else if (format === "lightning") add(format, path, folder, path, [settings]);
    else if (format === "sqlite") add(format, path, bare(path), path, [`${path}-wal`, `${path}-journal`]);
    else add(format, path, bare(path), path, []);
  }
  return [...sources.values()];
}

/** A path without its last ending: `runs/a.b.csv` is `runs/a.b`. */
const bare = (path: string): string => path.replace(/(?<=[^/])\.[^./]*$/, "");
