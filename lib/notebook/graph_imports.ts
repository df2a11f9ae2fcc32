import { cellNamed } from "./cell_named.ts";
import type { Diagnostic, Import } from "./notebook.ts";
import type { Parsed } from "./parse.ts";

/** What "plateau" gives each cell anew instead of once per module. */
export const VERBS = ["view", "live", "display", "signal", "invalidation"] as const;
export type Verb = typeof VERBS[number];

export interface PlacedImport extends Import {
  readonly offset: number;
  readonly cell: number;
}

export interface Imports {
  readonly imports: readonly PlacedImport[];
  /** local name → verb */
  readonly verbs: ReadonlyMap<string, Verb>;
  readonly diagnostics: readonly Diagnostic[];
}

/** Collects the import declarations of all cells; type-only ones are gone with the types. */
export function importsOf({ cells, at }: Pick<Parsed, "cells" | "at">): Imports {
  const imports: PlacedImport[] = [];
  const verbs = new Map<string, Verb>();
  const diagnostics: Diagnostic[] = [];
  for (const cell of cells) {
    for (const statement of cell.statements) {
      if (statement.type !== "ImportDeclaration") continue;
      const specifier = String(statement.source.value);
      for (const each of statement.specifiers) {
        const entry = { specifier, local: each.local.name, offset: each.start, cell: cell.id };
        const place = at(each.start);
        if (each.type === "ImportDefaultSpecifier") {
          imports.push({ ...entry, ...place, kind: "default", imported: "default" });
        } else if (each.type === "ImportNamespaceSpecifier") {
          imports.push({ ...entry, ...place, kind: "namespace", imported: "*" });
        } else {
          const { imported } = each;
          const name = imported.type === "Identifier" ? imported.name : String(imported.value);
          if (specifier === "plateau" && (VERBS as readonly string[]).includes(name)) {
            verbs.set(each.local.name, name as Verb);
          } else imports.push({ ...entry, ...place, kind: "named", imported: name });
        }
      }
      if (statement.specifiers.length === 0 && /^import\s*["']/.test(textOf(statement, cell))) {
        const message = `import of ${specifier} in ${
          cellNamed(cell.name)
        } without a name: none would run it; import what it gives`;
        const place = at(statement.start);
        diagnostics.push({ level: "error", ...place, code: "import-effect", message, cells: [cell.id] });
      }
    }
  }
  return { imports, verbs, diagnostics };
}

/** A declaration whose names were all types is no import for effect: its text still has the braces. */
const textOf = (
  node: { start: number; end: number },
  cell: { source: string; bodyStart: number },
): string => cell.source.slice(node.start - cell.bodyStart, node.end - cell.bodyStart);
