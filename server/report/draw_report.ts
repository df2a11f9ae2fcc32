/** From a recording and its parts to the file: the cells are drawn, the page is laid out, and all of it is sealed. */
import type { Report } from "../../lib/report/read_report.ts";
import { sealReport } from "../../lib/report/seal.ts";
import { packSection } from "../../lib/report/pack_section.ts";
import { sectionElement } from "../../lib/report/sections.ts";
import type { ReportTexts } from "../assets.ts";
import { reportPage } from "../pages/report_page.ts";
import { failedCells } from "./failed_cells.ts";
import { type Drawn, prerender } from "./prerender.ts";

export interface DrawnReport {
  /** the whole file */
  readonly html: string;
  readonly cells: Drawn["cells"];
  /** the style sheet of the file */
  readonly style: string;
}

/**
 * @param report its parts; the manifest's `sha256` does not count
 * @param texts style and script of reports
 * @param signal ends it: the promise rejects with its reason
 * @param seconds until the page has to have come to rest; default that of `prerender`
 * @throws PrerenderFailed where the cells cannot be drawn
 */
export async function drawReport(
  { recording, manifest, elements }: Pick<Report, "recording" | "manifest" | "elements">,
  { style, script }: ReportTexts,
  signal?: AbortSignal,
  seconds?: number,
): Promise<DrawnReport> {
  const { notebook } = recording, { made } = manifest;
  const bare = reportPage({ notebook, made, style, sections: elements.recording });
  const { cells, styles } = await prerender(bare, recording, script, { now: made, signal, seconds });
  const whole = [style, ...styles].join("\n");
  const sections = Object.values(elements).join("\n");
  const page = reportPage({
    ...{ notebook, made, sections },
    manifest: { ...manifest, sha256: "" },
    failed: failedCells(recording, cells),
    stills: cells,
    style: whole,
  });
  return { html: sealReport(page), cells, style: whole };
}

/** A page that came to rest where it was made comes to rest here too, however busy the machine is. */
const REDRAW_SECONDS = 60;

/**
 * The file that this very Plateau writes for a report's recording and manifest: where it is not the report itself,
 * somebody has changed its page or its script.
 * @example
 * ```ts ignore
 * const texts = await createAssets().report();
 * await verifyReport(html, { findEngine, draw: (report, signal) => redrawReport(report, texts, signal) });
 * ```
 */
export async function redrawReport(
  report: Report,
  texts: ReportTexts,
  signal?: AbortSignal,
): Promise<string> {
  const client = sectionElement("client", packSection(new TextEncoder().encode(texts.script)));
  return (await drawReport(
    { ...report, elements: { ...report.elements, client } },
    texts,
    signal,
    REDRAW_SECONDS,
  )).html;
}
