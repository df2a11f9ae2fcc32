/** The trials of a study as a table of any length, which is sorted by its headings. */
import { clock, decimals, MISSING, thousands } from "../../lib/charts/format.ts";
import { settingText } from "../../lib/charts/parallel_axes.ts";
import type { TrialRow } from "../../lib/store/study_store.ts";
import { address } from "./address.ts";
import { element } from "./element.ts";
import { rowWindow } from "./row_window.ts";
import { tookOf, type TrialColumn, type TrialsState } from "./trials_view.ts";

export interface TrialsShown {
  /** in their order */
  readonly rows: readonly TrialRow[];
  /** paths of the parameters */
  readonly parameters: readonly string[];
  /** whether trials differ in their seed */
  readonly seeds: boolean;
  readonly sort: NonNullable<TrialsState["sort"]>;
  /** instead of rows, when there are none */
  readonly empty: string;
}

export interface TrialsTable {
  show(shown: TrialsShown): void;
}

interface Column {
  readonly column: TrialColumn;
  readonly label: string;
  readonly width: number;
  cell(trial: TrialRow): Node | string;
}

const state = (look: string, words: string) => element("span", { class: `state ${look}` }, words);

function nameCell({ name, run }: TrialRow): Node {
  if (run === null) return element("span", { class: "mono" }, name);
  const href = address(`/runs?runs=${encodeURIComponent(run)}`);
  return element("a", { class: "quiet mono", href, title: `Curve of ${name}` }, name);
}

const bestCell = ({ best }: TrialRow): string => decimals(best?.value ?? null);

/** How far it came; the word for what prevented more. */
function stepCell({ step, state: how }: TrialRow): Node | string {
  if (how === "waiting") return state("queued", step > 0 ? thousands(step) : "waiting");
  if (how === "running") return state("running", thousands(step));
  if (how === "diverged" || how === "failed") return state("error", how);
  if (how !== "pruned" && how !== "stopped") return thousands(step);
  return element("span", {}, element("span", { class: "sub" }, how), ` ${thousands(step)}`);
}

const FIRST: readonly Column[] = [
  { column: "trial", label: "trial", width: 96, cell: nameCell },
  { column: "best", label: "best", width: 76, cell: bestCell },
  { column: "step", label: "steps", width: 100, cell: stepCell },
];
const AT: Column = {
  column: "at",
  label: "best at",
  width: 76,
  cell: ({ best }) => thousands(best?.step ?? null),
};
const SEED: Column = { column: "seed", label: "seed", width: 60, cell: ({ seed }) => String(seed) };
const TOOK: Column = {
  column: "took",
  label: "took",
  width: 68,
  cell: (trial) => {
    const seconds = tookOf(trial);
    return seconds === null ? MISSING : seconds < 10 ? `${seconds.toFixed(1)} s` : clock(seconds);
  },
};

/** A parameter is as wide as its name, within bounds. */
const parameterColumn = (path: string): Column => ({
  column: `=${path}`,
  label: path,
  width: Math.min(168, Math.max(76, 24 + 7 * path.length)),
  cell: ({ parameters }) => parameters[path] === undefined ? MISSING : settingText(parameters[path]),
});

/** Rows kept beside those in view: more are made anew when they are seen again. */
const KEPT = 400;

class Table implements TrialsTable {
  readonly #head = element("tr");
  readonly #columns = element("colgroup");
  readonly #empty = element("div", { class: "empty" });
  readonly #window;
  readonly #rows = new Map<number, { trial: TrialRow; readonly node: HTMLElement }>();
  #shown: TrialsShown | null = null;
  #has: readonly Column[] = [];
  #headed = "";

  constructor(place: HTMLElement, readonly sort: (column: TrialColumn) => void) {
    // so many columns that the rows around those in view always span the table
    this.#window = rowWindow(place, { head: this.#head, columns: 100, row: (index) => this.#row(index) });
    this.#window.table.prepend(this.#columns);
    place.append(this.#empty);
    this.#window.body.addEventListener("keydown", (event) => this.#move(event));
  }

  show(shown: TrialsShown): void {
    this.#shown = shown;
    this.#window.table.hidden = shown.rows.length === 0;
    this.#empty.hidden = shown.rows.length > 0;
    this.#empty.textContent = shown.empty;
    this.#heading(shown);
    if (this.#rows.size > KEPT) this.#rows.clear();
    this.#window.show(shown.rows.length);
  }

  #heading({ parameters, seeds, sort }: TrialsShown): void {
    const key = JSON.stringify([parameters, seeds, sort]);
    if (key === this.#headed) return;
    this.#headed = key;
    this.#has = [...FIRST, ...parameters.map(parameterColumn), AT, ...(seeds ? [SEED] : []), TOOK];
    this.#rows.clear();
    const focused = this.#head.contains(document.activeElement);
    this.#columns.replaceChildren(...this.#has.map(({ width }) => {
      const made = element("col");
      made.style.width = `${width}px`;
      return made;
    }));
    this.#window.table.style.width = `${this.#has.reduce((sum, { width }) => sum + width, 0)}px`;
    this.#head.replaceChildren(...this.#has.map(({ column, label }, i) => {
      const here = sort.column === column, arrow = here ? (sort.ascending ? " ↑" : " ↓") : "";
      const button = element("button", { type: "button", title: label }, label + arrow);
      button.addEventListener("click", () => this.sort(column));
      const order = here ? (sort.ascending ? "ascending" : "descending") : undefined;
      return element("th", { scope: "col", class: i === 0 ? undefined : "r", "aria-sort": order }, button);
    }));
    if (focused) this.#head.querySelector<HTMLElement>("[aria-sort] button")?.focus();
  }

  #row(index: number): HTMLElement {
    const trial = this.#shown!.rows[index], before = this.#rows.get(trial.number);
    if (before?.trial === trial) return before.node;
    const node = before?.node ?? element("tr");
    const cells = this.#has.map(({ cell }, i) =>
      element("td", { class: i === 0 ? undefined : "r" }, cell(trial))
    );
    const focused = node.contains(document.activeElement);
    node.replaceChildren(...cells);
    node.title = trial.because;
    if (focused) node.querySelector("a")?.focus({ preventScroll: true });
    this.#rows.set(trial.number, { trial, node });
    return node;
  }

  /** Up and down go from trial to trial. */
  #move(event: KeyboardEvent): void {
    const row = (event.target as Element).closest("tr");
    const next = event.key === "ArrowDown"
      ? row?.nextElementSibling
      : event.key === "ArrowUp"
      ? row?.previousElementSibling
      : null;
    if (!next) return;
    event.preventDefault();
    next.querySelector("a")?.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  }
}

/** @param sort a heading was pressed */
export const trialsTable = (place: HTMLElement, sort: (column: TrialColumn) => void): TrialsTable =>
  new Table(place, sort);
