/** One cell on the page: output, margin note, error, source. */
import type { Diagnostic } from "../../lib/notebook/notebook.ts";
import { saysStopped } from "../../lib/notebook/session_stale.ts";
import type { CellError, CellNews, PageCell } from "../../lib/notebook/wire.ts";
import { cellId, isHidden } from "../pages/article.ts";
import { placeWords } from "../pages/place_words.ts";
import { count, price, took } from "../pages/words.ts";
import { CellLog } from "./cell_log.ts";
import { element } from "./element.ts";
import { Output } from "./output.ts";
import type { View } from "./view.ts";

export type CellStatus = Omit<CellNews, "t" | "cell">;

/** What a cell must know of the notebook around it. */
export interface Around {
  readonly file: string;
  /** how many cells wait for this one, when it failed */
  waiting(cell: PageCell): number;
  /** the cell that defines a name, or has it */
  ownerOf(name: string): PageCell | undefined;
  /** whether its value goes to the server, where all pages share it */
  shares(name: string): boolean;
  /** runs a cell that waits for it */
  run(cell: PageCell): void;
  /** how a value that the cell displays is shown */
  view(value: unknown, cell: HTMLElement): View;
}

export class CellView {
  readonly output: Output;
  readonly #place: HTMLElement;
  readonly #source: HTMLElement;
  readonly #message = element("div", { class: "error-text", role: "status" });
  readonly #log: CellLog;
  /** what is wrong with the cell in the file as it was saved, while the page shows an earlier version */
  readonly #faults = element("div", { class: "error-text saved", role: "status" });
  readonly #run = element("button", { type: "button", class: "bare", "data-act": "run" }, "Run");
  /** what the page shows of the cell: what was said of it last, or that it is stale */
  status: CellStatus = { state: "idle" };
  #said: CellStatus = { state: "idle" };
  #outdated?: string;
  /** `step 1,200 of 3,000, 0:12 left` while a stream runs */
  progress = "";
  /** its text as saved has an error; the page shows what it was before */
  faulty = false;
  #startedAt = 0;

  constructor(readonly node: HTMLElement, public cell: PageCell, readonly around: Around) {
    this.#place = node.querySelector<HTMLElement>(":scope > .out")!;
    this.#source = node.querySelector<HTMLElement>(":scope > .src")!;
    this.output = new Output(this.#place, (value) => around.view(value, node));
    this.#log = new CellLog(this.#place);
    this.#run.addEventListener("click", () => around.run(this.cell));
    node.querySelector("[data-act=source]")!.addEventListener("click", () => this.toggleSource());
    node.querySelector("[data-act=link]")!.addEventListener("click", () => this.#copyLink());
  }

  /** The same cell after the file was saved. */
  become(cell: PageCell): void {
    const changed = cell.key !== this.cell.key;
    this.cell = cell;
    if (changed) {
      this.#log.clear();
      this.outdate(undefined);
    }
    this.#fold();
    if (!this.#source.hidden) this.#drawSource();
  }

  /** What the side that runs the cell says of it. */
  show(status: CellStatus): void {
    this.#said = status;
    this.#draw();
  }

  /** Marks a cell of the page as stale, with the reason: what it reads is. Undefined ends that; an error stays one. */
  outdate(reason: string | undefined): void {
    if (reason === this.#outdated) return;
    this.#outdated = reason;
    this.#draw();
  }

  #draw(): void {
    const status: CellStatus = this.#outdated === undefined || this.#said.state === "error"
      ? this.#said
      : { state: "stale", reason: this.#outdated };
    if (status.state === "running" && this.status.state !== "running") this.#startedAt = performance.now();
    if (status.state !== "running") this.progress = "";
    this.status = status;
    this.node.dataset.state = status.state === "done" ? "idle" : status.state;
    this.#fold();
    this.#drawMessage();
    this.drawNote();
    if (!this.#source.hidden) this.#drawSource();
  }

  /** A hidden cell has a place on the page only while something is wrong with it. */
  #fold(): void {
    this.node.hidden = isHidden(this.cell) && this.status.state !== "error" && !this.faulty;
  }

  /** A line that the cell printed. */
  log(text: string): void {
    this.#log.add(text);
  }

  /** Problems of the cell in the file as it was saved; its last good value stays. None when it was mended. */
  mark(faults: readonly Diagnostic[]): void {
    this.faulty = faults.length > 0;
    this.node.toggleAttribute("data-fault", this.faulty);
    this.#fold();
    this.#faults.replaceChildren(...faults.map(({ line, column, message }) => {
      const where = element("span", { class: "mono" }, `${this.around.file}:${line}:${column}`);
      return element("p", {}, element("b", {}, "Error"), " ", where, ` ${message}`);
    }));
    if (faults.length === 0) this.#faults.remove();
    else this.#place.before(this.#faults);
    this.drawNote();
  }

  /** Name, state, reason: the words in the margin. Called again as time passes. */
  drawNote(): void {
    const { state, error, seconds, reason, cached } = this.status;
    const words: (Node | string)[] = [];
    if (this.faulty) {
      words.push(element("span", { class: "state error" }, "error as saved"), " ");
    }
    if (error?.waitsFor !== undefined) words.push(element("span", { class: "state stale" }, "waiting"));
    else if (state !== "done" && state !== "idle") {
      words.push(element("span", { class: `state ${state}` }, state));
    }
    if (state === "running") {
      const stands = this.progress || took((performance.now() - this.#startedAt) / 1000);
      words.push(" ", [stands, reason].filter(Boolean).join(" · "));
    } else if (state === "error" && error?.waitsFor === undefined) {
      const waiting = this.around.waiting(this.cell);
      if (waiting > 0) words.push(` ${count(waiting, "cell")} ${waiting === 1 ? "waits" : "wait"} for it`);
    } else if (reason !== undefined) words.push(` ${[reason, this.#price].filter(Boolean).join(" · ")}`);
    else if (state === "done") words.push(this.#quietNote(seconds, cached));
    this.node.querySelector(":scope > .note > .status")!.replaceChildren(...words);
    this.#drawRun();
  }

  get #price(): string {
    return this.status.state === "stale" ? price(this.status.price) : "";
  }

  /** What the margin says of a cell that is up to date: its inputs, where it ran, and how long it took. */
  #quietNote(seconds = 0, cached = false): string {
    const { views, place } = this.cell;
    if (views.length > 0) {
      const shared = views.filter((name) => this.around.shares(name)).length;
      const whose = shared === 0 ? "" : shared === views.length ? ", shared" : `, ${shared} shared`;
      return `${count(views.length, "input")}${whose}`;
    }
    const where = place === "server" ? "server" : "browser";
    return [cached ? "cached" : where, took(seconds)].filter(Boolean).join(", ");
  }

  /**
   * The button at a cell that waits for Run by itself, or runs on what was changed since; what is only below one follows
   * by itself.
   */
  #drawRun(): void {
    const { state, reason } = this.status;
    const costs = price(this.status.price) !== "" || this.cell.lives.length > 0 || saysStopped(reason);
    const waits = state === "stale" || state === "running" && reason !== undefined;
    if (!waits || this.cell.place !== "server" || !costs) return this.#run.remove();
    const words = ["Run", this.cell.name, price(this.status.price)].filter(Boolean).join(" ");
    this.#run.setAttribute("aria-label", words);
    if (!this.#run.isConnected) this.node.querySelector(":scope > .note > .acts")!.prepend(this.#run);
  }

  toggleSource(open = this.#source.hidden === true): void {
    this.#source.hidden = !open;
    this.node.querySelector("[data-act=source]")!.setAttribute("aria-expanded", String(open));
    if (open) this.#drawSource();
  }

  focus(): void {
    this.node.querySelector<HTMLElement>(":scope > .note > .mono")!.focus({ preventScroll: true });
    this.node.scrollIntoView({ block: "start" });
  }

  #drawMessage(): void {
    const { state, error } = this.status;
    this.node.querySelector(":scope > .out > .waits")?.remove();
    const failed = state === "error" && error !== undefined;
    this.#place.classList.toggle("replaced", failed);
    if (!failed) {
      this.#message.remove();
      return;
    }
    if (error.waitsFor !== undefined) this.#message.replaceChildren(this.#waitsFor(error.waitsFor));
    else this.#message.replaceChildren(...this.#lines(error));
    this.#message.className = error.waitsFor === undefined ? "error-text" : "empty";
    this.#place.after(this.#message);
    if (error.waitsFor !== undefined) this.node.dataset.state = "stale";
  }

  #waitsFor(name: string): Node {
    const owner = this.around.ownerOf(name);
    const link = owner ? element("a", { href: `#${cellId(owner)}` }, name) : name;
    return element("span", {}, "Waits for ", link, ", which failed.");
  }

  #lines(error: CellError): HTMLElement[] {
    const message = /[.!?]$/.test(error.message) ? error.message : `${error.message}.`;
    const lines: HTMLElement[] = [element("p", {}, element("b", {}, error.name), ` ${message}`)];
    if (error.line !== undefined) {
      const where = `${this.around.file}:${error.line}${
        error.column === undefined ? "" : `:${error.column}`
      }`;
      const link = element("a", { href: `#${cellId(this.cell)}` }, where);
      link.addEventListener("click", (event) => {
        event.preventDefault();
        this.toggleSource(true);
        this.#source.querySelector(".bad")?.scrollIntoView({ block: "nearest" });
      });
      lines.push(element("p", { class: "mono" }, link, error.within ? ` in ${error.within}` : ""));
    }
    if (error.hint !== undefined) lines.push(element("p", {}, error.hint));
    if (error.mayNotRead !== undefined) {
      lines.push(element(
        "form",
        { action: `${location.pathname}/allow` },
        element("input", { type: "hidden", name: "read", value: error.mayNotRead }),
        element("button", {}, `Allow reading ${error.mayNotRead}`),
      ));
    }
    return lines;
  }

  #drawSource(): void {
    const { cell } = this;
    const pre = element("pre", { tabindex: 0 });
    const { first, lines } = sourceLines(cell);
    pre.style.setProperty("--from", String(first - 1));
    lines.forEach((code, index) => {
      const line = element("span", { class: first + index === this.status.error?.line ? "l bad" : "l" });
      line.innerHTML = code === "" ? " " : code; // highlighted by the server, which escapes all text
      pre.append(line);
    });
    const reads = cell.reads.length === 0 ? "" : `reads ${cell.reads.join(", ")}`;
    const readBy = cell.readBy.length === 0 ? "" : `read by ${cell.readBy.join(", ")}`;
    const runs = placeWords(cell, cell.views.some((name) => this.around.shares(name)));
    const where = element(
      "div",
      { class: "where" },
      element("span", { class: "mono" }, `${this.around.file}:${first}`),
      element("span", {}, [reads, readBy, runs].filter(Boolean).join(" · ")),
    );
    this.#source.replaceChildren(pre, where);
  }

  async #copyLink(): Promise<void> {
    const button = this.node.querySelector<HTMLElement>("[data-act=link]")!;
    const address = new URL(`#${cellId(this.cell)}`, location.href).href;
    try {
      await navigator.clipboard.writeText(address);
      button.textContent = "Copied";
    } catch {
      location.hash = cellId(this.cell); // no clipboard: the address bar shows it
      button.textContent = "In the address";
    }
    setTimeout(() => button.textContent = "Link", 2000);
  }

  close(): void {
    this.output.close();
    this.#log.clear();
  }
}

/** The lines of a cell's text and the place of the first in the file; blank lines at the end are left out. */
function sourceLines(cell: PageCell): { first: number; lines: readonly string[] } {
  const end = cell.code.findLastIndex((line) => line.trim() !== "") + 1;
  // What stands before the first marker has no marker of its own.
  const marked = cell.code.length <= cell.endLine - cell.line + 1;
  return { first: cell.line + (marked ? 1 : 0), lines: cell.code.slice(0, end) };
}
