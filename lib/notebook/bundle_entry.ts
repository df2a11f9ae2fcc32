import type { Import, Notebook } from "./notebook.ts";
import { programCells, type ProgramSide } from "./compile.ts";
import { graph } from "./graph.ts";
import type { ModuleGraph, Target } from "./modules_reach.ts";
import { parse } from "./parse.ts";

/** An import that a side's cells use, as source of the vendor module. */
export interface EntryImport {
  readonly import: Import;
  /** one line of source that exports it under its local name */
  readonly source: string;
  /** local files behind it */
  readonly files: readonly string[];
}

/**
 * The imports of a side's cells. A name of a local module is taken from the file that defines it, and of a namespace
 * only the members that cells read: what stands beside them does not come along.
 */
export function entryImports(notebook: Notebook, side: ProgramSide, modules: ModuleGraph): EntryImport[] {
  const linked = graph(parse(notebook.text, notebook.url)).cells;
  const cells = programCells(notebook, side).map((cell) => linked[cell.id]);
  return notebook.imports.flatMap((entry) => {
    const uses = cells.flatMap((cell) => cell.uses.get(entry.local) ?? []);
    if (uses.length === 0) return [];
    const whole = uses.some((use) => use.whole);
    const members = whole ? undefined : [...new Set(uses.flatMap((use) => [...use.members.keys()]))].sort();
    const target = modules.target(entry.specifier, entry.imported, notebook.url);
    const { files } = modules.reach([{ ...target, members }]);
    return [{
      import: entry,
      source: exportLine(entry, target, members, { from: notebook.url, modules, side }),
      files,
    }];
  });
}

interface Context {
  /** address of the file that imports */
  readonly from: string;
  readonly modules: ModuleGraph;
  readonly side: ProgramSide;
}

/** The line that exports an import's value under a local name, an identifier. */
export function exportLine(
  entry: Pick<Import, "local" | "imported" | "specifier">,
  target: Target,
  members: readonly string[] | undefined,
  { from: importer, modules, side }: Context,
): string {
  const { local, imported, specifier } = entry;
  const direct = modules.resolve(specifier, importer);
  if (direct.kind !== "file") {
    if (imported !== "*") return exportOf(imported, local, address(direct));
    if (!members || side !== "browser") {
      return `export * as ${local} from ${JSON.stringify(address(direct))};`;
    }
    const picked = members.map((member) => `${JSON.stringify(member)}: $${local}[${JSON.stringify(member)}]`);
    const from = JSON.stringify(address(direct));
    return `import * as $${local} from ${from}; export const ${local} = {${picked.join(", ")}};`;
  }
  if (target.kind === "name") return exportOf(target.name, local, target.url);
  if (target.kind !== "namespace") return exportOf(imported, local, direct.url);
  if (!members) return `export * as ${local} from ${JSON.stringify(target.url)};`;
  const parts = members.map((member, i) => memberLine(target.url, member, `$${local}${i}`, modules));
  const picked = members.map((member, i) => `${JSON.stringify(member)}: $${local}${i}`);
  return `${parts.join(" ")} export const ${local} = {${picked.join(", ")}};`;
}

function memberLine(url: string, member: string, alias: string, modules: ModuleGraph): string {
  const target = modules.target(url, member, url);
  if (target.kind === "name") {
    return `import {${quoted(target.name)} as ${alias}} from ${JSON.stringify(target.url)};`;
  }
  if (target.kind === "namespace") return `import * as ${alias} from ${JSON.stringify(target.url)};`;
  return `import {${quoted(member)} as ${alias}} from ${JSON.stringify(url)};`;
}

const exportOf = (name: string, local: string, from: string): string =>
  `export {${quoted(name)} as ${local}} from ${JSON.stringify(from)};`;

/** Names that are no identifiers may be strings, in an import too. */
const quoted = (name: string): string =>
  /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name) ? name : JSON.stringify(name);

function address(target: Exclude<ReturnType<ModuleGraph["resolve"]>, { kind: "file" }>): string {
  switch (target.kind) {
    case "package":
      return target.target;
    case "builtin":
      return target.name;
    case "remote":
      return target.url;
    case "unknown":
      throw new Error(target.message);
  }
}
