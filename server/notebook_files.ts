/** The notebooks of a project: the TypeScript files in its folder `notebooks`, and nothing else. */
import { isAbsolute, relative, sep } from "node:path";

/** True when `path` lies in `folder`, compared by component. Both must be real paths. */
export function contains(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== "" && !isAbsolute(way) && way.split(sep)[0] !== "..";
}

export interface NotebookFiles {
  /** names of the notebooks, in alphabetical order */
  list(): Promise<string[]>;
  /** real path of a notebook that `list` would name; null for every other name */
  find(name: string): Promise<string | null>;
}

/**
 * @param project real path of the project's folder
 * @example
 * ```ts
 * import { notebookFiles } from "./notebook_files.ts";
 * const names = await notebookFiles("/home/ada/project").list();
 * ```
 */
export function notebookFiles(project: string): NotebookFiles {
  const folder = `${project}/notebooks`;

  /** A link that leads out of the folder is no notebook. */
  async function realPathOf(name: string): Promise<string | null> {
    try {
      const [root, path] = await Promise.all([Deno.realPath(folder), Deno.realPath(`${folder}/${name}`)]);
      if (!contains(await Deno.realPath(project), root) || !contains(root, path)) return null;
      return (await Deno.stat(path)).isFile ? path : null;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotCapable) return null;
      throw error;
    }
  }

  async function names(): Promise<string[]> {
    const found: string[] = [];
    try {
      for await (const entry of Deno.readDir(folder)) {
        const named = entry.name.endsWith(".ts") && !entry.name.endsWith(".d.ts") &&
          !entry.name.startsWith(".");
        if (named && (entry.isFile || entry.isSymlink)) found.push(entry.name);
      }
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
    return found.sort();
  }

  return {
    async list() {
      const all = await names();
      const real = await Promise.all(all.map(realPathOf));
      return all.filter((_, index) => real[index] !== null);
    },
    // The name is looked up among those that are there, so that no name is ever put into a path unseen.
    find: async (name) => (await names()).includes(name) ? await realPathOf(name) : null,
  };
}
