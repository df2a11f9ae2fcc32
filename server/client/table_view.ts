/** A table on the page, with symbols, bars, pips, small lines, and columns that sort. */
import type { Column, Table, TableCell } from "../../lib/charts/chart.ts";
import { thousands } from "../../lib/charts/format.ts";
import { palette } from "../../lib/charts/palette.ts";
import { element } from "./element.ts";
import { keyMark } from "./key_mark.ts";
import { sparkMark } from "./spark.ts";
import type { View } from "./view.ts";

/** Rows may hold bare strings and numbers: they stand for their text. */
const filled = (cell: TableCell | string | number): TableCell =>
  typeof cell === "object" ? cell : { text: String(cell), value: cell };

type Sorted = NonNullable<Table["sorted"]>;

export function isTable(value: unknown): value is Table {
  return typeof value === "object" && value !== null && (value as Table).type === "table";
}

function meter(share: number, policy: TableCell["policy"]): HTMLElement {
  const bar = element("span", { class: "meter opt" });
  bar.style.setProperty("--v", String(Math.min(1, Math.max(0, share))));
  if (policy !== undefined) bar.style.setProperty("--c", palette[policy].color);
  return bar;
}

function pips({ done, of }: NonNullable<TableCell["pips"]>): HTMLElement {
  const row = element("span", { class: "pips", "aria-hidden": "true" });
  row.style.setProperty("--n", String(of));
  row.style.setProperty("--k", String(done));
  return row;
}

/** Characters past which words break into lines where the page is narrow. */
const LONG = 28;

function cellElement(given: TableCell, column: Column): HTMLElement {
  const cell = filled(given), right = column.align === "right";
  const long = !right && cell.text.length + (cell.sub?.length ?? 0) > LONG;
  const classes = [right && "r", column.optional && "opt", cell.mono && "mono", long && "long"];
  const place = element("td", { class: classes.filter(Boolean).join(" ") || undefined });
  if (cell.policy !== undefined) place.append(keyMark(cell.policy));
  if (cell.meter !== undefined) place.append(meter(cell.meter.share, cell.meter.policy));
  if (cell.pips !== undefined) place.append(pips(cell.pips), " ");
  if (cell.spark !== undefined) place.append(sparkMark(cell.spark));
  if (cell.state !== undefined) place.append(element("span", { class: `state ${cell.state}` }, cell.text));
  else if (cell.meter !== undefined) place.append(element("span", { class: "num" }, cell.text));
  else place.append(cell.text);
  if (cell.sub !== undefined) place.append(element("span", { class: "sub opt" }, cell.sub));
  return place;
}

/** Rows in the order of a column: numbers by size, words by letter, and what is missing last. */
export function sortRows(rows: Table["rows"], { column, ascending }: Sorted): Table["rows"] {
  const valueOf = (row: readonly TableCell[]) => {
    const cell = filled(row[column] ?? "");
    return cell.value === undefined ? cell.text : cell.value;
  };
  const missing = (value: unknown) => value === null || value === undefined || Number.isNaN(value);
  return [...rows].sort((left, right) => {
    const [a, b] = [valueOf(left), valueOf(right)];
    if (missing(a) || missing(b)) return Number(missing(a)) - Number(missing(b));
    const order = typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b));
    return ascending ? order : -order;
  });
}

/** Rows that are drawn; and rows up to which a column can be sorted by hand. */
const DRAWN = 1_000;
const SORTED = 20_000;

/** One table in one place; the order that the reader chose outlives new data. */
class TableFigure implements View {
  readonly node = element("div", { class: "scroll", tabindex: 0, role: "region" });
  #table: Table;
  #chosen: Sorted | null = null;

  constructor(table: Table) {
    this.#table = table;
    this.#draw();
  }

  update(value: unknown): boolean {
    if (!isTable(value)) return false;
    const sameColumns = value.columns.map((column) => column.label).join("\n") ===
      this.#table.columns.map((column) => column.label).join("\n");
    this.#table = value;
    if (!sameColumns) this.#chosen = null;
    this.#draw();
    return true;
  }

  #sortBy(column: number): void {
    const now = this.#chosen ?? this.#table.sorted;
    this.#chosen = { column, ascending: now?.column === column ? !now.ascending : true };
    this.#draw();
    this.node.querySelectorAll<HTMLElement>("th")[column]?.querySelector("button")?.focus();
  }

  #heading(column: Column, index: number): HTMLElement {
    const sorted = this.#chosen ?? this.#table.sorted;
    const here = sorted?.column === index ? sorted : null;
    const label = here ? `${column.label} ${here.ascending ? "↑" : "↓"}` : column.label;
    const classes = [column.align === "right" && "r", column.optional && "opt"].filter(Boolean).join(" ");
    const heading = element("th", {
      scope: "col",
      class: classes || undefined,
      "aria-sort": here ? (here.ascending ? "ascending" : "descending") : undefined,
    });
    if (!column.sortable || this.#table.rows.length > SORTED) {
      heading.append(label);
      return heading;
    }
    const button = element("button", { type: "button" }, label);
    button.addEventListener("click", () => this.#sortBy(index));
    heading.append(button);
    return heading;
  }

  #draw(): void {
    const { columns, rows, caption, empty } = this.#table;
    this.node.setAttribute("aria-label", caption ?? columns.map((column) => column.label).join(", "));
    if (rows.length === 0 && empty !== undefined) {
      this.node.replaceChildren(element("div", { class: "empty" }, empty));
      return;
    }
    const head = element(
      "thead",
      {},
      element("tr", {}, ...columns.map((each, index) => this.#heading(each, index))),
    );
    // Without a choice of the reader the rows stand as they came: their maker sorted them, ties included.
    const ordered = this.#chosen === null ? rows : sortRows(rows, this.#chosen);
    const body = element("tbody", {});
    for (const row of ordered.slice(0, DRAWN)) {
      body.append(
        element("tr", {}, ...row.map((cell, index) => cellElement(cell, columns[index] ?? { label: "" }))),
      );
    }
    const title = caption === undefined ? null : element("caption", {}, caption);
    const more = `output cut at ${thousands(DRAWN)} of ${thousands(rows.length)} rows`;
    const cut = rows.length > DRAWN && element("p", { class: "meta" }, more);
    this.node.replaceChildren(element("table", {}, title, head, body), ...(cut ? [cut] : []));
  }
}

export function tableView(table: Table): View {
  return new TableFigure(table);
}
