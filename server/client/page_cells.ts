/** The cells that a page shows, each with its element: through saves they keep what they show. */
import type { PageCell, PageNotebook } from "../../lib/notebook/wire.ts";
import { layoutKey, renameCell } from "./article_update.ts";
import { type Around, CellView } from "./cell_view.ts";
import type { PageFrame } from "./page_frame.ts";

export class PageCells {
  readonly #byName = new Map<string, CellView>();
  readonly #byKey = new Map<string, CellView>();
  #layout = "";
  #notebook: PageNotebook | null = null;

  constructor(readonly article: HTMLElement, readonly around: Around & Pick<PageFrame, "article">) {}

  get views(): readonly CellView[] {
    return [...this.#byName.values()];
  }

  get(key: string): CellView | undefined {
    return this.#byKey.get(key);
  }

  /** That of a cell which the server runs. */
  ofServer(key: string): CellView | undefined {
    const view = this.#byKey.get(key);
    return view?.cell.place === "server" ? view : undefined;
  }

  /** The cell that defines a name. */
  makerOf(name: string): PageCell | undefined {
    return this.#notebook?.cells.find((cell) => cell.defines.includes(name));
  }

  /** The cell in whose lines this one lies. */
  atLine(line: number): CellView | undefined {
    const cell = this.#notebook?.cells.find((cell) => cell.line <= line && line <= cell.endLine);
    return cell && this.#byKey.get(cell.key);
  }

  /** Shows a version of the notebook. */
  layOut(notebook: PageNotebook): void {
    this.#notebook = notebook;
    this.#rename(notebook);
    const key = layoutKey(notebook);
    const elements = this.#layout === key
      ? new Map(this.views.map((view) => [view.cell.name, view.node]))
      : this.around.article(this.article, notebook);
    this.#layout = key;
    this.#byKey.clear();
    const names = new Set<string>();
    for (const cell of notebook.cells) {
      const node = elements.get(cell.name);
      if (node === undefined) continue;
      names.add(cell.name);
      this.#byKey.set(cell.key, this.#viewOf(cell, node));
    }
    for (const [name, view] of this.#byName) {
      if (names.has(name)) continue;
      view.close();
      this.#byName.delete(name);
    }
  }

  /** A cell that only got another name keeps its element, with all that it shows. */
  #rename(notebook: PageNotebook): void {
    const names = new Set(notebook.cells.map((cell) => cell.name));
    for (const cell of notebook.cells) {
      const view = this.#byKey.get(cell.key);
      const before = view?.cell.name;
      if (!view || before === undefined || before === cell.name || names.has(before)) continue;
      if (this.#byName.has(cell.name)) continue;
      renameCell(view.node, cell);
      this.#byName.delete(before);
      this.#byName.set(cell.name, view);
    }
  }

  #viewOf(cell: PageCell, node: HTMLElement): CellView {
    const known = this.#byName.get(cell.name);
    if (known?.node === node) {
      // Moved, renamed side or edited: what an earlier side displayed stays until the new run shows its own.
      known.become(cell);
      return known;
    }
    known?.close();
    const view = new CellView(node, cell, this.around);
    this.#byName.set(cell.name, view);
    return view;
  }
}
