/** What is wrong with the file as it was saved: a strip that lists it, and marks at the cells. */
import type { Event, PageNotebook } from "../../lib/notebook/wire.ts";
import { problemsMarkup } from "../pages/notebook_page.ts";
import { announce } from "./announce.ts";
import type { CellView } from "./cell_view.ts";

type Problems = Event & { t: "problems" };

/** Lists all problems of the file. */
export function listProblems(file: string, { diagnostics, loaded }: Problems): void {
  document.getElementById("problems")!.innerHTML = problemsMarkup(file, diagnostics, loaded)?.text ?? "";
}

/**
 * Marks the cells that the page still shows in an earlier version, with what is wrong with a version that is not shown;
 * and types, which keep no version from running.
 */
export function markProblems(
  views: readonly CellView[],
  { loaded, diagnostics, names }: Problems,
  notebook: PageNotebook | null,
): void {
  const named = names ?? notebook?.cells.map((cell) => cell.name) ?? [];
  const errors = diagnostics.filter(({ level, code }) =>
    level === "error" && (!loaded || code.startsWith("TS"))
  );
  for (const view of views) {
    const own = errors.filter(({ cells }) => cells.some((id) => named[id] === view.cell.name));
    if (own.length > 0 && !view.faulty) announce(`${view.cell.name} has an error`);
    view.mark(own);
  }
}
