import type { Diagnostic } from "./notebook.ts";
import type { LinkedCell } from "./graph.ts";
import type { PlacedImport } from "./graph_imports.ts";
import type { Project } from "./modules_project.ts";
import type { ModuleGraph, Target } from "./modules_reach.ts";

/** What the imports that a cell uses pull in. */
export interface CellModules {
  /** one text for each import: what it is and the local modules behind it with their stamps */
  readonly fingerprint: readonly string[];
  /** local name of an import → why it needs the server */
  readonly server: ReadonlyMap<string, string>;
  readonly problems: readonly Diagnostic[];
}

/** A name to import, with the members used of it where it is a namespace. */
export interface UsedImport {
  readonly target: Target;
  readonly members?: readonly string[];
}

/** Where an import leads, for the uses that a cell makes of it. */
export function usedImport(
  entry: PlacedImport,
  cell: Pick<LinkedCell, "uses">,
  url: string,
  modules: ModuleGraph,
): UsedImport {
  const target = modules.target(entry.specifier, entry.imported, url);
  const use = cell.uses.get(entry.local);
  return { target, members: use?.whole === false ? [...use.members.keys()] : undefined };
}

/** Follows each import that a cell uses, and says what cannot be found. */
export function cellModules(
  cell: LinkedCell,
  imports: readonly PlacedImport[],
  url: string,
  modules: ModuleGraph,
  cells: readonly Pick<LinkedCell, "name">[],
): CellModules {
  const problems: Diagnostic[] = [];
  const fingerprint: string[] = [];
  const server = new Map<string, string>();
  for (const entry of imports) {
    const unused = entry.cell === cell.id && !cell.uses.has(entry.local);
    if (!cell.uses.has(entry.local) && !unused) continue;
    const used = usedImport(entry, cell, url, modules);
    const reach = modules.reach([{ ...used.target, members: used.members }]);
    const missing = reach.missing ?? unlisted(entry.specifier, modules.project(url));
    if (missing) {
      problems.push({
        level: "error",
        line: entry.line,
        column: entry.column,
        code: "missing-import",
        message: `import in cell ${cells[entry.cell].name}: ${missing}`,
        cells: unused ? [] : [cell.id],
      });
    }
    if (unused) continue;
    if (reach.server) server.set(entry.local, reach.server);
    const files = reach.files.map((file) => `${file}#${modules.stamp(file)}`);
    const what = `${entry.local}=${entry.imported} ${used.members?.join() ?? "*"}`;
    fingerprint.push([what, ...files, ...reach.packages].join(" "));
  }
  return { fingerprint, server, problems };
}

/** What is wrong with `npm:name@version` where deno.json, whose packages are what is installed, does not list it. */
function unlisted(specifier: string, { config, imports }: Project): string | undefined {
  const name = packageOf(specifier);
  if (name === undefined || config === undefined) return undefined;
  if (Object.values(imports).some((target) => packageOf(target) === name)) return undefined;
  return `unknown package: ${specifier} is not in deno.json: deno add ${specifier}, then import from "${name}"`;
}

const packageOf = (target: string): string | undefined => /^npm:\/?((?:@[^/@]+\/)?[^/@]+)/.exec(target)?.[1];
