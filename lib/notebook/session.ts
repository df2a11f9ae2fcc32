/**
 * One open notebook, on the side that never runs its code: it builds the file, keeps a kernel for the server cells,
 * records what the kernel says, and serves any number of pages.
 */
import { basename, join, resolve, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { EngineChoice, EngineSettings } from "../engine/engine.ts";
import { sameData } from "./codec.ts";
import { EventLog } from "./event_log.ts";
import { grantFault } from "./grant_fault.ts";
import { type FromKernel, kernelCell } from "./kernel_messages.ts";
import type { Diagnostic, Notebook } from "./notebook.ts";
import { type Kernel, type KernelEnd, spawnKernel } from "./process.ts";
import { type Build, buildNotebook, type Compiler, notebookCompiler } from "./session_build.ts";
import { type Client, SessionClients } from "./session_clients.ts";
import { endError } from "./session_death.ts";
import { readMessage } from "./session_message.ts";
import { below, heldBack, inKernel, onServer, trains } from "./session_reach.ts";
import { waitForRun, waitForValues, wasStopped } from "./session_stale.ts";
import { SessionStates } from "./session_states.ts";
import { type SessionTrainings, sessionTrainings } from "./session_trainings.ts";
import { SessionWatch } from "./session_watch.ts";
import type { CellError, EngineLine, FromPage, ToPage } from "./wire.ts";

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
  readonly #folder: string;
  readonly #clients: SessionClients;
  readonly #states: SessionStates;
  readonly #watch: SessionWatch;
  #build?: Build;
  #diagnostics: readonly Diagnostic[] = [];
  #reloading: Promise<void> = Promise.resolve();
  #kernel?: Kernel;
  #engine?: EngineLine;
  /** when what kernels that have ended trained is in the store */
  #recorded: Promise<void> = Promise.resolve();
  #started = false;
  #closed = false;
  #deaths: number[] = [];
  /** every input's value as pages see it; those a person chose and the kernel has; those that wait for Run */
  #inputs: Record<string, unknown> = {};
  readonly #chosen = new Map<string, unknown>();
  readonly #applied = new Map<string, unknown>();
  readonly #pending = new Map<string, unknown>();
  /** trainings whose values were lost with a kernel: they wait for Run */
  readonly #held = new Set<string>();
  /** names whose new values are still to come after Run, and why those that the page has are stale */
  readonly #awaited = new Map<string, string>();
  /** cells whose text has an error, by key */
  readonly #faulty = new Set<string>();
  /** cells that ended a kernel: not run again until they or their inputs change */
  readonly #refused = new Map<string, CellError>();
  /** what the kernel may read beside the project: given at the start, and by the owner since */
  readonly #reads: Set<string>;

  constructor(readonly options: SessionOptions, readonly compiler: Compiler) {
    const file = resolve(options.file);
    this.#reads = new Set(options.read?.map((path) => resolve(path)));
    this.#url = pathToFileURL(file).href;
    this.#folder = join(
      resolve(options.project),
      ".plateau",
      "notebooks",
      basename(file).replace(/\.ts$/, ""),
    );
    Deno.mkdirSync(join(this.#folder, "run"), { recursive: true });
    this.#clients = new SessionClients(new EventLog(join(this.#folder, "events.bin")));
    this.#states = new SessionStates((state) => this.#clients.emit(state));
    this.#watch = new SessionWatch(() => this.reload());
  }

  /** Takes a page in; it gets the notebook and the last of every event. Returns what takes it out. */
  attach(client: Client): () => void {
    const hello: ToPage = { t: "hello", epoch: this.#clients.epoch, role: client.role, inputs: this.#inputs };
    const detach = this.#clients.attach(
      client,
      this.#build ? [hello, this.#cellsMessage(this.#build)] : [hello],
    );
    if (!this.#started) this.start();
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
    if (this.#closed || this.#kernel || !notebook?.cells.some((cell) => inKernel(notebook, cell))) return;
    this.#clients.emit({ t: "kernel", state: "starting" });
    this.#applied.clear();
    this.#engine = undefined;
    const trainings = this.#trainings();
    const kernel = spawnKernel({
      ...this.options,
      project: resolve(this.options.project),
      runFolder: join(this.#folder, "run"),
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

  /** Runs what is stale: all of it, or these cells. A cell named that is not stale runs again. */
  run(cells?: readonly string[]): void {
    const { notebook } = this.#build ?? {};
    if (!notebook) return;
    const wanted = (key: string) => !cells || cells.includes(key);
    const before = this.#waitForRun(notebook);
    this.#deaths = [];
    const covered = new Set<string>();
    const values: Record<string, unknown> = {};
    for (const [name, value] of this.#pending) {
      const waiting = heldBack(notebook, name);
      if (!waiting.some(wanted)) continue;
      this.#pending.delete(name);
      values[name] = value;
      for (const key of waiting) covered.add(key);
      this.#apply(name, value);
    }
    const again = notebook.cells.map((cell) => cell.key).filter((key) =>
      this.#held.has(key) && wanted(key) ||
      !covered.has(key) && (cells?.includes(key) || wasStopped(this.#states.base(key)) && wanted(key))
    );
    for (const key of again) {
      if (wasStopped(this.#states.base(key))) this.#states.set({ t: "state", cell: key, state: "queued" });
      this.#held.delete(key);
      this.#refused.delete(key);
    }
    this.#await(notebook, before);
    if (this.#kernel) {
      if (Object.keys(values).length) this.#kernel.send({ t: "set", values });
      if (again.length) this.#kernel.send({ t: "run", cells: again });
    } else this.start();
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

  /** A new kernel, in which everything runs. */
  async restart(): Promise<void> {
    const kernel = this.#kernel;
    this.#kernel = undefined;
    this.#deaths = [];
    this.#awaited.clear();
    this.#held.clear();
    this.#refused.clear();
    for (const [name, value] of this.#pending) this.#apply(name, value);
    this.#pending.clear();
    this.#lose("restarted");
    kernel?.kill("restarted");
    await kernel?.ended;
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
    kernel?.kill("closed");
    await Promise.all([kernel?.ended, this.#reloading]);
    await this.#recorded;
    this.#clients.close();
    this.#clients.log.close();
  }

  async #reload() {
    if (this.#closed) return;
    const { mtime } = await Deno.stat(fileURLToPath(this.#url)).catch(() => {
      throw new Error(`missing file: ${basename(this.options.file)}; put it back, or close this page`);
    });
    const parsed = await this.compiler.load(this.#url);
    this.#watchFiles();
    const good = this.#build && !hasErrors(this.#build.notebook);
    if (good && hasErrors(parsed)) return this.#problems(parsed.diagnostics, false);
    const build = await buildNotebook(
      this.compiler,
      parsed,
      mtime?.getTime() ?? 0,
      this.#folder,
      this.options.extra,
    );
    if (this.#closed) return;
    const { notebook } = build;
    if (good && hasErrors(notebook)) return this.#problems(notebook.diagnostics, false);
    this.#build = build;
    this.#watchFiles();
    this.#forget(notebook);
    this.#blame(notebook);
    this.#clients.tell(this.#cellsMessage(build));
    this.#problems(notebook.diagnostics, true);
    if (this.#kernel) this.#load();
    else if (this.#started) {
      this.#deaths = [];
      this.start();
    }
    this.#refresh();
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

  /** What belongs to cells that are no more is dropped. */
  #forget(notebook: Notebook) {
    const keys = new Set(notebook.cells.map((cell) => cell.key));
    this.#clients.forget((cell) => !keys.has(cell));
    for (const key of [...this.#held, ...this.#refused.keys()]) {
      if (keys.has(key)) continue;
      this.#held.delete(key);
      this.#refused.delete(key);
    }
    for (const name of this.#awaited.keys()) {
      if (!notebook.toBrowser.includes(name)) this.#awaited.delete(name);
    }
    for (const name of Object.keys(this.#inputs)) {
      if (notebook.toServer.includes(name)) continue;
      delete this.#inputs[name];
      for (const map of [this.#chosen, this.#applied, this.#pending]) map.delete(name);
    }
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

  #problems(diagnostics: readonly Diagnostic[], loaded: boolean) {
    this.#diagnostics = diagnostics;
    this.#clients.emit({ t: "problems", diagnostics, loaded });
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
      inputs: Object.fromEntries(this.#chosen),
      held: [...this.#held],
      refused: Object.fromEntries(this.#refused),
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
      case "start":
        this.#held.delete(message.cell);
        this.#refused.delete(message.cell);
        return;
      case "state":
        if (this.#held.has(message.cell) && message.state === "queued") return;
        this.#states.set(message);
        if (message.state === "done" || message.state === "error") this.#arrived(notebook, message.cell);
        return this.#refresh();
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

  /** No value is awaited of a cell that has ended. */
  #arrived(notebook: Notebook, key: string) {
    const cell = notebook.cells.find((cell) => cell.key === key);
    for (const name of cell?.defines ?? []) this.#awaited.delete(name);
  }

  #ready() {
    const engine = this.#engine ? { engine: this.#engine } : {};
    this.#clients.emit({ t: "kernel", state: "ready", ...engine, reads: [...this.#reads] });
  }

  /** The kernel says what an input is: a default, or what it has instead of a choice that it refused. */
  #reported(name: string, value: unknown) {
    if (!this.#build!.notebook.toServer.includes(name)) return;
    this.#applied.set(name, value);
    if (this.#chosen.has(name) && !sameData(this.#chosen.get(name), value)) {
      this.#chosen.delete(name);
      this.#awaited.clear(); // a choice that the kernel refused runs nothing
      this.#refresh();
    }
    if (this.#pending.has(name) || name in this.#inputs && sameData(this.#inputs[name], value)) return;
    this.#inputs = { ...this.#inputs, [name]: value };
    this.#clients.emit({ t: "input", name, value });
  }

  #set(name: string, value: unknown, from: Client): { ok: true } | { ok: false; why: string } {
    const { notebook } = this.#build ?? {};
    if (!notebook?.toServer.includes(name)) {
      return { ok: false, why: `unknown input: ${name} (has ${notebook?.toServer.join(", ") || "none"})` };
    }
    this.#inputs = { ...this.#inputs, [name]: value };
    this.#clients.emit({ t: "input", name, value }, from); // an echo would fight the hand on the slider
    const waiting = heldBack(notebook, name);
    if (this.#kernel && waiting.length && this.#applied.has(name)) {
      if (sameData(this.#applied.get(name), value)) this.#pending.delete(name);
      else this.#pending.set(name, value);
    } else {
      this.#apply(name, value);
      if (this.#kernel) this.#kernel.send({ t: "set", values: { [name]: value } });
      else if (this.#started && !this.#stoppedFor(notebook, name)) this.start();
    }
    this.#refresh();
    return { ok: true };
  }

  /** Without a kernel after too many deaths, only an input that concerns a cell which ended one starts it again. */
  #stoppedFor(notebook: Notebook, name: string): boolean {
    const reached = below(notebook.cells, [name]).map((cell) => cell.key);
    if (!reached.length) return true;
    this.#deaths = [];
    return false;
  }

  #apply(name: string, value: unknown) {
    this.#chosen.set(name, value);
    this.#applied.set(name, value);
    for (const { key } of below(this.#build!.notebook.cells, [name])) this.#refused.delete(key);
  }

  #ended(end: KernelEnd) {
    this.#kernel = undefined;
    this.#awaited.clear();
    this.#clients.emit({ t: "kernel", state: "ended", why: end.why });
    const error = endError(end);
    const { notebook } = this.#build!;
    const culprits = this.#states.running();
    for (const key of culprits) this.#refused.set(key, error);
    for (const cell of notebook.cells) {
      if (trains(cell) && this.#states.base(cell.key)?.state === "done") this.#held.add(cell.key);
    }
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
    for (const { key } of this.#build?.notebook.cells ?? []) {
      const base = this.#states.base(key);
      if (base && base.state !== "error") this.#states.set({ t: "state", cell: key, state: "stale", reason });
    }
  }

  #setError(key: string, error: CellError) {
    this.#states.set({ t: "state", cell: key, state: "error", error });
  }

  #waitForRun(notebook: Notebook): Map<string, string> {
    return waitForRun(notebook, {
      held: this.#held,
      pending: this.#pending.keys(),
      base: (key) => this.#states.base(key),
    });
  }

  /** What waited for Run before and does not now will send new values: until then the page has old ones. */
  #await(notebook: Notebook, before: ReadonlyMap<string, string>) {
    if (!this.#kernel) return;
    const now = this.#waitForRun(notebook);
    for (const cell of notebook.cells) {
      const reason = before.get(cell.key);
      if (reason === undefined || now.has(cell.key) || !onServer(cell)) continue;
      if (!below(notebook.cells, cell.defines).some(({ key }) => before.has(key))) continue;
      const why = reason === "stopped" ? `${cell.name} stopped` : reason;
      for (const name of cell.defines) if (notebook.toBrowser.includes(name)) this.#awaited.set(name, why);
    }
  }

  #refresh() {
    const { notebook } = this.#build ?? {};
    if (!notebook) return;
    const stale = new Map([...waitForValues(notebook, this.#awaited), ...this.#waitForRun(notebook)]);
    this.#states.refresh(notebook.cells.filter((cell) => cell.kind === "code"), stale);
  }
}

const hasErrors = ({ diagnostics }: Notebook) => diagnostics.some(({ level }) => level === "error");
