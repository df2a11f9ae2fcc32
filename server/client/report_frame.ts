/** The page of a report around its cells: nothing but the article, drawn before scripts ran. */
import type { PageNotebook } from "../../lib/notebook/wire.ts";
import type { Recording } from "../../lib/report/recording.ts";
import type { CellView } from "./cell_view.ts";
import type { PageFrame } from "./page_frame.ts";
import { reportValueView } from "./report_figure.ts";
import { statedInput } from "./report_input.ts";

/** @param recording what the page shows; its inputs that no state was computed for stay as they are */
export function reportFrame(recording: Recording): PageFrame {
  const fixed = fixedInputs(recording);
  const nothing = () => {};
  return {
    article: (article) => cellsIn(article),
    loaded: nothing,
    connected: nothing,
    kernel: nothing,
    problems: nothing,
    overview: dropStills,
    fixed: () => fixed,
    input: (name, input) => statedInput(recording, name, input),
    view: reportValueView,
  };
}

const cellsIn = (article: HTMLElement): Map<string, HTMLElement> =>
  new Map(
    [...article.querySelectorAll<HTMLElement>("[data-cell]")].map((node) => [node.dataset.cell!, node]),
  );

/** A drawing that came with the file goes when the cell has drawn itself; until then the style sheet hides one of them. */
export function dropStills(views: readonly Pick<CellView, "node">[]): void {
  for (const { node } of views) {
    const out = node.querySelector(":scope > .out")!;
    const stills = [...out.children].filter((child) => child.matches(".still"));
    if (stills.length < out.children.length) { for (const still of stills) still.remove(); }
  }
}

/** Inputs of the server's cells that no state was computed for, and why they cannot be moved. */
export function fixedInputs(
  { notebook, groups, frozen }: Pick<Recording, "groups" | "frozen"> & {
    readonly notebook: Pick<PageNotebook, "toServer">;
  },
): ReadonlyMap<string, string> {
  const moved = new Set(groups.flatMap(({ inputs }) => inputs));
  return new Map(
    notebook.toServer.filter((name) => !moved.has(name)).map((name) => [name, reason(frozen[name])]),
  );
}

function reason(why = "the server reads it"): string {
  return `Fixed in this report: ${why.replace(/\.$/, "")}.`;
}
