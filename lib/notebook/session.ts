/**
 * One open notebook, on the side that never runs its code: it builds the file, keeps a kernel for the server cells,
 * records what the kernel says, and serves any number of pages.
 */
import { basename, join, resolve, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { EngineChoice, EngineSettings } from "../engine/engine.ts";
import { grantFault } from "./grant_fault.ts";
import { type FromKernel, kernelCell } from "./kernel_messages.ts";
import type { Cell, Diagnostic, Notebook } from "./notebook.ts";
import { type Kernel, type KernelEnd, spawnKernel } from "./process.ts";
import { type Build, buildNotebook, type Compiler, notebookCompiler } from "./session_build.ts";
import { type Client, SessionClients } from "./session_clients.ts";
import { endError } from "./session_death.ts";
import { savedAt } from "./session_file.ts";
import { openSessionFolder, type SessionFolder } from "./session_folder.ts";
import { SessionInputs } from "./session_inputs.ts";
import { SessionPast } from "./session_past.ts";
import { readMessage } from "./session_message.ts";
import { above, below, inKernel, onServer } from "./session_reach.ts";
import { staleCells, wasStopped } from "./session_stale.ts";
import { SessionStates } from "./session_states.ts";
import { type SessionTrainings, sessionTrainings } from "./session_trainings.ts";
import { SessionWatch } from "./session_watch.ts";
import type { TypeWatch } from "./type_watch.ts";
import { within } from "./within.ts";
import type { CellError, CellNews, EngineLine, FromPage, ToPage } from "./wire.ts";

export type { Client } from "./session_clients.ts";

export interface SessionOptions {
  /** path of the notebook, absolute or from the working folder */
  readonly file: string;
  /** folder of the project: what the kernel may read; holds `.plateau` */
  readonly project: string;
  readonly engine: EngineChoice;
  readonly settings?: EngineSettings;
  /** files and folders that the kernel may read beside the project; default none */
  readonly read?: readonly string[];
  /** start the kernel now; default true. Otherwise with the first page that attaches */
  readonly start?: boolean;
  /** source of further exports of the browser's imports: the page's own client */
  readonly extra?: string;
  /** the address under which a page finds a module; default its name */
  readonly address?: (name: string) => string;
  /** megabytes of a kernel's heap, and of its whole process */
  readonly heap?: number;
  readonly memory?: number;
  /** what checks types; default: nothing does */
  readonly types?: TypeWatch;
  /** default: the notebook compiler */
  readonly compiler?: Compiler;
}

/** What an index of notebooks says of an open one. */
export interface SessionState {
  readonly file: string;
  readonly title: string;
  readonly dek: string;
  readonly edited: number;
  readonly running: boolean;
  /** cells by state: how many */
  readonly cells: Readonly<Record<string, number>>;
  readonly diagnostics: readonly Diagnostic[];
}

const GRACE_MILLISECONDS = 600;
/** How long a save waits for its types; later they mark what is shown by then. */
const TYPES_MILLISECONDS = 2000;
const DEATHS = 4;
const DEATHS_WITHIN_MILLISECONDS = 10_000;

/**
 * Opens a notebook: builds it, starts its kernel, and watches its file.
 * @example
 * ```ts
 * import { openSession } from "./session.ts";
 * const session = await openSession({ file: "notebooks/a.ts", project: Deno.cwd(), engine: "wasm" });
 * const detach = session.attach({ send: (frame) => console.log(frame.length), buffered: () => 0, role: "owner" });
 * detach();
 * await session.close();
 * ```
 */
export async function openSession(options: SessionOptions): Promise<Session> {
  const session = new Session(options, options.compiler ?? await notebookCompiler());
  await session.reload();
  if (options.start ?? true) session.start();
  return session;
}

export class Session {
  readonly #url: string;
  readonly #folder: SessionFolder;
  readonly #clients: SessionClients;
  readonly #states: SessionStates;
  readonly #watch: SessionWatch;
  #build?: Build;
  #diagnostics: readonly Diagnostic[] = [];
  #reloading: Promise<void> = Promise.resolve();
  #kernel?: Kernel;
  /** a kernel that is to make room for the next: two of them would write into one run folder */
  #finishing?: Promise<unknown>;
  #engine?: EngineLine;
  /** when what kernels that have ended trained is in the store */
  #recorded: Promise<void> = Promise.resolve();
  #started = false;
  #closed = false;
  /** why cells are stale, by key, as of the last refresh */
  #staleNow: ReadonlyMap<string, string> = new Map();
  #deaths: number[] = [];
  readonly #inputs: SessionInputs;
  readonly #past: SessionPast;
  /** names whose new values are on their way, and why those that the page has are old */
  readonly #awaited = new Map<string, string>();
  /** cells whose text has an error, by key */
  readonly #faulty = new Set<string>();
  #typesAsked = false;
  /** how often the file was read */
  #saves = 0;
  /** the version that runs has type errors: saving it again is no reason to stay with it */
  #mistyped = false;
  /** what the kernel may read beside the project: given at the start, and by the owner since */
  readonly #reads: Set<string>;

  constructor(readonly options: SessionOptions, readonly compiler: Compiler) {
    const file = resolve(options.file);
    this.#reads = new Set(options.read?.map((path) => resolve(path)));
    this.#url = pathToFileURL(file).href;
    this.#folder = openSessionFolder(options.project, file);
    const { folder } = this.#folder;
    this.#clients = new SessionClients(join(folder, "events.2.bin"));
    this.#inputs = new SessionInputs(this.#clients.restored());
    this.#past = new SessionPast(join(folder, "costs.json"));
    this.#states = new SessionStates((state) => this.#clients.emit(state));
    this.#watch = new SessionWatch(() => this.reload(), {
      say: (text) => this.#clients.emit({ t: "log", level: "warn", text }),
    });
  }

  /** Takes a page in; it gets the notebook and the last of every event. Returns what takes it out. */
  attach(client: Client): () => void {
    const hello: ToPage = {
      t: "hello",
      epoch: this.#clients.epoch,
      role: client.role,
      inputs: this.#inputs.shown,
    };
    const detach = this.#clients.attach(
      client,
      this.#build ? [hello, this.#cellsMessage(this.#build)] : [hello],
    );
    if (!this.#started) this.start();
    if (!this.#typesAsked && this.#build) {
      this.#typesAsked = true;
      this.#checkTypes(this.#build);
    }
    return detach;
  }

  /** Does what a page asks; returns why not, when it does not. */
  receive(client: Client, frame: Uint8Array | FromPage): { ok: true } | { ok: false; why: string } {
    if (client.role !== "owner") return { ok: false, why: "only the owner of a notebook can run it" };
    const asked = readMessage(frame);
    if (!asked.ok) return asked;
    const data = asked.message;
    if (data.t === "set") return this.#set(data.name, data.value, client);
    if (data.t === "run") this.run(data.cells);
    else if (data.t === "interrupt") this.interrupt();
    else this.restart();
    return { ok: true };
  }

  /** Starts the kernel, when a cell needs one. */
  start(): void {
    this.#started = true;
    const { notebook } = this.#build ?? {};
    if (this.#closed || this.#kernel || this.#finishing) return;
    if (!notebook?.cells.some((cell) => inKernel(notebook, cell))) return;
    this.#clients.emit({ t: "kernel", state: "starting" });
    this.#inputs.applied.clear();
    this.#engine = undefined;
    const trainings = this.#trainings();
    const kernel = spawnKernel({
      ...this.options,
      project: resolve(this.options.project),
      runFolder: this.#folder.run,
      keeps: true,
      read: [...this.#reads],
      onMessage: (message) => {
        if (message.t === "training") trainings.take(message);
        else if (this.#kernel === kernel) this.#heard(message);
      },
    });
    this.#kernel = kernel;
    kernel.ended.then((end) => {
      this.#recorded = Promise.all([this.#recorded, trainings.close()]).then(() => {});
      if (this.#kernel === kernel) this.#ended(end);
    });
    this.#load();
  }

  /** Runs what is stale: all of it, or these cells with what they wait for. A cell named that is not stale runs again. */
  run(cells?: readonly string[]): void {
    const { notebook } = this.#build ?? {};
    if (!notebook) return;
    this.#deaths = [];
    const stale = this.#stale(notebook), wanted = wantedCells(notebook, stale, cells);
    const changed = [...this.#inputs.pending].filter(([name]) =>
      below(notebook.cells, [name]).some(({ key }) => wanted.has(key))
    );
    for (const [name, value] of changed) this.#apply(notebook, name, value);
    const covered = new Set(below(notebook.cells, changed.map(([name]) => name)).map(({ key }) => key));
    const again = [...wanted].filter((key) =>
      !stale.has(key) || !covered.has(key) && wasStopped(this.#states.base(key))
    );
    this.#past.permit(wanted);
    for (const key of again) {
      if (wasStopped(this.#states.base(key))) this.#states.set({ t: "state", cell: key, state: "queued" });
    }
    if (this.#kernel) {
      if (changed.length) this.#kernel.send({ t: "set", values: Object.fromEntries(changed) });
      const waiting = cells && { cells: [...wanted].filter((key) => !again.includes(key)) };
      this.#kernel.send({ t: "run", ...waiting, again });
    } else {
      this.#past.release(wanted);
      this.start();
    }
    this.#refresh();
  }

  /** Stops what runs, in its own way; a kernel that is silent for 600 ms is killed and started again. */
  async interrupt(): Promise<"nothing" | "interrupted" | "killed"> {
    const kernel = this.#kernel;
    if (!kernel) return "nothing";
    kernel.send({ t: "interrupt" });
    if (await kernel.ping(GRACE_MILLISECONDS)) return "interrupted";
    kernel.kill(`did not answer Stop for ${GRACE_MILLISECONDS} ms`);
    await kernel.ended;
    return "killed";
  }

  /** A new kernel. What cost something comes from the cache, or waits for Run; the rest runs. */
  async restart(): Promise<void> {
    const kernel = this.#kernel;
    this.#kernel = undefined;
    this.#deaths = [];
    this.#awaited.clear();
    this.#past.permit(this.#build?.notebook.cells.map(({ key }) => key) ?? []);
    for (const [name, value] of this.#inputs.pending) this.#apply(this.#build!.notebook, name, value);
    this.#lose("the kernel was restarted");
    this.#refresh();
    if (kernel) {
      this.#finishing = kernel.finish("restarted");
      await this.#finishing;
      this.#finishing = undefined;
    }
    this.start();
    this.#refresh();
  }

  /** The files and folders that cells of the server tried to read and may not, as they name them. */
  askedToRead(): readonly string[] {
    const states = this.#build?.notebook.cells.map(({ key }) => this.#states.base(key)) ?? [];
    return states.flatMap((state) => state?.error?.mayNotRead ?? []);
  }

  /**
   * Lets the kernel read a file or folder from now on: one with that right takes its place.
   * @throws RangeError for what no kernel can be granted; then all stays as it is
   */
  async allowReading(path: string): Promise<void> {
    const whole = this.fromProject(path), fault = grantFault(whole);
    if (fault !== null) throw new RangeError(`invalid path: ${whole.slice(0, 200)} (${fault})`);
    this.#reads.add(whole);
    await this.restart();
  }

  /** The whole path of one that a cell names. */
  fromProject(path: string): string {
    return resolve(this.options.project, path);
  }

  state(): SessionState {
    const { file, title, dek, edited } = this.#build?.page ??
      { file: basename(this.options.file), title: "", dek: "", edited: 0 };
    const running = this.#states.running().length > 0;
    return {
      file,
      title,
      dek,
      edited,
      running,
      cells: this.#states.counts(),
      diagnostics: this.#diagnostics,
    };
  }

  /** What pages are sent of the notebook; undefined before its first good version. */
  page(): ToPage | undefined {
    return this.#build && this.#cellsMessage(this.#build);
  }

  /** Text of a browser module by its hashed name. */
  asset(name: string): string | undefined {
    return this.#build?.assets.get(name);
  }

  /** Last value of a name that crossed to the browser. */
  value(name: string): unknown {
    return this.#clients.value(name);
  }

  /** Reads the file again. Problems keep the last good version; otherwise only what changed runs. */
  reload(): Promise<void> {
    return this.#reloading = this.#reloading.then(() => this.#reload()).catch((error) => this.#broken(error));
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#watch.close();
    const kernel = this.#kernel;
    this.#kernel = undefined;
    await Promise.all([kernel?.finish("closed"), this.#finishing, this.#reloading]);
    await this.#recorded;
    this.#clients.close();
    this.#past.close();
    this.#folder.close();
  }

  async #reload() {
    if (this.#closed) return;
    this.#saves++;
    const saved = await savedAt(fileURLToPath(this.#url));
    const parsed = await this.compiler.load(this.#url);
    this.#watchFiles();
    const good = this.#build && !hasErrors(this.#build.notebook);
    if (good && hasErrors(parsed)) return this.#problems(parsed.diagnostics, false, parsed);
    const typing = this.#build ? this.#typeErrors(parsed, this.#build.files) : undefined;
    const [build, typed] = await Promise.all([
      buildNotebook(this.compiler, parsed, saved, this.#folder.folder, this.options.extra),
      typing && within(typing, TYPES_MILLISECONDS),
    ]);
    if (this.#closed) return;
    const { notebook } = build;
    if (good && hasErrors(notebook)) return this.#problems(notebook.diagnostics, false, notebook);
    if (good && !this.#mistyped && typed?.length) return this.#problems(typed, false, notebook);
    this.#mistyped = Boolean(typed?.length);
    if (this.#build) this.#past.compare(this.#build.notebook, notebook);
    else this.#restore(notebook);
    this.#build = build;
    this.#watchFiles();
    this.#forget(notebook);
    this.#release(notebook); // what a choice waited for may be no more
    this.#blame(notebook);
    this.#clients.tell(this.#cellsMessage(build));
    this.#problems([...notebook.diagnostics, ...typed ?? []], true, notebook);
    if (typing && !typed) this.#markTypes(notebook, typing);
    if (this.#kernel) this.#load();
    else if (this.#started) {
      this.#deaths = [];
      this.start();
    }
    this.#refresh();
  }

  async #typeErrors({ text, cells }: Notebook, files: readonly string[]): Promise<readonly Diagnostic[]> {
    const modules = files.map((url) => fileURLToPath(url));
    const found = await this.options.types?.errors(fileURLToPath(this.#url), text, { cells, modules }) ?? [];
    return found.filter(({ level }) => level === "error"); // that types were not checked marks nothing
  }

  /** Types are asked for when people look; what is wrong when a notebook is opened runs all the same. */
  #checkTypes({ notebook, files }: Build) {
    this.#markTypes(notebook, this.#typeErrors(notebook, files));
  }

  /** Marks a version that runs already; a save since then has its own words. */
  async #markTypes(notebook: Notebook, typing: Promise<readonly Diagnostic[]>) {
    const saves = this.#saves;
    try {
      const typed = await typing;
      if (this.#closed || this.#saves !== saves || !typed.length) return;
      this.#mistyped = true;
      this.#problems([...notebook.diagnostics, ...typed], true, notebook);
    } catch (error) {
      const text = `types not checked: ${(error as Error).message}`;
      this.#clients.emit({ t: "log", level: "error", text });
    }
  }

  /** A cell with an error in its text says so; one that had an error no longer does. */
  #blame(notebook: Notebook) {
    for (const key of this.#faulty) this.#states.clear(key);
    this.#faulty.clear();
    for (const { level, cells, message, line, column } of notebook.diagnostics) {
      if (level !== "error") continue;
      for (const { key } of notebook.cells.filter((cell) => cells.includes(cell.id))) {
        this.#faulty.add(key);
        this.#setError(key, { name: "Error", message, line, column });
      }
    }
  }

  /** The notebook's file, and the project's files that are bundled with it. */
  #watchFiles() {
    const project = `${resolve(this.options.project)}${sep}`;
    const files = (this.#build?.files ?? []).map((url) => fileURLToPath(url)).filter((file) =>
      file.startsWith(project)
    );
    this.#watch.watch([fileURLToPath(this.#url), ...files]);
  }

  /** What an earlier process left: values that are true still, and cells that are not to run unasked. */
  #restore(notebook: Notebook) {
    const { states } = this.#clients.restored();
    this.#past.restore(notebook, states);
    for (const cell of notebook.cells) {
      const state = states.get(cell.key);
      if (state) this.#states.restore(cell, state);
    }
  }

  /** What belongs to cells that are no more is dropped. */
  #forget(notebook: Notebook) {
    const keys = new Set(notebook.cells.map((cell) => cell.key));
    this.#clients.forget((cell) => !keys.has(cell));
    this.#past.keep(keys);
    for (const name of this.#awaited.keys()) {
      if (!notebook.toBrowser.includes(name)) this.#awaited.delete(name);
    }
    this.#inputs.keep(notebook.toServer);
  }

  /** A build that failed says so as a problem of the file. */
  #broken(error: Error & { diagnostics?: readonly Diagnostic[] }) {
    if (this.#closed) return;
    const whole: Diagnostic = {
      level: "error",
      line: 1,
      column: 1,
      code: "cannot-build",
      message: error.message,
      cells: [],
    };
    this.#problems(error.diagnostics ?? [whole], false);
  }

  /** `saved`: the version that the problems are of, when pages show an earlier one */
  #problems(diagnostics: readonly Diagnostic[], loaded: boolean, saved?: Notebook) {
    this.#diagnostics = diagnostics;
    const names = saved?.cells.map((cell) => cell.name);
    this.#clients.emit({ t: "problems", diagnostics, loaded, ...(names ? { names } : {}) });
  }

  #cellsMessage({ page, code, vendor }: Build): ToPage {
    const address = this.options.address ?? ((name) => name);
    return { t: "cells", notebook: page, code: address(code), vendor: address(vendor) };
  }

  #load() {
    const { notebook, kernel: modules } = this.#build!;
    const broken = new Set(
      notebook.diagnostics.filter(({ level }) => level === "error").flatMap(({ cells }) => cells),
    );
    this.#kernel!.send({
      t: "load",
      url: this.#url,
      ...modules,
      cells: notebook.cells.filter((cell) => inKernel(notebook, cell) && !broken.has(cell.id))
        .map(kernelCell),
      toBrowser: notebook.toBrowser,
      inputs: Object.fromEntries(this.#inputs.chosen),
      ...this.#past.told(notebook),
    });
  }

  /** What cannot be recorded is said in the page's log. */
  #trainings(): SessionTrainings {
    return sessionTrainings(this.options, (text) => this.#clients.emit({ t: "log", level: "error", text }));
  }

  #heard(message: Exclude<FromKernel, { t: "training" }>) {
    const { notebook } = this.#build!;
    if ("cell" in message && typeof message.cell === "string") {
      const cell = notebook.cells.find((cell) => cell.key === message.cell);
      if (!cell) return; // of a version that is no more
      if (!onServer(cell) && message.t !== "log") return; // the page runs it itself
    }
    switch (message.t) {
      case "state":
        return this.#became(notebook, message);
      case "value":
        this.#clients.emit(message);
        if (this.#awaited.delete(message.name)) this.#refresh();
        return;
      case "show":
      case "log":
        return this.#clients.emit(message);
      case "input":
        return this.#reported(message.name, message.value);
      case "loaded":
        return this.#ready();
      case "engine":
        this.#engine = message.engine;
        return this.#ready();
    }
  }

  /** The kernel says what a cell is doing. */
  #became(notebook: Notebook, state: CellNews) {
    const cell = notebook.cells.find(({ key }) => key === state.cell)!;
    const works = state.state === "queued" || state.state === "running",
      ends = !works && state.state !== "stale";
    const base = this.#states.base(cell.key), before = base?.state;
    const { size } = this.#awaited, pending = this.#inputs.pending.size;
    this.#states.set(state);
    if (ends) this.#past.ended(cell, state);
    if (!works) { for (const name of cell.defines) this.#awaited.delete(name); }
    else if (before !== "queued" && before !== "running" && this.#past.isSlow(cell)) {
      this.#await(notebook, cell);
    }
    if (ends) this.#release(notebook);
    // what else is stale follows from these alone
    const alone = !waits(base) && !waits(state) && size === this.#awaited.size &&
      pending === this.#inputs.pending.size;
    if (!alone) return this.#refresh();
    this.#states.say(cell, this.#staleNow.get(cell.key), (cell) => this.#past.price(cell));
  }

  /** Until the first new value, the page has old ones. */
  #await(notebook: Notebook, cell: Cell) {
    for (const name of cell.defines) {
      if (notebook.toBrowser.includes(name) && this.#clients.value(name) !== undefined) {
        this.#awaited.set(name, `waits for ${cell.name}`);
      }
    }
  }

  /** Choices reach the kernel when no training is left that runs on what they replace. */
  #release(notebook: Notebook) {
    for (const [name, value] of this.#inputs.pending) {
      if (this.#busy(notebook, name)) continue;
      this.#apply(notebook, name, value);
      this.#kernel?.send({ t: "set", values: { [name]: value } });
    }
  }

  /** Whether something costly runs that reads this input: a hand on a slider does not end it. */
  #busy(notebook: Notebook, name: string): boolean {
    return below(notebook.cells, [name], onServer).some((cell) =>
      this.#past.isCostly(cell) && this.#states.base(cell.key)?.state === "running"
    );
  }

  #ready() {
    const engine = this.#engine ? { engine: this.#engine } : {};
    const note = this.#folder.note === undefined ? {} : { note: this.#folder.note };
    this.#clients.emit({ t: "kernel", state: "ready", ...engine, reads: [...this.#reads], ...note });
  }

  /** The kernel says what an input is: a default, or what it has instead of a choice that it refused. */
  #reported(name: string, value: unknown) {
    if (!this.#build!.notebook.toServer.includes(name)) return;
    this.#inputs.report(name, value);
    if (this.#inputs.pending.has(name) || !this.#inputs.show(name, value)) return;
    this.#clients.emit({ t: "input", name, value });
  }

  #set(name: string, value: unknown, from: Client): { ok: true } | { ok: false; why: string } {
    const { notebook } = this.#build ?? {};
    if (!notebook?.toServer.includes(name)) {
      return { ok: false, why: `unknown input: ${name} (has ${notebook?.toServer.join(", ") || "none"})` };
    }
    const waited = this.#inputs.pending.has(name);
    this.#inputs.show(name, value);
    this.#clients.emit({ t: "input", name, value, chosen: true }, from); // an echo would fight the hand on the slider
    if (this.#kernel && this.#busy(notebook, name)) this.#inputs.postpone(name, value);
    else {
      this.#apply(notebook, name, value);
      if (this.#kernel) this.#kernel.send({ t: "set", values: { [name]: value } });
      else if (this.#started && !this.#stoppedFor(notebook, name)) this.start();
    }
    // a choice that goes to the kernel makes nothing stale: what it runs says so itself
    if (waited || this.#inputs.pending.has(name) || !this.#kernel) this.#refresh();
    return { ok: true };
  }

  /** Without a kernel after too many deaths, only an input that concerns a cell which ended one starts it again. */
  #stoppedFor(notebook: Notebook, name: string): boolean {
    const reached = below(notebook.cells, [name]).map((cell) => cell.key);
    if (!reached.length) return true;
    this.#deaths = [];
    return false;
  }

  #apply(notebook: Notebook, name: string, value: unknown) {
    this.#inputs.apply(name, value);
    this.#past.permit(below(notebook.cells, [name]).map(({ key }) => key));
  }

  #ended(end: KernelEnd) {
    this.#kernel = undefined;
    this.#awaited.clear();
    this.#clients.emit({ t: "kernel", state: "ended", why: end.why });
    const error = endError(end);
    const culprits = this.#states.running();
    this.#past.refuse(culprits, error);
    this.#lose("the kernel ended");
    for (const key of culprits) this.#setError(key, error);
    this.#refresh();
    const now = Date.now();
    this.#deaths = [...this.#deaths.filter((at) => now - at < DEATHS_WITHIN_MILLISECONDS), now];
    if (this.#deaths.length < DEATHS) return this.start();
    const why =
      `it ended ${DEATHS} times within 10 s (${end.why}); edit a cell, change an input or press Run`;
    this.#clients.emit({ t: "kernel", state: "stopped", why });
  }

  /** Values of a kernel that is gone are stale. */
  #lose(reason: string) {
    const keys = this.#build?.notebook.cells.map(({ key }) => key) ?? [];
    this.#past.lost(keys, reason);
    for (const key of keys) {
      const base = this.#states.base(key);
      if (base && base.state !== "error") this.#states.set({ t: "state", cell: key, state: "stale", reason });
    }
  }

  #setError(key: string, error: CellError) {
    this.#states.set({ t: "state", cell: key, state: "error", error });
  }

  #stale(notebook: Notebook): Map<string, string> {
    return staleCells(notebook, {
      pending: this.#inputs.pending.keys(),
      awaited: this.#awaited,
      base: (key) => this.#states.base(key),
    });
  }

  #refresh() {
    const { notebook } = this.#build ?? {};
    if (!notebook) return;
    const cells = notebook.cells.filter((cell) => cell.kind === "code");
    this.#staleNow = this.#stale(notebook);
    this.#states.refresh(cells, this.#staleNow, (cell) => this.#past.price(cell));
  }
}

/** Whether what is below a cell in this state may be stale for it. */
const waits = (state: CellNews | undefined): boolean => state?.state === "stale" || wasStopped(state);

const hasErrors = ({ diagnostics }: Notebook) => diagnostics.some(({ level }) => level === "error");

/** Cells to run, by key: those named, or all that are stale; with the stale ones above them. */
function wantedCells(
  notebook: Notebook,
  stale: ReadonlyMap<string, string>,
  named?: readonly string[],
): Set<string> {
  const cells = notebook.cells.filter((cell) => inKernel(notebook, cell));
  const wanted = cells.filter(({ key }) => named ? named.includes(key) : stale.has(key));
  const needed = wanted.flatMap((cell) => above(cells, cell)).filter(({ key }) => stale.has(key));
  return new Set([...wanted, ...needed].map(({ key }) => key));
}
