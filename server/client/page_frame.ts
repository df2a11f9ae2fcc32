/** What stands around the cells: the live page has a bar, contents and a byline, a report has none of them. */
import type { Input } from "../../lib/notebook/inputs.ts";
import type { Event, PageNotebook, ToPage } from "../../lib/notebook/wire.ts";
import type { CellView } from "./cell_view.ts";
import type { View } from "./view.ts";

export type Role = (ToPage & { t: "hello" })["role"];

export interface PageFrame {
  /** Shows a version of the notebook's article; gives the elements of its cells, by name. */
  article(article: HTMLElement, notebook: PageNotebook): Map<string, HTMLElement>;
  /** A version was laid out, and what of it is new runs. */
  loaded(notebook: PageNotebook): void;
  connected(state: "connected" | "reconnecting" | "signed out"): void;
  kernel(event: Event & { t: "kernel" }): void;
  problems(event: Event & { t: "problems" }): void;
  /** The state of some cell is another than before. */
  overview(views: readonly CellView[]): void;
  /** Inputs that the server reads and this page may not move, and why, by name. */
  fixed(role: Role, notebook: PageNotebook | null): ReadonlyMap<string, string>;
  /** An input as it is drawn here: its values may be fewer. */
  input(name: string, input: Input): Input;
  /** How a value is shown. @param cell the element of its cell */
  view(value: unknown, cell: HTMLElement): View;
}
