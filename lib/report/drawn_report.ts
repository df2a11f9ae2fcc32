/** What a report file shows before any script runs. Reading it runs nothing, and asks nothing of what lies inside. */
import { parseHTML } from "linkedom";
import { type CellOutput, cellOutputs } from "./cell_outputs.ts";
import { lightTokens, type Tokens } from "./light_colors.ts";
import { NotAReport } from "./sections.ts";

export interface DrawnReport {
  readonly title: string;
  readonly dek: string;
  /** what the cells show at full width, by their names, in the order of the page */
  readonly outputs: ReadonlyMap<string, readonly CellOutput[]>;
  /** colours of the light theme */
  readonly tokens: Tokens;
}

/** How much a page shows. */
export interface PageCounts {
  readonly figures: number;
  readonly tables: number;
}

/** Figures and tables of a report's page, by what its cells show. */
export function pageCounts({ outputs }: DrawnReport): PageCounts {
  const kinds = [...outputs.values()].flat().map(({ kind }) => kind);
  const count = (kind: CellOutput["kind"]) => kinds.filter((each) => each === kind).length;
  return { figures: count("figure"), tables: count("table") };
}

/**
 * Reads a report's page.
 * @param html text of the file
 * @throws NotAReport for a text that is none
 * @example
 * ```ts ignore
 * const { outputs } = drawnReport(await Deno.readTextFile("report.html"));
 * outputs.get("finding");
 * ```
 */
export function drawnReport(html: string): DrawnReport {
  // the packed parts are most of a file, and no part of the page
  const { document } = parseHTML(html.replaceAll(/(<script\b[^>]*>)[^<]*(?=<\/script>)/gi, "$1"));
  const main = document.querySelector("main.report");
  if (main === null) throw new NotAReport("it has no page of one");
  const outputs = new Map<string, readonly CellOutput[]>();
  for (const cell of main.querySelectorAll(".cell[data-cell]")) {
    const still = cell.querySelector(".out > .still:not(.narrow)");
    outputs.set(cell.getAttribute("data-cell")!, still === null ? [] : cellOutputs(still.innerHTML));
  }
  const words = (selector: string) => (main.querySelector(selector)?.textContent ?? "").trim();
  const sheet = [...document.querySelectorAll("head > style")].map((style) => style.textContent).join("\n");
  return { title: words("h1"), dek: words(".dek"), outputs, tokens: lightTokens(sheet) };
}
