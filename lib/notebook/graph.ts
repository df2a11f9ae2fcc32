import { cellNamed } from "./cell_named.ts";
import type { Diagnostic } from "./notebook.ts";
import { type CellFacts, cellFacts } from "./graph_cell.ts";
import { cycles } from "./graph_cycles.ts";
import { type Imports, importsOf, type PlacedImport, type Verb } from "./graph_imports.ts";
import { nameProblems } from "./graph_names.ts";
import { type Need, needsOf } from "./graph_needs.ts";
import type { Parsed, ParsedCell } from "./parse.ts";
import type { Reference } from "./references.ts";

/** A cell with its place in the graph. */
export interface LinkedCell extends ParsedCell, Omit<CellFacts, "diagnostics"> {
  /** names of other cells that it reads */
  readonly reads: readonly string[];
  /** how it uses imports, by local name */
  readonly uses: ReadonlyMap<string, Reference>;
  /** local name → verb, of those it uses */
  readonly verbs: ReadonlyMap<string, Verb>;
  /** names of the platform */
  readonly globals: readonly string[];
  /** every name that must have its value when the cell runs */
  readonly needs: ReadonlyMap<string, Need>;
}

export interface Graph {
  readonly cells: readonly LinkedCell[];
  readonly imports: readonly PlacedImport[];
  /** name → id of the cell that declares it (the first, when two do) */
  readonly owner: ReadonlyMap<string, number>;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Connects the cells of a notebook by the names they declare and read, and finds what cannot run: names declared
 * twice, cycles, unknown names, assignments across cells, names read before the cell that declares them, streams used
 * where they are made.
 *
 * @example
 * ```ts
 * import { graph } from "./graph.ts";
 * import { parse } from "./parse.ts";
 * const { cells } = graph(parse("// %% a\nconst a = 1;\n// %% b\nconst b = a + 1;\n", "file:///n.ts"));
 * cells[1].reads; // ["a"]
 * ```
 */
export function graph(parsed: Parsed): Graph {
  const imports = importsOf(parsed);
  const facts = parsed.cells.map((cell) => cellFacts(cell, imports.verbs, parsed));
  const { owner, doubles } = owners(parsed, facts, imports);
  const callables = new Map(
    facts.flatMap((each, i) => [...each.callables].filter(([name]) => owner.get(name) === i)),
  );
  const cells = parsed.cells.map((cell, i) => ({
    ...link(cell, facts[i], owner, imports),
    needs: needsOf(facts[i], callables),
  }));
  const diagnostics = [
    ...parsed.diagnostics,
    ...imports.diagnostics,
    ...facts.flatMap((each) => each.diagnostics),
    ...doubles,
    ...cells.flatMap((cell) => nameProblems(cell, { at: parsed.at, cells, owner, imports })),
    ...cycles(cells, owner),
  ];
  return { cells, imports: imports.imports, owner, diagnostics };
}

interface Declaration {
  readonly name: string;
  readonly offset: number;
  readonly cell: ParsedCell;
  readonly imported: boolean;
}

function owners(parsed: Parsed, facts: readonly CellFacts[], { imports, verbs }: Imports) {
  const { cells, at } = parsed;
  const declarations: Declaration[] = [
    ...imports.map(({ local, offset, cell }) => ({
      name: local,
      offset,
      cell: cells[cell],
      imported: true,
    })),
    ...cells.flatMap((cell, i) => {
      const scraped = (cell.fault?.declares ?? []).map((name): [string, number] => [name, cell.start]);
      return [...facts[i].defines, ...scraped].map(([name, offset]) => ({
        name,
        offset,
        cell,
        imported: false,
      }));
    }),
  ];
  const first = new Map<string, Declaration>();
  const owner = new Map<string, number>();
  const doubles: Diagnostic[] = [];
  for (const each of declarations) {
    const { name, offset, cell } = each;
    const earlier = first.get(name);
    const says = (message: string, code = "duplicate-name") => {
      const concerned = [...new Set([earlier?.cell.id ?? cell.id, cell.id])];
      doubles.push({ level: "error", ...at(offset), code, message, cells: concerned });
    };
    if (verbs.has(name)) says(`${cellNamed(cell.name)} declares ${name}, a name of plateau: rename it`);
    else if (earlier) {
      says(`duplicate name: ${name} (${whereOf(earlier, at)}, ${whereOf(each, at)}): rename one`);
    } else {
      first.set(name, each);
      if (!each.imported) owner.set(name, cell.id);
    }
  }
  return { owner, doubles };
}

const whereOf = ({ imported, cell, offset }: Declaration, at: Parsed["at"]): string =>
  `${imported ? "import" : "cell"} ${imported ? "in " : ""}${cell.name}, line ${at(offset).line}`;

function link(
  cell: ParsedCell,
  facts: CellFacts,
  owner: ReadonlyMap<string, number>,
  imports: Imports,
): Omit<LinkedCell, "needs"> {
  const locals = new Set(imports.imports.map((each) => each.local));
  const own = new Set([...facts.defines.keys()]);
  const free = [...facts.references.free.values()].filter((each) => !own.has(each.name));
  const reads = free.filter((each) => owner.has(each.name) && owner.get(each.name) !== cell.id);
  const uses = free.filter((each) => locals.has(each.name) && !owner.has(each.name));
  const globals = free.filter((each) => !owner.has(each.name) && !locals.has(each.name));
  const verbs = free.filter((each) => imports.verbs.has(each.name));
  return {
    ...cell,
    ...facts,
    reads: reads.map((each) => each.name),
    uses: new Map(uses.map((each) => [each.name, each])),
    verbs: new Map(verbs.map((each) => [each.name, imports.verbs.get(each.name)!])),
    globals: globals.filter((each) => each.certain && !imports.verbs.has(each.name)).map((e) => e.name),
  };
}
