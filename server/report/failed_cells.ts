/** The cells of a report that failed, for whoever makes it. */
import type { Recording } from "../../lib/report/recording.ts";
import type { Stills } from "../pages/report_article.ts";

/** What the drawing found: the fault of a cell of the page, by key. */
type Drawn = Readonly<Record<keyof Stills, { readonly error?: string }>>;

/**
 * One line for each cell that failed by itself, in the order of the file: `cell data at line 12: NotFound: …`. Those of
 * the page fail when they are drawn. What only waits for another is left out.
 * @example
 * ```ts ignore
 * failedCells(recording, drawn.cells); // ["cell data at line 12: NotFound: No such file or directory"]
 * ```
 */
export function failedCells({ notebook, events }: Recording, drawn: Drawn): string[] {
  const last = new Map(events.flatMap((event) => event.t === "state" ? [[event.cell, event] as const] : []));
  return notebook.cells.flatMap(({ key, name, line }) => {
    const { state, error } = last.get(key) ?? {};
    const at = (place: number, what: string) => [`cell ${name} at line ${place}: ${inLine(what)}`];
    if (state !== "error") {
      const fault = drawn[key]?.error;
      return fault === undefined ? [] : at(line, fault);
    }
    if (error?.waitsFor !== undefined) return [];
    return at(error?.line ?? line, error ? `${error.name}: ${error.message}` : "failed");
  });
}

const inLine = (text: string): string => text.trim().replaceAll(/\s+/g, " ");
