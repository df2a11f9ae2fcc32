import { fileModuleGraph } from "./load.ts";
import type { Import } from "./notebook.ts";

/**
 * The value of an import, from the module at its own address: a name of the project from the file that defines it, so
 * that what stands beside it in an index is not loaded along.
 *
 * @param from address of the file that imports
 * @throws {Error} `missing file: …`, `unknown package: …`, `unknown export: …`
 */
export async function importValue({ specifier, imported }: Import, from: string): Promise<unknown> {
  const modules = fileModuleGraph();
  const target = modules.target(specifier, imported, from);
  switch (target.kind) {
    case "name":
      return (await import(target.url))[target.name];
    case "namespace":
      return await import(target.url);
    case "missing":
    case "unknown":
      throw new Error(target.message);
  }
  // a package or a built-in, where an index of the project may give its names others: then the index is asked
  const direct = modules.resolve(specifier, from);
  const address = direct.kind === "file"
    ? direct.url
    : target.kind === "package"
    ? target.target
    : target.kind === "builtin"
    ? target.name
    : target.url;
  const module = await import(address);
  return imported === "*" ? module : module[imported];
}
