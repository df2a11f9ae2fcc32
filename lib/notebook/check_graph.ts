import type { Cell, Notebook, Place } from "./notebook.ts";

/** A code cell as the graph shows it. */
export interface GraphCell {
  readonly name: string;
  /** of its marker */
  readonly line: number;
  readonly place: Place;
  readonly why: string;
  readonly defines: readonly string[];
  /** names of other cells that it reads, and whose they are */
  readonly reads: readonly { readonly name: string; readonly cell: string; readonly line: number }[];
  /** names whose values leave the side that makes them */
  readonly sends: readonly { readonly name: string; readonly to: "page" | "server" }[];
}

/** The code cells of a notebook, in file order, with what connects them. */
export function graphCells({ cells, toBrowser, toServer }: Notebook): GraphCell[] {
  const definers = cells.toReversed().flatMap((cell) =>
    cell.defines.map((name): [string, Cell] => [name, cell])
  );
  const owner = new Map(definers); // the first, when two cells declare a name
  const shown = cells.filter((cell) => cell.kind === "code" || cell.defines.length > 0); // code in prose, a fault
  return shown.map((cell) => ({
    name: cell.name,
    line: cell.line,
    place: cell.place,
    why: cell.why,
    defines: cell.defines,
    reads: cell.reads.map((name) => {
      const { name: of, line } = owner.get(name)!;
      return { name, cell: of, line };
    }),
    sends: [
      ...cell.defines.filter((name) => toBrowser.includes(name)).map((
        name,
      ) => ({ name, to: "page" } as const)),
      ...cell.defines.filter((name) => toServer.includes(name)).map((
        name,
      ) => ({ name, to: "server" } as const)),
    ],
  }));
}

/**
 * The graph as text: a line for each cell with where it runs and why, and under it what it reads and what of it crosses
 * between server and page. No newline at the end.
 */
export function graphText(notebook: Notebook): string {
  const cells = graphCells(notebook);
  const width = (values: readonly string[]) => Math.max(...values.map((value) => value.length));
  const lines = width(["line", ...cells.map(({ line }) => `${line}`)]);
  const names = width(["cell", ...cells.map(({ name }) => name)]);
  const row = (line: string, name: string, place: string, why: string) =>
    `${line.padStart(lines)}  ${name.padEnd(names)}  ${place.padEnd("browser".length)}  ${why}`.trimEnd();
  const note = (text: string) => row("", "", "", text);
  return [
    row("line", "cell", "runs", "because"),
    ...cells.flatMap((cell) => [
      row(`${cell.line}`, cell.name, cell.place, cell.why),
      ...grouped(cell.reads, ({ cell, line }) => `of ${cell}, line ${line}`).map((each) =>
        note(`reads ${each}`)
      ),
      ...grouped(cell.sends, ({ to }) => `to the ${to}`).map((each) => note(`sends ${each}`)),
    ]),
  ].join("\n");
}

/** `x, y of train, line 3`: names that share what is said of them. */
function grouped<T extends { readonly name: string }>(
  items: readonly T[],
  say: (item: T) => string,
): string[] {
  return [...Map.groupBy(items, say)].map(([said, same]) =>
    `${same.map(({ name }) => name).join(", ")} ${said}`
  );
}
