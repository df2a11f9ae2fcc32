/** What a cell has displayed, in order. A new run draws over the old one, place by place, so that nothing jumps. */
import { thousands } from "../../lib/charts/format.ts";
import { element } from "./element.ts";
import type { View } from "./view.ts";

/** What one run may show: so many values, and so many characters of prose. The rest is left out, with a word. */
const VALUES = 1_000;
const CHARACTERS = 1_000_000;

export class Output {
  #views: View[] = [];
  /** how many values the present run has displayed */
  #shown = 0;
  #characters = 0;
  #cut = false;

  /** @param place the element that holds the output; @param view how a value is shown */
  constructor(readonly place: HTMLElement, readonly view: (value: unknown) => View) {}

  /** A run begins: what it displays goes over what stands there. */
  begin(): void {
    this.#shown = 0;
    this.#characters = 0;
    this.#cut = false;
  }

  /** Shows a value at the next place, in the view that stands there when it can take it. */
  display(value: unknown): void {
    if (this.#cut) return;
    const notice = this.#spend(value);
    this.#cut = notice !== undefined;
    this.#draw(notice ?? value);
  }

  /** What to say in place of a value that is too much. */
  #spend(value: unknown): string | undefined {
    if (this.#shown >= VALUES) return `output cut at ${thousands(VALUES)} values`;
    const { text } = Object(value) as { text?: unknown };
    this.#characters += typeof text === "string" ? text.length : 0;
    return this.#characters > CHARACTERS ? "output cut at 1 MB" : undefined;
  }

  #draw(value: unknown): void {
    const standing = this.#views[this.#shown];
    if (standing?.update?.(value)) {
      this.#shown++;
      return;
    }
    this.put(this.view(value));
  }

  /** Puts a finished view at the next place. */
  put(view: View): void {
    const standing = this.#views[this.#shown];
    if (standing === undefined) {
      this.#views.push(view);
      this.#holder(view).append(view.node);
    } else {
      standing.close?.();
      this.#views[this.#shown] = view;
      if (isForm(standing) === isForm(view)) standing.node.replaceWith(view.node);
      else this.#arrange();
    }
    this.#shown++;
  }

  /** The run ended: what an earlier run displayed beyond it goes. */
  finish(): void {
    if (this.#shown === this.#views.length) return;
    for (const view of this.#views.splice(this.#shown)) {
      view.close?.();
      view.node.remove();
    }
    for (const grid of this.place.querySelectorAll(":scope > .inputs:empty")) grid.remove();
  }

  /** All that the cell has displayed, at once. */
  showAll(values: readonly unknown[]): void {
    this.begin();
    for (const value of values) this.display(value);
    this.finish();
  }

  close(): void {
    for (const view of this.#views) view.close?.();
    this.#views = [];
  }

  /** Inputs that follow each other stand in one grid; all else stands by itself. */
  #holder(view: View): HTMLElement {
    if (!isForm(view)) return this.place;
    const last = this.place.lastElementChild;
    if (last instanceof HTMLElement && last.matches(".inputs")) return last;
    const grid = element("div", { class: "inputs" });
    this.place.append(grid);
    return grid;
  }

  #arrange(): void {
    this.place.replaceChildren();
    for (const view of this.#views) this.#holder(view).append(view.node);
  }
}

const isForm = (view: View) => view.node instanceof HTMLFormElement;
