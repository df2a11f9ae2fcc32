/** The list of runs: only the rows in view are in the document, so that thousands scroll as one does. */
import { decimals, thousands } from "../../lib/charts/format.ts";
import type { RunRow } from "../../lib/store/store.ts";
import { agoShort } from "../pages/words.ts";
import { element } from "./element.ts";
import { keyMark } from "./key_mark.ts";
import { rowWindow } from "./row_window.ts";
import type { SortColumn, Sorting } from "./runs_state.ts";

/** What is shown of the runs now. */
export interface Listed {
  /** in their order */
  readonly rows: readonly RunRow[];
  readonly chosen: ReadonlySet<string>;
  readonly pinned: ReadonlySet<string>;
  readonly sort: Sorting;
  /** instead of rows, when there are none */
  readonly empty: string;
}

export interface ListHooks {
  /** runs were put in or taken out of the comparison */
  choose(ids: readonly string[], chosen: boolean): void;
  pin(id: string): void;
  /** the pointer is over a run of the list; null: over none */
  hover(id: string | null): void;
  sort(column: SortColumn): void;
}

export interface RunsList {
  show(listed: Listed): void;
  /** the line of a run is pointed at; null: none */
  point(id: string | null): void;
}

const COLUMNS: readonly { readonly column: SortColumn; readonly label: string; readonly class: string }[] = [
  { column: "run", label: "run", class: "" },
  { column: "best", label: "best loss", class: "r" },
  { column: "stopped", label: "stopped", class: "r opt" },
  { column: "ago", label: "ago", class: "r" },
];
/** Lines that a picture shows in colour; among more, those that are pinned. */
const DISTINCT = 8;
const MINUTE_MS = 60_000;

const state = (kind: string, word: string) => element("span", { class: `state ${kind}` }, word);

/** A number, or the word for what prevents it. */
function bestCell({ best, state: how }: RunRow): Node | string {
  if (how === "diverged" || how === "failed") return state("error", how);
  return decimals(best?.value ?? null);
}

function stoppedCell({ step, state: how }: RunRow): Node | string {
  return how === "interrupted" ? state("stale", how) : thousands(step);
}

function agoCell({ updated, state: how }: RunRow): Node | string {
  if (how === "running") return state("running", how);
  return agoShort(updated, Date.now());
}

/** Characters of a long name's end that are always seen: names of runs often differ there alone. */
const TAIL = 9;
const LONG_NAME = 18;

function nameParts(name: string): HTMLElement[] {
  const characters = [...name];
  if (characters.length <= LONG_NAME) return [element("span", { class: "start" }, name)];
  const start = characters.slice(0, -TAIL).join(""), end = characters.slice(-TAIL).join("");
  return [element("span", { class: "start" }, start), element("span", { class: "end" }, end)];
}

/** One run; its cells are filled when the run or its place in the comparison changes. */
class Row {
  readonly box = element("input", { type: "checkbox" });
  readonly name = element("span", { class: "mono name" });
  readonly tags = element("span", { class: "sub" });
  readonly pin = element("button", { type: "button", class: "bare pin" });
  readonly #cells = COLUMNS.map((column) => element("td", { class: column.class || undefined }));
  readonly node = element("tr", {}, element("td", {}, this.box), ...this.#cells);
  #shown = "";
  #fixed = "";

  constructor(readonly id: string) {
    this.node.dataset.run = id;
    this.#cells[3].classList.add("meta");
  }

  show(row: RunRow, chosen: boolean, pinned: boolean, crowd: boolean): void {
    this.box.checked = chosen;
    const key = `${row.version} ${chosen} ${pinned} ${crowd} ${Math.floor(Date.now() / MINUTE_MS)}`;
    if (key === this.#shown) return;
    this.#shown = key;
    this.#fix(row);
    this.node.setAttribute("aria-selected", String(chosen));
    this.pin.hidden = !pinned && !(chosen && crowd);
    this.pin.textContent = pinned ? "pinned" : "pin";
    this.pin.setAttribute("aria-pressed", String(pinned));
    this.#cells[1].replaceChildren(bestCell(row));
    this.#cells[2].replaceChildren(stoppedCell(row));
    this.#cells[3].replaceChildren(agoCell(row));
  }

  /** What seldom changes. */
  #fix({ name, kind, tags, rule, because, from }: RunRow): void {
    const key = JSON.stringify([name, kind, tags, rule, because, from]);
    if (key === this.#fixed) return;
    this.#fixed = key;
    this.box.setAttribute("aria-label", `Compare ${name}`);
    this.pin.setAttribute("aria-label", `Pin ${name}`);
    this.name.replaceChildren(...nameParts(name));
    this.tags.textContent = tags.join(" ");
    this.#cells[0].title = [name, rule, because, from].filter(Boolean).join("\n");
    this.#cells[0].replaceChildren(
      element("div", { class: "run" }, keyMark(kind), this.name, this.tags, this.pin),
    );
  }
}

class VirtualList implements RunsList {
  readonly #head = element("tr");
  readonly #empty = element("div", { class: "empty" });
  readonly #rows = new Map<string, Row>();
  readonly #window;
  #listed: Listed | null = null;
  #sorted = "";
  /** where a range of runs begins, when Shift is held */
  #anchor: string | null = null;

  constructor(readonly place: HTMLElement, readonly hooks: ListHooks) {
    this.#window = rowWindow(place, { head: this.#head, columns: 5, row: (index) => this.#row(index) });
    place.append(this.#empty);
    this.#window.body.addEventListener("click", (event) => this.#click(event));
    this.#window.body.addEventListener("mousedown", (event) => {
      if (event.shiftKey) event.preventDefault(); // a range of runs is meant, not of text
    });
    this.#window.body.addEventListener("pointerover", (event) => {
      hooks.hover((event.target as Element).closest<HTMLElement>("tr")?.dataset.run ?? null);
    });
    this.#window.body.addEventListener("pointerleave", () => hooks.hover(null));
    this.#window.body.addEventListener("keydown", (event) => this.#move(event));
    setInterval(() => this.#draw(), MINUTE_MS); // what was a minute ago is two minutes ago
  }

  show(listed: Listed): void {
    this.#listed = listed;
    this.#window.table.hidden = listed.rows.length === 0;
    this.#empty.hidden = listed.rows.length > 0;
    this.#empty.textContent = listed.empty;
    this.#heading(listed.sort);
    const ids = new Set(listed.rows.map(({ id }) => id));
    for (const id of this.#rows.keys()) if (!ids.has(id)) this.#rows.delete(id);
    this.#draw();
  }

  point(id: string | null): void {
    for (const node of this.#window.body.querySelectorAll(".pointed")) node.classList.remove("pointed");
    if (id !== null) this.#rows.get(id)?.node.classList.add("pointed");
  }

  #heading(sort: Sorting): void {
    const key = `${sort.column} ${sort.ascending}`;
    if (key === this.#sorted) return;
    this.#sorted = key;
    const focused = this.#head.contains(document.activeElement);
    const headings = COLUMNS.map(({ column, label, class: name }) => {
      const here = sort.column === column;
      const text = here ? `${label} ${sort.ascending ? "↑" : "↓"}` : label;
      const button = element("button", { type: "button" }, text);
      button.addEventListener("click", () => this.hooks.sort(column));
      const order = here ? (sort.ascending ? "ascending" : "descending") : undefined;
      return element("th", { scope: "col", class: name || undefined, "aria-sort": order }, button);
    });
    this.#head.replaceChildren(element("th", {}, element("span", { class: "sr" }, "Compare")), ...headings);
    if (focused) this.#head.querySelector<HTMLElement>("[aria-sort] button")?.focus();
  }

  #draw(): void {
    if (this.#listed !== null) this.#window.show(this.#listed.rows.length);
  }

  #row(index: number): HTMLElement {
    const { rows, chosen, pinned } = this.#listed!, row = rows[index], { id } = row;
    let drawn = this.#rows.get(id);
    if (drawn === undefined) this.#rows.set(id, drawn = new Row(id));
    drawn.show(row, chosen.has(id), pinned.has(id), chosen.size > DISTINCT);
    return drawn.node;
  }

  #click(event: MouseEvent): void {
    const target = event.target as Element, id = target.closest<HTMLElement>("tr")?.dataset.run;
    if (id === undefined) return;
    if (target.closest(".pin")) return this.hooks.pin(id);
    const row = this.#rows.get(id)!;
    const chosen = target === row.box ? row.box.checked : !row.box.checked;
    if (target !== row.box && getSelection()?.toString()) return; // a name is being copied
    this.hooks.choose(event.shiftKey ? this.#between(id) : [id], chosen);
    this.#anchor = id;
  }

  /** The runs from the one that was clicked before to this one. */
  #between(id: string): string[] {
    const ids = this.#listed!.rows.map((row) => row.id);
    const from = this.#anchor === null ? -1 : ids.indexOf(this.#anchor), to = ids.indexOf(id);
    return from < 0 ? [id] : ids.slice(Math.min(from, to), Math.max(from, to) + 1);
  }

  /** Up and down go from run to run. */
  #move(event: KeyboardEvent): void {
    const by = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    const id = (event.target as Element).closest<HTMLElement>("tr")?.dataset.run;
    if (by === 0 || id === undefined) return;
    event.preventDefault();
    const rows = this.#listed!.rows, next = rows[rows.findIndex((row) => row.id === id) + by];
    if (next === undefined) return;
    this.#rows.get(next.id)?.box.focus({ preventScroll: true });
    this.#rows.get(next.id)?.node.scrollIntoView({ block: "nearest" });
  }
}

/** Begins a list in its place. */
export const runsList = (place: HTMLElement, hooks: ListHooks): RunsList => new VirtualList(place, hooks);
