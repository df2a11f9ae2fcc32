import { cellNamed } from "./cell_named.ts";
import type { Diagnostic } from "./notebook.ts";
import type { LinkedCell } from "./graph.ts";
import { isGlobal } from "./graph_globals.ts";
import type { Imports } from "./graph_imports.ts";
import { nearest } from "../nearest.ts";
import type { Parsed } from "./parse.ts";

/** All that a cell's names are judged by. */
export interface Names {
  readonly at: Parsed["at"];
  readonly cells: readonly LinkedCell[];
  readonly owner: ReadonlyMap<string, number>;
  readonly imports: Imports;
}

/** What is wrong with the names that a cell reads and assigns, its order in the file included. */
export function nameProblems(cell: LinkedCell, names: Names): Diagnostic[] {
  return [
    ...reservedNames(cell),
    ...streamsAtHome(cell),
    ...foreignAssignments(cell, names),
    ...foreignChanges(cell, names),
    ...laterNames(cell, names),
    ...disposedNames(cell, names),
    ...unknownNames(cell, names),
    ...verbsByNamespace(cell, names),
  ].map(([code, offset, message]) => ({
    level: "error",
    ...names.at(offset),
    code,
    message,
    cells: [cell.id],
  }));
}

type Problem = readonly [code: string, offset: number, message: string];

/** What a cell gives is an object of its names, and so is what a module exports. */
const RESERVED: Readonly<Record<string, string>> = Object.assign(Object.create(null), {
  then: "an object with that name is taken for a promise",
  ["__proto__"]: "an object has something else of that name",
});

function reservedNames({ name: cell, defines }: LinkedCell): Problem[] {
  return [...defines].filter(([name]) => Object.hasOwn(RESERVED, name)).map(([name, offset]): Problem => {
    return ["reserved-name", offset, `${cellNamed(cell)} declares ${name}: ${RESERVED[name]}: rename it`];
  });
}

function streamsAtHome({ name: cell, streams, references }: LinkedCell): Problem[] {
  return streams.flatMap(({ name, kind }): Problem[] => {
    const use = references.free.get(name);
    if (!use) return [];
    const message = `${
      cellNamed(cell)
    }: ${name} comes from ${kind}(…) and is still a stream here: use it in another cell`;
    return [["stream-in-own-cell", use.start, message]];
  });
}

function foreignAssignments(cell: LinkedCell, { at, cells, owner, imports }: Names): Problem[] {
  return [...cell.references.assigned].flatMap(([name, offset]): Problem[] => {
    if (cell.defines.has(name)) return [];
    const imported = imports.imports.find((each) => each.local === name);
    if (imported) {
      const message = `${cellNamed(cell.name)} assigns ${name}, which line ${imported.line} imports`;
      return [["foreign-assignment", offset, `${message}: declare a name of its own`]];
    }
    if (!owner.has(name) || owner.get(name) === cell.id) return [];
    const maker = whereMade(name, cells[owner.get(name)!], at);
    const message = `${cellNamed(cell.name)} assigns ${name}, which belongs to ${maker}`;
    return [["foreign-assignment", offset, `${message}: declare a name of its own`]];
  });
}

/**
 * As a script the file would read the new value; as cells, those that read a name are given the value that it had when
 * its own cell ended.
 */
function foreignChanges(cell: LinkedCell, { at, cells, owner }: Names): Problem[] {
  return cell.reads.flatMap((name) => {
    const maker = cells[owner.get(name)!];
    return [...assignedBy(name, maker)].flatMap((changed): Problem[] => {
      const reader = cells.find((each) => each !== maker && each.reads.includes(changed));
      if (!reader) return [];
      const offset = cell.references.free.get(name)!.start;
      const message =
        `${cellNamed(cell.name)} uses ${name}, which assigns ${changed} of ${whereMade(changed, maker, at)}` +
        `: ${cellNamed(reader.name)} would not see it; return the new value, or keep it in an object`;
      return [["foreign-assignment", offset, message]];
    });
  });
}

/** Names of a cell that a call of one of its functions assigns, by itself or by those of the cell that it names. */
function assignedBy(name: string, { callables, defines }: LinkedCell): Set<string> {
  const assigned = new Set<string>();
  const called = new Set([name]);
  for (const each of called) {
    const references = callables.get(each)?.references;
    for (const target of references?.assigned.keys() ?? []) if (defines.has(target)) assigned.add(target);
    for (const other of references?.free.keys() ?? []) if (callables.has(other)) called.add(other);
  }
  return assigned;
}

/** What must have its value when the cell runs, but is declared by a cell below it. */
function laterNames(cell: LinkedCell, { at, cells, owner }: Names): Problem[] {
  return [...cell.needs].flatMap(([name, { offset, via }]): Problem[] => {
    const maker = cells[owner.get(name) ?? cell.id];
    if (maker.start <= cell.start || cell.references.assigned.has(name)) return [];
    const through = via.map((each) => `by ${each} of ${whereMade(each, cells[owner.get(each)!], at)}`);
    const read = [...through.reverse(), `in ${cellNamed(cell.name)}, line ${at(offset).line}`].join(
      ", called ",
    );
    const places = `read ${read}, declared in ${whereMade(name, maker, at)}`;
    const message = `used before defined: ${name} (${places}): move ${
      cellNamed(maker.name)
    } up, or check --fix`;
    return [["used-before-defined", offset, message]];
  });
}

/** As a script the file disposes of what `using` declares at its end; as a cell, before others can read it. */
function disposedNames(cell: LinkedCell, { at, cells, owner }: Names): Problem[] {
  return cell.reads.flatMap((name): Problem[] => {
    const maker = cells[owner.get(name)!];
    if (!maker.disposed.includes(name)) return [];
    const message = `${cellNamed(cell.name)} reads ${name}, which ${
      whereMade(name, maker, at)
    }, declares by using`;
    const offset = cell.references.free.get(name)!.start;
    return [[
      "disposed-name",
      offset,
      `${message} and disposes of at its end: write const, or join the cells`,
    ]];
  });
}

function unknownNames(cell: LinkedCell, { owner, imports }: Names): Problem[] {
  const locals = imports.imports.map((each) => each.local);
  return cell.globals.filter((name) => !isGlobal(name)).map((name): Problem => {
    const like = nearest(name, [...owner.keys(), ...locals, ...imports.verbs.keys()]);
    const hint = like ? `did you mean ${like}?` : "no cell declares it, and no import";
    const { start } = cell.references.free.get(name)!;
    return ["unknown-name", start, `unknown name: ${name} (${hint}), in ${cellNamed(cell.name)}`];
  });
}

/** Each cell gets verbs of its own, which a namespace of the module cannot give. */
function verbsByNamespace(cell: LinkedCell, { imports }: Names): Problem[] {
  return imports.imports.flatMap(({ local, kind, specifier }): Problem[] => {
    const use = cell.references.free.get(local);
    if (kind !== "namespace" || specifier !== "plateau" || !use) return [];
    const verb = [...use.members.keys()].find((name) => ["view", "live", "display", "signal"].includes(name));
    if (!verb) return [];
    const message = `${cellNamed(cell.name)}: ${local}.${verb}: write import { ${verb} } from "plateau"`;
    return [["verb-by-namespace", use.start, message]];
  });
}

/** `cell train, line 22`: the line of the name's declaration, where the cell's text could be parsed. */
export function whereMade(name: string, cell: LinkedCell, at: Parsed["at"]): string {
  const offset = cell.defines.get(name);
  return `${cellNamed(cell.name)}, line ${offset === undefined ? cell.line : at(offset).line}`;
}
