/** A cell titled `test …` checks what the notebook says. Only `plateau test` runs it: it is no part of page or run. */
import { cellNamed } from "./cell_named.ts";
import type { Cell, Diagnostic, Notebook } from "./notebook.ts";

const TITLE = /^test\s+(?=\S)/;

/**
 * What a test is called: the title without `test`; undefined for any other cell.
 * @example
 * ```ts
 * import { testName } from "./test_cell.ts";
 * testName({ kind: "code", name: "test halves the rate" }); // "halves the rate"
 * testName({ kind: "code", name: "testing" }); // undefined
 * ```
 */
export function testName({ kind, name }: Pick<Cell, "kind" | "name">): string | undefined {
  return kind === "code" && TITLE.test(name) ? name.replace(TITLE, "") : undefined;
}

/** The notebook as its page and a run of it know it. Its text, and so the lines of its cells, stay what they are. */
export function withoutTests(notebook: Notebook): Notebook {
  return { ...notebook, cells: notebook.cells.filter((cell) => testName(cell) === undefined) };
}

type Reader = Pick<Cell, "id" | "kind" | "name" | "line" | "reads">;

/** For placement: a test decides nothing about where the cells run that it reads. */
export const readingNothing = <C extends Reader>(cell: C): C =>
  testName(cell) === undefined ? cell : { ...cell, reads: [] };

/** Cells that read what a test declares, which is there for tests alone. */
export function readsOfTests(cells: readonly Reader[], owner: ReadonlyMap<string, number>): Diagnostic[] {
  return cells.filter((cell) => testName(cell) === undefined).flatMap((cell) =>
    cell.reads.flatMap((name): Diagnostic[] => {
      const maker = cells[owner.get(name)!];
      if (testName(maker) === undefined) return [];
      const message =
        `${cellNamed(cell.name)} (line ${cell.line}) reads ${name} of ${cellNamed(maker.name)} ` +
        `(line ${maker.line}), which only plateau test runs: declare ${name} in a cell that is no test`;
      const place = { line: cell.line, column: 1 };
      return [{ level: "error", ...place, code: "reads-test", message, cells: [cell.id, maker.id] }];
    })
  );
}
