/** The live notebook page: cells of the browser run here, those of the server speak over the connection. */
import { decode, sameData } from "../../lib/notebook/codec.ts";
import type { LoopWatch } from "../../lib/notebook/compile_loops.ts";
import { NotebookRuntime, type Program, type RuntimeCell } from "../../lib/notebook/runtime.ts";
import { type Packed, TailReceiver } from "../../lib/notebook/tails.ts";
import { cellError } from "../../lib/notebook/runtime_error.ts";
import type { CellError, Event, PageCell, PageNotebook, ToPage } from "../../lib/notebook/wire.ts";
import type { Input } from "../../lib/notebook/inputs.ts";
import { problemsMarkup } from "../pages/notebook_page.ts";
import { announce } from "./announce.ts";
import { layoutKey, renameCell, updateArticle } from "./article_update.ts";
import { type Around, type CellStatus, CellView } from "./cell_view.ts";
import type { Connection } from "./connection.ts";
import { EveryQueue } from "./every_queue.ts";
import { type InputView, inputView, isInput } from "./input_view.ts";
import { kernelWords } from "./kernel_words.ts";
import type { PageLoopWatch } from "./loop_watch.ts";
import { drawOverview, followReading } from "./overview.ts";
import { nextFrame, Pace } from "./pace.ts";
import { progressText } from "../../lib/notebook/progress_text.ts";

/** The two modules of a notebook's browser side. */
interface Code {
  readonly default: (imports: unknown, loops: LoopWatch) => readonly Program[];
}

const runsHere = (cell: PageCell) => cell.kind === "code" && cell.place !== "server";

export class NotebookPage {
  readonly #runtime: NotebookRuntime;
  readonly #views = new Map<string, CellView>();
  readonly #byKey = new Map<string, CellView>();
  readonly #received = new Map<string, TailReceiver>();
  readonly #inputs = new Map<string, InputView>();
  /** values that inputs have now: the reader's, or those of the shared kernel */
  readonly #values = new Map<string, unknown>();
  readonly #pace = new Pace();
  readonly #every = new EveryQueue({
    deliver: (values) => this.#deliver(values),
    frame: nextFrame,
    now: () => performance.now(),
    leftOut: (name, count) => this.#leftOut(name, count),
  });
  readonly #around: Around;
  #notebook: PageNotebook | null = null;
  #layout = "";
  #modules: readonly string[] = [];
  /** what was said last of the file as it was saved */
  #faults: (Event & { t: "problems" }) | null = null;
  /** cells of the browser that have an error in their text, by key: the server says which */
  #blocked: ReadonlySet<string> = new Set();
  /** life of the session that spoke last: another one knows nothing of what was stale in it */
  #epoch = "";
  #role: "owner" | "viewer" = "owner";
  #connected = false;
  #overviewPlanned = false;
  connection: Connection | null = null;

  constructor(readonly article: HTMLElement, file: string, readonly loops: PageLoopWatch) {
    this.#around = {
      file,
      waiting: (cell) => this.#waitingFor(cell),
      ownerOf: (name) =>
        this.#notebook?.cells.find((cell) => cell.defines.includes(name)) ??
          this.#notebook?.cells.find((cell) => cell.name === name),
      shares: (name) => this.#notebook?.toServer.includes(name) ?? false,
      run: (cell) => this.connection?.send({ t: "run", cells: [cell.key] }),
    };
    this.#runtime = new NotebookRuntime({
      modules: () => this.#modules,
      begin: (cell) => this.#byKey.get(cell.key)?.output.begin(),
      display: (cell, value) => this.#byKey.get(cell.key)?.output.display(value),
      view: (cell, name, input) => this.#view(cell, name, input),
      state: (cell, state, detail) => this.#state(cell.key, { state, ...detail }),
      within: (_, work) => {
        loops.begin();
        return work();
      },
    });
    setInterval(() => this.#tick(), 500);
    addEventListener("error", ({ error }) => this.#strayed(error));
    addEventListener("unhandledrejection", ({ reason }) => this.#strayed(reason));
  }

  get views(): readonly CellView[] {
    return [...this.#views.values()];
  }

  async receive(message: ToPage): Promise<void> {
    if (message.t === "hello") this.#hello(message);
    else if (message.t === "cells") await this.#cells(message);
    else for (const event of message.events) this.#event(event);
  }

  connected(state: "connected" | "reconnecting" | "signed out"): void {
    this.#connected = state === "connected";
    const word = document.getElementById("connection")!;
    word.classList.toggle("lost", !this.#connected);
    word.textContent = {
      connected: "Connected",
      reconnecting: "Reconnecting",
      "signed out": "Signed out: open the address that the terminal shows",
    }[state];
    this.#enableInputs();
  }

  #hello(message: ToPage & { t: "hello" }): void {
    this.#role = message.role;
    document.documentElement.dataset.role = message.role;
    if (message.epoch !== this.#epoch) { for (const view of this.views) view.outdate(undefined); }
    this.#epoch = message.epoch;
    this.#received.clear(); // the server begins each connection with whole values
    for (const [name, value] of Object.entries(message.inputs)) this.#setInput(name, value);
    this.#enableInputs();
  }

  /** A version of the notebook: lays it out, and runs what of it is new. */
  async #cells(message: ToPage & { t: "cells" }): Promise<void> {
    const { notebook } = message;
    const programs = await importPrograms(message, this.loops);
    const failed = "error" in programs;
    this.#notebook = notebook;
    this.#modules = [new URL(message.code, location.href).href];
    const here = notebook.cells.filter(runsHere);
    const ready = failed ? [] : here.filter((cell) => programs.some(({ id }) => id === cell.id));
    this.#blocked = new Set(failed ? [] : here.filter((cell) => !ready.includes(cell)).map(({ key }) => key));
    this.#layOut(notebook);
    const taps = notebook.toServer.filter((name) => ready.some((cell) => cell.defines.includes(name)))
      .map((name) => [name, (value: unknown) => this.#share(name, value)]);
    this.#runtime.load(ready, failed ? [] : programs, notebook.toBrowser, Object.fromEntries(taps));
    if (failed) { for (const cell of here) this.#state(cell.key, { state: "error", error: programs.error }); }
    const known = new Set(ready.flatMap((cell) => cell.views));
    for (const name of this.#inputs.keys()) if (!known.has(name)) this.#inputs.delete(name);
    document.title = `${notebook.title} · Plateau`;
    this.#planOverview();
    this.#enableInputs();
    document.documentElement.dataset.loaded = "true";
  }

  /** A cell that only got another name keeps its element, with all that it shows. */
  #rename(notebook: PageNotebook): void {
    const names = new Set(notebook.cells.map((cell) => cell.name));
    for (const cell of notebook.cells) {
      const view = this.#byKey.get(cell.key);
      const before = view?.cell.name;
      if (!view || before === undefined || before === cell.name || names.has(before)) continue;
      if (this.#views.has(cell.name)) continue;
      renameCell(view.node, cell);
      this.#views.delete(before);
      this.#views.set(cell.name, view);
    }
  }

  #layOut(notebook: PageNotebook): void {
    this.#rename(notebook);
    const key = layoutKey(notebook);
    const elements = this.#layout === key
      ? new Map(this.views.map((view) => [view.cell.name, view.node]))
      : updateArticle(this.article, notebook);
    this.#layout = key;
    this.#byKey.clear();
    const names = new Set<string>();
    for (const cell of notebook.cells) {
      const node = elements.get(cell.name);
      if (node === undefined) continue;
      names.add(cell.name);
      let view = this.#views.get(cell.name);
      if (view?.node !== node) {
        view?.close();
        view = new CellView(node, cell, this.#around);
        this.#views.set(cell.name, view);
      } else {
        // Moved, renamed side or edited: what an earlier side displayed stays until the new run shows its own.
        view.become(cell);
      }
      this.#byKey.set(cell.key, view);
    }
    for (const [name, view] of this.#views) {
      if (names.has(name)) continue;
      view.close();
      this.#views.delete(name);
    }
    followReading();
  }

  #event(event: Event): void {
    switch (event.t) {
      case "value":
        return this.#value(event);
      case "show": {
        const view = this.#serverView(event.cell);
        if (view) {
          this.#pace.do(`show ${event.cell}`, () => view.output.showAll(decode(event.values) as unknown[]));
        }
        return;
      }
      case "state":
        if (this.#serverView(event.cell) || this.#blocked.has(event.cell)) {
          this.#state(event.cell, event);
          if (event.state === "error") this.#failNames(event.cell);
        } else this.#outdate(event);
        return;
      case "input":
        return this.#setInput(event.name, event.value);
      case "kernel":
        return kernelWords(document.getElementById("kernel")!, event);
      case "log": {
        if (event.cell === undefined) console.info(event.text);
        else this.#byKey.get(event.cell)?.log(event.text);
        return;
      }
      case "problems":
        return this.#problems(event);
    }
  }

  /** The strip lists all problems of the file as saved; cells that the page still shows in an earlier version are marked. */
  #problems(event: Event & { t: "problems" }): void {
    const markup = problemsMarkup(this.#around.file, event.diagnostics, event.loaded);
    document.getElementById("problems")!.innerHTML = markup?.text ?? "";
    this.#faults = event;
    this.#markFaults();
  }

  /** What is wrong with a version that is not shown; and types, which keep no version from running. */
  #markFaults(): void {
    const { loaded = true, diagnostics = [], names } = this.#faults ?? {};
    const named = names ?? this.#notebook?.cells.map((cell) => cell.name) ?? [];
    const errors = diagnostics.filter(({ level, code }) =>
      level === "error" && (!loaded || code.startsWith("TS"))
    );
    for (const view of this.views) {
      const own = errors.filter(({ cells }) => cells.some((id) => named[id] === view.cell.name));
      if (own.length > 0 && !view.faulty) announce(`${view.cell.name} has an error`);
      view.mark(own);
    }
    this.#planOverview();
  }

  /** Every message is unpacked, because each may continue the one before; the page takes the last of them. */
  #value(event: Event & { t: "value" }): void {
    let receiver = this.#received.get(event.name);
    if (receiver === undefined) this.#received.set(event.name, receiver = new TailReceiver());
    const value = receiver.unpack(decode(event.value) as Packed);
    const view = this.#byKey.get(event.cell);
    if (view && view.status.state === "running") view.progress = progressText(value);
    if (event.every !== undefined) {
      this.#pace.forget(`value ${event.name}`); // what came before it and waits for a frame is older
      return this.#every.push(event.name, value, event.every, event.value.length);
    }
    this.#paced(event.name, () => this.#runtime.set(event.name, value));
  }

  /** The latest that is to be done with a name of the server's, after the values of it that wait. */
  #paced(name: string, work: () => void): void {
    this.#every.after(name, () => this.#pace.do(`value ${name}`, () => this.#takes(name) && work()));
  }

  async #deliver(values: ReadonlyMap<string, unknown>): Promise<void> {
    const taken = new Map([...values].filter(([name]) => this.#takes(name)));
    if (taken.size > 0) await this.#runtime.deliver(taken);
  }

  /** Said under the cell that gives the name. */
  #leftOut(name: string, count: number): void {
    const cell = this.#notebook?.cells.find((cell) => cell.defines.includes(name));
    const text = `${name}: ${
      count.toLocaleString("en")
    } values are left out here, the page could not keep up`;
    if (cell) this.#byKey.get(cell.key)?.log(text);
  }

  /** What browser cells read from a failed server cell fails too, so that they say what they wait for. */
  #failNames(key: string): void {
    const cell = this.#byKey.get(key)?.cell;
    for (const name of cell?.defines ?? []) {
      this.#paced(name, () => this.#runtime.fail(name, cell!.name));
    }
  }

  /** Whether browser cells read a name of the server's; a paced value may come after a save that ended this. */
  #takes(name: string): boolean {
    return this.#notebook?.toBrowser.includes(name) ?? false;
  }

  #serverView(key: string): CellView | undefined {
    const view = this.#byKey.get(key);
    return view?.cell.place === "server" ? view : undefined;
  }

  #state(key: string, status: CellStatus): void {
    const view = this.#byKey.get(key);
    if (view === undefined) return;
    const before = view.status.state;
    if (runsHere(view.cell) && (status.state === "done" || status.state === "error")) view.output.finish();
    view.show(status);
    if (before !== status.state && status.error?.waitsFor === undefined) {
      if (status.state === "error") announce(`${view.cell.name} failed`);
      else if (status.state === "done" && (status.seconds ?? 0) > 2) announce(`${view.cell.name} finished`);
      else if (status.state === "stale" && status.reason === "stopped") announce(`${view.cell.name} stopped`);
    }
    this.#planOverview();
  }

  /** A cell that runs here is stale when what it reads of the server is; the session says so, and when no more. */
  #outdate({ cell, state, reason = "" }: Event & { t: "state" }): void {
    this.#byKey.get(cell)?.outdate(state === "stale" ? reason : undefined);
    this.#planOverview();
  }

  /** Draws an input and gives the value that it has now. */
  #view(cell: RuntimeCell, name: string, given: unknown): unknown {
    if (!isInput(given)) {
      throw new TypeError(`invalid view: ${name} is no input (use inputs.range and its like)`);
    }
    const input: Input = given.label === "" ? { ...given, label: name } as Input : given;
    const drawn = inputView(input, (value) => {
      this.#values.set(name, value);
      this.#runtime.set(name, value);
    });
    const known = this.#values.has(name) && allows(input, this.#values.get(name));
    const value = known ? this.#values.get(name) : input.value;
    drawn.set(value);
    this.#inputs.set(name, drawn);
    this.#byKey.get(cell.key)?.output.put(drawn);
    this.#enableInputs();
    return value;
  }

  /** An input's value from outside: the kernel's, or another page's. */
  #setInput(name: string, value: unknown): void {
    if (this.#values.has(name) && sameData(this.#values.get(name), value)) return;
    this.#values.set(name, value);
    const drawn = this.#inputs.get(name);
    if (drawn === undefined) return;
    drawn.set(value);
    this.#runtime.set(name, value);
  }

  /** Sends an input that the server reads; the server ignores what it has already. */
  #share(name: string, value: unknown): void {
    if (this.#role !== "owner") return;
    this.#values.set(name, value);
    this.connection?.send({ t: "set", name, value });
  }

  /** What a cell's timer or forgotten promise threw is said under the cell in whose lines it was thrown. */
  #strayed(thrown: unknown): void {
    const { name, message, line } = cellError(thrown, this.#modules);
    if (line === undefined) return;
    const cell = this.#notebook?.cells.find((cell) => cell.line <= line && line <= cell.endLine);
    if (cell) this.#byKey.get(cell.key)?.log(`line ${line}: ${name}: ${message}`);
  }

  #enableInputs(): void {
    const shared = new Set(this.#notebook?.toServer);
    for (const [name, input] of this.#inputs) {
      const others = this.#role !== "owner" && shared.has(name);
      input.enable(this.#connected && !others, others ? "Set by the owner: the server reads it." : "");
    }
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
      drawOverview(this.views);
      for (const view of this.views) if (view.status.state === "error") view.drawNote();
    });
  }

  #tick(): void {
    for (const view of this.views) if (view.status.state === "running") view.drawNote();
  }
}

/** The programs of the browser's cells; or what a module threw when it was loaded, as the error of them all. */
async function importPrograms(
  { vendor, code }: ToPage & { t: "cells" },
  loops: LoopWatch,
): Promise<readonly Program[] | { readonly error: CellError }> {
  try {
    const [imports, made] = await Promise.all([import(vendor), import(code) as Promise<Code>]);
    return made.default(imports, loops);
  } catch (thrown) {
    const error = cellError(thrown, []);
    return { error: { ...error, hint: "A module that the notebook imports failed; mend it and save." } };
  }
}

/** Whether an input, perhaps edited since, can have a value that it had before. */
function allows(input: Input, value: unknown): boolean {
  if (input.kind === "range") return typeof value === "number" && value >= input.min && value <= input.max;
  if (input.kind === "toggle") return typeof value === "boolean";
  if (input.kind === "text" || input.kind === "path") return typeof value === "string";
  return input.options.some((option) => sameData(option, value));
}
