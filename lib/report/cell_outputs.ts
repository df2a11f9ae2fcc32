/** What a cell of a report shows, as data, read from its drawing. */
import { parseHTML } from "linkedom";
import { MISSING } from "../charts/format.ts";
import type { Figure } from "./figure_svg.ts";
import { htmlMarkdown } from "./html_markdown.ts";

/** A table as words; `right`: a column of numbers. */
export interface TableText {
  readonly caption: string;
  readonly columns: readonly { readonly label: string; readonly right: boolean }[];
  readonly rows: readonly (readonly string[])[];
}

export type CellOutput =
  | { readonly kind: "prose"; readonly markdown: string; readonly text: string }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "table"; readonly table: TableText }
  | { readonly kind: "figure"; readonly figure: Figure }
  /** inputs as they stand, with unit or chosen word */
  | {
    readonly kind: "inputs";
    readonly inputs: readonly { readonly label: string; readonly value: string }[];
  }
  /** the message that stands in the place of an output */
  | { readonly kind: "error"; readonly name: string; readonly lines: readonly string[] };

/**
 * Reads the drawing of a cell, in its order. Nothing in it is run or fetched.
 * @param drawn HTML of what the cell shows at full width
 * @param failed a message stands in the place of its output
 * @example
 * ```ts
 * import { cellOutputs } from "./cell_outputs.ts";
 * cellOutputs('<pre class="value">42</pre>'); // [{ kind: "text", text: "42" }]
 * ```
 */
export function cellOutputs(drawn: string, failed = false): CellOutput[] {
  const { document } = parseHTML(`<!doctype html><html><body><div>${drawn}</div></body></html>`);
  const root = document.querySelector("div")!;
  // its message is lines of text, the first with the error's name in bold; one that only waits has no name
  const name = failed ? root.querySelector(":scope > p:first-child > b") : null;
  if (name !== null) return [failure(root, name)];
  return [...root.childNodes].flatMap(outputsOf);
}

const wordsOf = (node: Node | null): string => (node?.textContent ?? "").replaceAll(/\s+/g, " ").trim();

function failure(root: Element, name: Element): CellOutput {
  const lines = [...root.querySelectorAll(":scope > p")].map((line, i) =>
    i === 0 ? wordsOf(line).slice(wordsOf(name).length).trim() : wordsOf(line)
  );
  return { kind: "error", name: wordsOf(name), lines: lines.filter(Boolean) };
}

function outputsOf(node: Node): CellOutput[] {
  if (node.nodeType !== 1) return wordsOf(node) === "" ? [] : [{ kind: "text", text: wordsOf(node) }];
  const element = node as Element;
  const broken = element.matches(".error-text") ? element.querySelector(":scope > p:first-child > b") : null;
  if (broken !== null) return [failure(element, broken)];
  if (element.matches(".inputs")) return [{ kind: "inputs", inputs: inputsOf(element) }];
  if (element.matches("form")) return [{ kind: "inputs", inputs: [inputOf(element)] }];
  if (element.matches(".prose")) {
    return [{ kind: "prose", markdown: htmlMarkdown(element), text: (element.textContent ?? "").trim() }];
  }
  if (element.matches("pre")) return [{ kind: "text", text: element.textContent ?? "" }];
  if (element.matches(".scroll, .table") && element.querySelector("table")) return tableOf(element);
  const figures = figuresOf(element);
  return figures.length > 0
    ? figures
    : wordsOf(element) === ""
    ? []
    : [{ kind: "text", text: wordsOf(element) }];
}

/** Drawings in an element, the outermost of each; small ones in words are part of the words. */
function figuresOf(element: Element): CellOutput[] {
  const title = wordsOf(element.querySelector("h2, h3, figcaption > span"));
  const meta = wordsOf(element.querySelector("header > .meta:not([hidden])"));
  const all = [...element.querySelectorAll("svg")].concat(
    element.matches("svg") ? [element as SVGSVGElement] : [],
  );
  const drawings = all.filter((svg) =>
    !svg.parentElement?.closest("svg") && !svg.closest("li, td, th, label") && !svg.matches(".key, .spark")
  );
  return drawings.map((svg, i) => {
    const alt = svg.getAttribute("aria-label") || title || "Figure";
    const [name, line] = i === drawings.length - 1 ? [title, meta] : ["", ""];
    return { kind: "figure", figure: { title: name, meta: line, alt, svg } };
  });
}

function tableOf(place: Element): CellOutput[] {
  const heads = [...place.querySelectorAll("thead th")];
  const columns = heads.map((head) => ({
    label: wordsOf(head).replace(/ [↑↓]$/, ""),
    right: head.matches(".r"),
  }));
  const rows = [...place.querySelectorAll("tbody tr")].map((row) => [...row.children].map(cellText));
  const table = { caption: wordsOf(place.querySelector("caption")), columns, rows };
  const rest = wordsOf(place.querySelector("table ~ p"));
  return [{ kind: "table", table }, ...(rest === "" ? [] : [{ kind: "text", text: rest } as const])];
}

/** Its words, apart where they stand in elements of their own; bars and small lines only repeat them. */
const cellText = (cell: Element): string =>
  [...cell.childNodes].map((node) => node.nodeType === 1 ? ` ${wordsOf(node)} ` : node.textContent ?? "")
    .join("")
    .replaceAll(/\s+/g, " ").trim();

const inputsOf = (grid: Element) => [...grid.querySelectorAll("form")].map(inputOf);

function inputOf(form: Element): { label: string; value: string } {
  const label = wordsOf(form.querySelector(":scope > label"));
  const unit = wordsOf(form.querySelector(".unit"));
  return { label, value: [valueOf(form), unit].filter(Boolean).join(" ") };
}

/** What a field holds stands in its attributes; an empty one says what stands for it. */
function valueOf(form: Element): string {
  const of = (selector: string) => form.querySelector(selector);
  const option = of("option[selected]") ?? of("option");
  if (option !== null) return wordsOf(option);
  if (of("input[type=radio]") !== null) {
    return wordsOf(of("input[type=radio][checked]")?.closest("label") ?? null);
  }
  const box = of("input[type=checkbox]");
  if (box !== null) return box.hasAttribute("checked") ? "on" : "off";
  const field = of("input[type=number], input");
  return field?.getAttribute("value") || field?.getAttribute("placeholder") || MISSING;
}
