/** Cells as they were drawn beforehand beside what the browser makes of them. */
import type { Page } from "playwright-core";
import type { ExportedReport } from "../../server/report/export_report.ts";

/**
 * A cell as text, element by element: names, words, attributes, and what its controls hold. Ids count up in each
 * document, and a style is written by each engine in its own way. Of charts a tenth of a pixel counts.
 */
function asText(root: ParentNode): string[] {
  const lines: string[] = [];
  const rest = (element: Element) =>
    [...element.attributes]
      .filter(({ name, value }) =>
        !["id", "for", "name", "style", "value", "checked", "selected", "clip-path"].includes(name) &&
        !(name === "class" && value === "")
      )
      .map(({ name, value }) => `${name}=${element.closest("svg.plot") ? tenths(value) : value}`).sort()
      .join(" ");
  const tenths = (value: string) =>
    value.replace(/-?\d*\.\d+/g, (number) => String(Math.round(10 * Number(number)) / 10));
  const held = (element: Element) => {
    if (element instanceof HTMLInputElement) return `${element.value} ${element.checked}`;
    if (element instanceof HTMLSelectElement) return `${element.selectedIndex} ${element.value}`;
    return "";
  };
  const walk = (node: Node, depth: number) => {
    const space = " ".repeat(depth);
    if (node instanceof Text) {
      if (node.data.trim() !== "") lines.push(space + node.data);
    } else if (node instanceof Element) {
      if (node.matches(".still")) return;
      if (node.matches("canvas")) { // what is painted is words in a drawing
        lines.push(`${space}<div class=empty>`, `${space} A picture that is drawn where scripts run.`);
        return;
      }
      lines.push(`${space}<${node.localName} ${rest(node)}> ${held(node)}`.trimEnd());
      node.childNodes.forEach((child) => walk(child, depth + 1));
    }
  };
  root.childNodes.forEach((child) => walk(child, 0));
  return lines;
}

/** What a cell of an open report shows now, and what its drawing would. */
export async function bothTexts(
  page: Page,
  name: string,
  drawn: string,
): Promise<{ live: string[]; still: string[] }> {
  return await page.evaluate(
    ([name, drawn, source]) => {
      const asText = (0, eval)(`(${source})`) as (root: ParentNode) => string[];
      const cell = document.querySelector(`[data-cell="${name}"]`)!;
      const message = cell.querySelector(".out.replaced + .error-text, .out.replaced + .empty");
      const box = document.createElement("div");
      if (message !== null) box.append(message.cloneNode(true));
      const still = new DOMParser().parseFromString(drawn, "text/html").body;
      return { live: asText(message === null ? cell.querySelector(".out")! : box), still: asText(still) };
    },
    [name, drawn, String(asText)] as const,
  );
}

/** The open report has drawn itself: no drawing stands in a cell that can draw, and none is at work. */
export async function drawnAnew(page: Page): Promise<void> {
  await page.waitForSelector("html[data-loaded]");
  await page.waitForFunction(() =>
    document.querySelector(".out:not(.replaced) > .still") === null &&
    document.querySelector('[data-state="running"], [data-state="queued"]') === null
  );
}

/** Sets the width of the open report so that its figures are this wide, and waits until they are. */
export async function figuresAt(page: Page, width: number, gutters: number): Promise<void> {
  await page.setViewportSize({ width: width + gutters, height: 900 });
  await page.waitForFunction(
    (width) =>
      [...document.querySelectorAll(".out > figure > svg.plot")].every((each) =>
        each.getAttribute("width") === String(width)
      ),
    width,
  );
}

/** The names of cells whose drawing is not what the browser shows, each with the first line that differs. */
export async function otherThanDrawn(
  page: Page,
  { recording, cells }: Pick<ExportedReport, "recording" | "cells">,
  side: "wide" | "narrow",
): Promise<string[]> {
  const found: string[] = [];
  for (const { name, key } of recording.notebook.cells) {
    if (cells[key] === undefined) continue;
    const { live, still } = await bothTexts(page, name, cells[key][side]);
    const at = Array.from({ length: Math.max(live.length, still.length) }, (_, i) => i)
      .find((i) => live[i] !== still[i]);
    if (at !== undefined) {
      found.push(`${name}, ${side}, line ${at}: ${still[at]} was drawn, ${live[at]} is shown`);
    }
  }
  return found;
}
