/** Charts and tables of a report: numbered by the style sheet, with a caption and what can be downloaded. */
import type { Chart, Table } from "../../lib/charts/chart.ts";
import { slug } from "../pages/words.ts";
import { chartView, isChart } from "./chart_view.ts";
import { element } from "./element.ts";
import { CHART_FILES, chartFile, type FigureFile, TABLE_FILES, tableFile } from "./figure_save.ts";
import { saveFile } from "./save_file.ts";
import { pngBlob } from "./svg_file.ts";
import { isTable, tableView } from "./table_view.ts";
import { valueView } from "./value_view.ts";
import type { View } from "./view.ts";
import { sentence } from "./sentence.ts";

/** @param cell the element of the cell that displays the value */
export function reportValueView(value: unknown, cell: HTMLElement): View {
  if (isChart(value)) return chartFigure(value, cell);
  if (isTable(value)) return tableFigure(value, cell);
  if (value instanceof Element && value.localName === "canvas") {
    return canvasFigure(value as HTMLCanvasElement, cell);
  }
  return valueView(value, cell);
}

function chartFigure(chart: Chart, cell: HTMLElement): View {
  const view = chartView(chart, cell);
  const save = async (kind: FigureFile) =>
    saveFile(await chartFile(chart, kind, cell), fileName(cell, chart.title, kind));
  const caption = new Caption(CHART_FILES, save);
  const say = () => caption.say(sentence(chart.meta ?? chart.alt), chart.empty === undefined);
  say();
  view.node.append(caption.node);
  return {
    ...passedOn(view),
    update(next) {
      if (!isChart(next) || !view.update!(next)) return false;
      chart = next;
      say();
      return true;
    },
  };
}

function tableFigure(table: Table, cell: HTMLElement): View {
  const view = tableView(table);
  const save = (kind: FigureFile) =>
    saveFile(tableFile(table, kind), fileName(cell, table.caption ?? "table", kind));
  const caption = new Caption(TABLE_FILES, save);
  const say = () => caption.say(sentence(table.caption || wordsFor(table, cell)), table.rows.length > 0);
  say();
  return {
    ...passedOn(view),
    node: element("figure", { class: "table" }, view.node, caption.node),
    update(next) {
      if (!isTable(next) || !view.update!(next)) return false;
      table = next;
      say();
      return true;
    },
  };
}

/** For a table without a caption: the name of its cell, or where that has none what its columns are. */
function wordsFor({ columns }: Table, cell: HTMLElement): string {
  const name = cell.dataset.cell ?? "";
  return /^(cell \d+)?$/.test(name) ? columns.map(({ label }) => label).filter(Boolean).join(", ") : name;
}

/** What a script painted: there is a picture of it, and neither lines nor numbers. */
function canvasFigure(canvas: HTMLCanvasElement, cell: HTMLElement): View {
  const name = canvas.getAttribute("aria-label") ?? "";
  const save = async () => saveFile(await pngBlob(canvas), fileName(cell, name, "png"));
  const caption = new Caption(["png"], save);
  caption.say(sentence(name), true);
  return {
    node: element("figure", { class: "chart" }, valueView(canvas, cell).node, caption.node),
    update: (next) => next === canvas,
  };
}

const passedOn = (view: View): View => ({ node: view.node, close: () => view.close?.() });

const fileName = (cell: HTMLElement, title: string, kind: FigureFile): string =>
  `${slug(`${cell.dataset.cell} ${title}`)}.${kind}`;

/** Files of a chart that have its numbers, as `chartNumbers` gives them. */
const THINNED: readonly FigureFile[] = ["csv", "json"];
const THINNED_WORDS = "Of a curve with more than 4,096 values a thinner one, its extremes kept";

/** What stands under a figure. */
class Caption {
  readonly #words = element("span");
  readonly #saves: HTMLElement;
  readonly node: HTMLElement;

  constructor(kinds: readonly FigureFile[], save: (kind: FigureFile) => unknown) {
    const buttons = kinds.map((kind) => {
      const name = kind.toUpperCase();
      const button = element("button", { type: "button", class: "bare", "data-save": kind }, name);
      button.setAttribute("aria-label", `Download ${name}`);
      if (kinds === CHART_FILES && THINNED.includes(kind)) button.title = THINNED_WORDS;
      button.addEventListener("click", () => save(kind));
      return button;
    });
    this.#saves = element("span", { class: "saves" }, element("span", {}, "Download"), ...buttons);
    this.node = element("figcaption", {}, this.#words, this.#saves);
  }

  /** @param drawn whether there is anything to download */
  say(words: string, drawn: boolean): void {
    this.#words.textContent = words;
    this.#saves.hidden = !drawn;
  }
}
