/**
 * One open notebook, on the side that never runs its code: it builds the file, keeps a kernel for the server cells,
 * records what the kernel says, and serves any number of pages.
 */
import { basename, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { kernelCell } from "./kernel_messages.ts";
import type { Notebook } from "./notebook.ts";
import { type Build, type Compiler, notebookCompiler } from "./session_build.ts";
import { SessionCells } from "./session_cells.ts";
import { SessionChoices } from "./session_choices.ts";
import { type Client, SessionClients } from "./session_clients.ts";
import { openSessionFolder, type SessionFolder } from "./session_folder.ts";
import { SessionInputs } from "./session_inputs.ts";
import { type Heard, SessionKernel } from "./session_kernel.ts";
import { readMessage } from "./session_message.ts";
import type { SessionOptions, SessionState } from "./session_options.ts";
import { SessionPast } from "./session_past.ts";
import { inKernel, onServer } from "./session_reach.ts";
import { SessionReading } from "./session_reading.ts";
import { SessionVersions } from "./session_versions.ts";
import type { Event, FromPage, ToPage } from "./wire.ts";

export type { Client } from "./session_clients.ts";
export type { SessionOptions, SessionState } from "./session_options.ts";

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
  readonly #inputs: SessionInputs;
  readonly #past: SessionPast;
  readonly #cells: SessionCells;
  readonly #versions: SessionVersions;
  readonly #reading: SessionReading;
  readonly #kernel: SessionKernel;
  readonly #choices: SessionChoices<Client>;
  /** what pages are told of a version */
  readonly #told = new WeakMap<Build, ToPage>();
  /** somebody wants it to run */
  #started = false;

  constructor(readonly options: SessionOptions, readonly compiler: Compiler) {
    const file = resolve(options.file), { project, types, extra } = options;
    this.#url = pathToFileURL(file).href;
    this.#folder = openSessionFolder(project, file);
    const { folder, run, note } = this.#folder;
    const clients = this.#clients = new SessionClients(join(folder, "events.2.bin"));
    const say = clients.emit.bind(clients);
    this.#inputs = new SessionInputs(clients.restored());
    this.#past = new SessionPast(join(folder, "costs.json"));
    this.#reading = new SessionReading(project, options.read);
    this.#cells = new SessionCells(this.#past, {
      notebook: () => this.#build?.notebook,
      pending: this.#inputs.pending,
      has: (name) => clients.value(name) !== undefined,
      freed: () => this.#choices.release(this.#build!.notebook),
      say,
    });
    this.#versions = new SessionVersions({ url: this.#url, project, folder, compiler, types, extra }, {
      loaded: (build, before) => this.#loaded(build, before),
      say,
    });
    this.#kernel = new SessionKernel(options, run, note, {
      heard: (message) => this.#heard(message),
      ended: (end) => this.#cells.died(end),
      again: () => this.start(),
      works: () => this.#cells.work,
      say,
    });
    this.#choices = new SessionChoices(this.#inputs, this.#cells, this.#kernel, {
      notebook: () => this.#build?.notebook,
      start: () => this.#started && this.start(),
      say,
    });
  }

  get #build(): Build | undefined {
    return this.#versions.build;
  }

  /** Takes a page in; it gets the notebook and the last of every event. Returns what takes it out. */
  attach(client: Client): () => void {
    const { epoch } = this.#clients, { role } = client, inputs = this.#inputs.shown;
    const hello: ToPage = { t: "hello", epoch, role, inputs };
    const detach = this.#clients.attach(
      client,
      this.#build ? [hello, this.#cellsMessage(this.#build)] : [hello],
    );
    if (role !== "owner") return detach; // who only looks starts nothing
    if (!this.#started) this.start();
    this.#versions.checkTypes();
    return detach;
  }

  /** Does what a page asks; returns why not, when it does not. */
  receive(client: Client, frame: Uint8Array | FromPage): { ok: true } | { ok: false; why: string } {
    if (client.role !== "owner") return { ok: false, why: "only the owner of a notebook can run it" };
    const asked = readMessage(frame);
    if (!asked.ok) return asked;
    const data = asked.message;
    if (data.t === "set") return this.#choices.take(data.name, data.value, client);
    this.#choices.flush();
    if (data.t === "run") this.run(data.cells);
    else if (data.t === "interrupt") this.interrupt();
    else this.restart();
    return { ok: true };
  }

  /** Starts the kernel, when a cell needs one. */
  start(): void {
    this.#started = true;
    const { notebook } = this.#build ?? {};
    if (!notebook?.cells.some((cell) => inKernel(notebook, cell))) return;
    if (!this.#kernel.start(this.#reading.allowed)) return;
    this.#inputs.applied.clear();
    this.#load();
  }

  /** Runs what is stale: all of it, or these cells with what they wait for. A cell named that is not stale runs again. */
  run(cells?: readonly string[]): void {
    const { notebook } = this.#build ?? {};
    if (!notebook) return;
    this.#kernel.pardon();
    const wanted = this.#cells.wanted(notebook, cells);
    const values = this.#choices.applyPending(notebook, (keys) => keys.some((key) => wanted.keys.has(key)));
    const chosen = Object.keys(values), again = this.#cells.again(notebook, wanted, chosen);
    if (this.#kernel.runs) {
      if (chosen.length) this.#kernel.send({ t: "set", values });
      const waiting = cells && { cells: [...wanted.keys].filter((key) => !again.includes(key)) };
      this.#kernel.send({ t: "run", ...waiting, again });
    } else {
      this.#past.release(wanted.keys);
      this.start();
    }
    this.#cells.refresh();
  }

  /** Stops what runs, in its own way; a kernel that is silent for 600 ms is killed and started again. */
  interrupt(): Promise<"nothing" | "interrupted" | "killed"> {
    return this.#kernel.interrupt();
  }

  /** A new kernel. What cost something comes from the cache, or waits for Run; the rest runs. */
  async restart(): Promise<void> {
    const left = this.#kernel.leave(), { notebook } = this.#build ?? {};
    this.#past.permit(notebook?.cells.map(({ key }) => key) ?? []);
    if (notebook) this.#choices.applyPending(notebook, () => true);
    this.#cells.lost("the kernel was restarted");
    this.#cells.refresh();
    await left;
    this.start();
    this.#cells.refresh();
  }

  /** The files and folders that cells of the server tried to read and may not, as they name them. */
  askedToRead(): readonly string[] {
    const states = this.#build?.notebook.cells.map(({ key }) => this.#cells.base(key)) ?? [];
    return states.flatMap((state) => state?.error?.mayNotRead ?? []);
  }

  /**
   * Lets the kernel read a file or folder from now on: one with that right takes its place.
   * @throws RangeError for what no kernel can be granted; then all stays as it is
   */
  async allowReading(path: string): Promise<void> {
    this.#reading.allow(path);
    await this.restart();
  }

  /** The whole path of one that a cell names. */
  fromProject(path: string): string {
    return this.#reading.whole(path);
  }

  state(): SessionState {
    const { file, title, dek, edited } = this.#build?.page ??
      { file: basename(this.options.file), title: "", dek: "", edited: 0 };
    const cells = this.#cells.counts(), { diagnostics } = this.#versions;
    return { file, title, dek, edited, running: this.#cells.work, cells, diagnostics };
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

  /** What a cell shows last, by its key; undefined where it has shown nothing on the server. */
  shown(cell: string): Extract<Event, { t: "show" }> | undefined {
    return this.#clients.shown(cell);
  }

  /** Reads the file again. Problems keep the last good version; otherwise only what changed runs. */
  reload(): Promise<void> {
    return this.#versions.read();
  }

  async close(): Promise<void> {
    this.#choices.close();
    await Promise.all([this.#kernel.close(), this.#versions.close()]);
    this.#clients.close();
    this.#past.close();
    this.#folder.close();
  }

  /** Another version runs from now on. */
  #loaded(build: Build, before: Build | undefined) {
    const { notebook } = build;
    if (before) this.#past.compare(before.notebook, notebook);
    else this.#cells.restore(notebook, this.#clients.restored().states);
    this.#forget(notebook);
    this.#choices.release(notebook); // what a choice waited for may be no more
    this.#cells.blame(notebook);
    this.#clients.tell(this.#cellsMessage(build));
    if (this.#kernel.runs) this.#load();
    else if (this.#started) {
      this.#kernel.pardon();
      this.start();
    }
    this.#cells.refresh();
  }

  /** What belongs to cells and names that are no more is dropped. */
  #forget(notebook: Notebook) {
    const { cells } = notebook;
    this.#clients.keep(
      new Set(cells.map(({ key }) => key)),
      new Set(cells.flatMap(({ defines }) => defines)),
    );
    this.#cells.keep(notebook);
    this.#inputs.keep(notebook.toServer);
  }

  /** The same object for every page, which is made into bytes once. */
  #cellsMessage(build: Build): ToPage {
    const { page, code, vendor } = build, address = this.options.address ?? ((name) => name);
    const known = this.#told.get(build);
    const message: ToPage = known ??
      { t: "cells", notebook: page, code: address(code), vendor: address(vendor) };
    this.#told.set(build, message);
    return message;
  }

  #load() {
    const { notebook, kernel: modules } = this.#build!;
    const broken = new Set(
      notebook.diagnostics.filter(({ level }) => level === "error").flatMap(({ cells }) => cells),
    );
    this.#kernel.send({
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

  #heard(message: Heard) {
    const { notebook } = this.#build!;
    if ("cell" in message && typeof message.cell === "string") {
      const cell = notebook.cells.find((cell) => cell.key === message.cell);
      if (!cell) return; // of a version that is no more
      if (!onServer(cell) && message.t !== "log") return; // the page runs it itself
    }
    switch (message.t) {
      case "state":
        this.#cells.became(notebook, message);
        if (message.state === "running") this.#kernel.follow();
        return;
      case "value":
        this.#clients.emit(message);
        return this.#cells.came(message.name);
      case "show":
      case "log":
        return this.#clients.emit(message);
      case "input":
        return this.#choices.reported(notebook, message.name, message.value);
    }
  }
}
