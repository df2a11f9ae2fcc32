/** A notebook's page: cells of the browser run here, those of the server speak over the connection. */
import { decode } from "../../lib/notebook/codec.ts";
import { progressText } from "../../lib/notebook/progress_text.ts";
import { NotebookRuntime, type RuntimeCell } from "../../lib/notebook/runtime.ts";
import { cellError } from "../../lib/notebook/runtime_error.ts";
import { saysStopped } from "../../lib/notebook/session_stale.ts";
import type { Event, PageCell, PageNotebook, ToPage } from "../../lib/notebook/wire.ts";
import { announce } from "./announce.ts";
import type { CellStatus, CellView } from "./cell_view.ts";
import type { Connection } from "./connection.ts";
import type { PageLoopWatch } from "./loop_watch.ts";
import { Pace, pageTime } from "./pace.ts";
import { PageCells } from "./page_cells.ts";
import type { PageFrame, Role } from "./page_frame.ts";
import { PageInputs } from "./page_inputs.ts";
import { markProblems } from "./page_problems.ts";
import { pagePrograms } from "./page_programs.ts";
import { PageValues } from "./page_values.ts";

const runsHere = (cell: PageCell) => cell.kind === "code" && cell.place !== "server";

export class NotebookPage {
  readonly #runtime: NotebookRuntime;
  readonly #cells: PageCells;
  readonly #inputs = new PageInputs({
    set: (name, value) => this.#runtime.set(name, value),
    input: (name, input) => this.frame.input(name, input),
  });
  readonly #pace = new Pace(pageTime, () => void this.#runtime.compute());
  readonly #values: PageValues;
  #notebook: PageNotebook | null = null;
  #modules: readonly string[] = [];
  /** what was said last of the file as it was saved */
  #problems: Event & { t: "problems" } | null = null;
  /** cells of the browser that have an error in their text, by key: the server says which */
  #blocked: ReadonlySet<string> = new Set();
  /** life of the session that spoke last: another one knows nothing of what was stale in it */
  #epoch = "";
  #role: Role = "owner";
  #connected = false;
  #overviewPlanned = false;
  connection: Connection | null = null;

  constructor(
    article: HTMLElement,
    readonly file: string,
    readonly loops: PageLoopWatch,
    readonly frame: PageFrame,
  ) {
    this.#cells = new PageCells(article, {
      file,
      article: frame.article,
      view: frame.view,
      waiting: (cell) => this.#waitingFor(cell),
      ownerOf: (name) =>
        this.#cells.makerOf(name) ?? this.#notebook?.cells.find((cell) => cell.name === name),
      shares: (name) => this.#notebook?.toServer.includes(name) ?? false,
      run: (cell) => this.connection?.send({ t: "run", cells: [cell.key] }),
    });
    this.#runtime = new NotebookRuntime({
      modules: () => this.#modules,
      begin: (cell) => this.#cells.get(cell.key)?.output.begin(),
      display: (cell, value) => this.#cells.get(cell.key)?.output.display(value),
      view: (cell, name, input) => this.#view(cell, name, input),
      state: (cell, state, detail) => this.#state(cell.key, { state, ...detail }),
      within: (_, work) => {
        loops.begin();
        return work();
      },
    });
    this.#values = new PageValues({
      runtime: this.#runtime,
      pace: this.#pace,
      takes: (name) => this.#notebook?.toBrowser.includes(name) ?? false,
      leftOut: (name, count) => this.#leftOut(name, count),
    });
    setInterval(() => this.#tick(), 500);
    addEventListener("error", ({ error }) => this.#strayed(error));
    addEventListener("unhandledrejection", ({ reason }) => this.#strayed(reason));
  }

  get views(): readonly CellView[] {
    return this.#cells.views;
  }

  /** The reader's inputs as they stand, by name. */
  get inputs(): Readonly<Record<string, unknown>> {
    return this.#inputs.values;
  }

  async receive(message: ToPage): Promise<void> {
    if (message.t === "hello") this.#hello(message);
    else if (message.t === "cells") await this.#load(message);
    else for (const event of message.events) this.#event(event);
  }

  /** Shows a value that a name of the server's had on its way. */
  replay(name: string, value: unknown): void {
    this.#values.replay(name, value);
  }

  connected(state: "connected" | "reconnecting" | "signed out"): void {
    this.#connected = state === "connected";
    this.frame.connected(state);
    this.#enableInputs();
  }

  #hello(message: ToPage & { t: "hello" }): void {
    this.#role = message.role;
    document.documentElement.dataset.role = message.role;
    if (message.epoch !== this.#epoch) { for (const view of this.views) view.outdate(undefined); }
    this.#epoch = message.epoch;
    this.#values.begin();
    for (const [name, value] of Object.entries(message.inputs)) this.#inputs.set(name, value);
    this.#enableInputs();
  }

  /** A version of the notebook: lays it out, and runs what of it is new. */
  async #load(message: ToPage & { t: "cells" }): Promise<void> {
    const { notebook } = message;
    const programs = await pagePrograms(message, this.loops);
    const failed = "error" in programs;
    this.#notebook = notebook;
    this.#modules = [new URL(message.code, location.href).href];
    const here = notebook.cells.filter(runsHere);
    const ready = failed ? [] : here.filter((cell) => programs.some(({ id }) => id === cell.id));
    this.#blocked = new Set(failed ? [] : here.filter((cell) => !ready.includes(cell)).map(({ key }) => key));
    this.#cells.layOut(notebook);
    const taps = notebook.toServer.filter((name) => ready.some((cell) => cell.defines.includes(name)))
      .map((name) => [name, (value: unknown) => this.#share(name, value)]);
    this.#runtime.load(ready, failed ? [] : programs, notebook.toBrowser, Object.fromEntries(taps));
    if (failed) { for (const cell of here) this.#state(cell.key, { state: "error", error: programs.error }); }
    const names = new Set(notebook.cells.flatMap((cell) => cell.defines));
    this.#inputs.keep(new Set(ready.flatMap((cell) => cell.views)), names);
    this.#values.keep(names);
    this.frame.loaded(notebook);
    this.#planOverview();
    this.#enableInputs();
    document.documentElement.dataset.loaded = "true";
  }

  #event(event: Event): void {
    switch (event.t) {
      case "value":
        return this.#value(event);
      case "show": {
        const { output } = this.#cells.ofServer(event.cell) ?? {};
        if (!output) return;
        const values = () => decode(event.values) as unknown[];
        return this.#pace.do(`show ${event.cell}`, () => output.showAll(values()));
      }
      case "state":
        if (!this.#cells.ofServer(event.cell) && !this.#blocked.has(event.cell)) return this.#outdate(event);
        this.#state(event.cell, event);
        return event.state === "error" ? this.#failNames(event.cell) : undefined;
      case "input":
        return this.#inputs.set(event.name, event.value);
      case "kernel":
        return this.frame.kernel(event);
      case "log":
        if (event.cell === undefined) return console.info(event.text);
        return this.#cells.get(event.cell)?.log(event.text);
      case "problems":
        this.#problems = event;
        this.frame.problems(event);
        markProblems(this.views, event, this.#notebook);
        return this.#planOverview();
    }
  }

  #value(event: Event & { t: "value" }): void {
    const view = this.#cells.get(event.cell);
    const value = this.#values.take(event);
    if (view && view.status.state === "running") view.progress = progressText(value);
  }

  /** Said under the cell that gives the name. */
  #leftOut(name: string, count: number): void {
    const cell = this.#cells.makerOf(name);
    const text = `${name}: ${
      count.toLocaleString("en")
    } values are left out here, the page could not keep up`;
    if (cell) this.#cells.get(cell.key)?.log(text);
  }

  #failNames(key: string): void {
    const cell = this.#cells.get(key)?.cell;
    for (const name of cell?.defines ?? []) this.#values.fail(name, cell!.name);
  }

  #state(key: string, status: CellStatus): void {
    const view = this.#cells.get(key);
    if (view === undefined) return;
    const before = view.status.state;
    if (runsHere(view.cell) && (status.state === "done" || status.state === "error")) view.output.finish();
    view.show(status);
    if (before !== status.state && status.error?.waitsFor === undefined) {
      if (status.state === "error") announce(`${view.cell.name} failed`);
      else if (status.state === "done" && (status.seconds ?? 0) > 2) announce(`${view.cell.name} finished`);
      else if (status.state === "stale" && saysStopped(status.reason)) announce(`${view.cell.name} stopped`);
    }
    this.#planOverview();
  }

  /** A cell that runs here is stale when what it reads of the server is; the session says so, and when no more. */
  #outdate({ cell, state, reason = "" }: Event & { t: "state" }): void {
    this.#cells.get(cell)?.outdate(state === "stale" ? reason : undefined);
    this.#planOverview();
  }

  /** Draws an input and gives the value that it has now. */
  #view(cell: RuntimeCell, name: string, input: unknown): unknown {
    const { drawn, value } = this.#inputs.draw(name, input);
    this.#cells.get(cell.key)?.output.put(drawn);
    this.#enableInputs();
    return value;
  }

  /** Sends an input that the server reads; the server ignores what it has already. */
  #share(name: string, value: unknown): void {
    if (this.#fixed.has(name)) return;
    this.#inputs.note(name, value);
    this.connection?.send({ t: "set", name, value });
  }

  /** What a cell's timer or forgotten promise threw is said under the cell in whose lines it was thrown. */
  #strayed(thrown: unknown): void {
    const { name, message, line } = cellError(thrown, this.#modules);
    if (line !== undefined) this.#cells.atLine(line)?.log(`line ${line}: ${name}: ${message}`);
  }

  #enableInputs(): void {
    this.#inputs.enable(this.#connected, this.#fixed);
  }

  get #fixed(): ReadonlyMap<string, string> {
    return this.frame.fixed(this.#role, this.#notebook);
  }

  #waitingFor(cell: PageCell): number {
    return this.views.filter(({ status }) =>
      status.error?.waitsFor !== undefined &&
      (cell.defines.includes(status.error.waitsFor) || status.error.waitsFor === cell.name)
    ).length;
  }

  #planOverview(): void {
    if (this.#overviewPlanned) return;
    this.#overviewPlanned = true;
    requestAnimationFrame(() => {
      this.#overviewPlanned = false;
      this.frame.overview(this.views);
      for (const view of this.views) if (view.status.state === "error") view.drawNote();
    });
  }

  #tick(): void {
    for (const view of this.views) if (view.status.state === "running") view.drawNote();
  }
}
