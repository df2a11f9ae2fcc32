/** The lines that a cell printed, drawn once a frame however many come. */
import { element } from "./element.ts";

/** Characters that stay: what is older goes. */
const KEPT = 20_000;

export class CellLog {
  readonly #node = element("pre", { class: "log" });
  #text = "";
  #planned = false;

  /** @param place the element after which it stands while it has lines */
  constructor(readonly place: HTMLElement) {}

  add(line: string): void {
    this.#text += `${line}\n`;
    if (this.#text.length > 2 * KEPT) this.#text = this.#text.slice(-KEPT - 1);
    if (this.#planned) return;
    this.#planned = true;
    requestAnimationFrame(() => this.#draw());
  }

  clear(): void {
    this.#text = "";
    this.#node.remove();
  }

  #draw(): void {
    this.#planned = false;
    if (this.#text === "") return;
    this.#node.textContent = this.#text.length > KEPT ? `…${this.#text.slice(-KEPT)}` : this.#text;
    if (!this.#node.isConnected) this.place.after(this.#node);
  }
}
