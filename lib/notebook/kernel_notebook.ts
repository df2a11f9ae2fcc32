/** A notebook's server cells in their kernel: the runtime, its inputs, and what goes to the parent. */
import { sameData } from "./codec.ts";
import type { CellCache, Declared } from "./kernel_cache.ts";
import { KernelGate, type Verdict } from "./kernel_gate.ts";
import { IMPORT_MILLISECONDS, importPrograms } from "./import_programs.ts";
import { type Input, InvalidInput, validated } from "./inputs.ts";
import type { FromKernel, KernelCell, ToKernel } from "./kernel_messages.ts";
import type { KernelOutput } from "./kernel_output.ts";
import type { KernelWorkers } from "./kernel_workers.ts";
import { NotebookRuntime, type Recalled, type RuntimeCell, type StateDetail } from "./runtime.ts";
import { cellError, CellFailure } from "./runtime_error.ts";
import { encodedTails, TailSender } from "./tails.ts";
import type { CellError, CellNews, CellState } from "./wire.ts";

type Load = Extract<ToKernel, { t: "load" }>;

export class KernelNotebook {
  readonly #runtime: NotebookRuntime;
  /** by name: what was sent of it, and the cell that gave it */
  readonly #senders = new Map<string, { readonly cell: string; readonly sender: TailSender }>();
  /** cells of the version that the parent has: it takes values of no others */
  #taken: ReadonlySet<string> = new Set();
  /** what a person chose, and what each input is */
  readonly #chosen = new Map<string, unknown>();
  readonly #inputs = new Map<string, Input>();
  readonly #gate: KernelGate;
  readonly #refused = new Map<string, CellError>();
  /** cells whose values or displays cannot be sent, until their next run */
  readonly #unsendable = new Map<string, CellError>();
  /** the last word on each cell */
  readonly #news = new Map<string, CellNews>();
  #cells: readonly KernelCell[] = [];
  #modules: string[] = [];
  #loadFailed = false;
  /** why cells are to run again, of loads that have not succeeded yet */
  #reasons: Record<string, string> = {};

  constructor(
    readonly send: (message: FromKernel) => void,
    readonly output: KernelOutput,
    cache: () => CellCache | undefined,
    within: <T>(cell: RuntimeCell, work: () => T) => T,
    readonly workers?: KernelWorkers,
  ) {
    this.#gate = new KernelGate({
      cache,
      rest: (cells) => this.#runtime.rest(cells),
      waits: ({ key }, reason) => this.#say({ t: "state", cell: key, state: "stale", reason }),
      recalled: ({ key }, shown) => this.#recalled(key, shown),
    });
    this.#runtime = new NotebookRuntime({
      modules: () => this.#modules,
      begin: (cell, reads) => this.#begin(cell.key, reads),
      ended: ({ key }, outcome) => this.#gate.ended(this.#cell(key)!, outcome, this.output.shown(key)),
      display: (cell, value) => this.#display(cell.key, value),
      view: (_, name, input) => this.#view(name, input as Input),
      state: (cell, state, detail) => this.#state(cell.key, state, detail),
      holds: ({ key }) => this.#gate.holds(this.#cell(key)!),
      within,
    });
  }

  /** Imports the modules of a load and takes its cells. Returns the keys of those that are new. */
  async load(message: Load): Promise<string[]> {
    for (const [name, value] of Object.entries(message.inputs)) this.#chosen.set(name, value);
    for (const [key, error] of Object.entries(message.refused)) this.#refused.set(key, error);
    this.#modules = [message.code, ...this.#modules].slice(0, 20); // kept cells may still run an older module
    Object.assign(this.#reasons, message.reasons);
    this.#forgetSent(message.cells);
    const imported = await importPrograms(message, IMPORT_MILLISECONDS); // until here the cells that are there go on
    this.#gate.load({ ...message, reasons: this.#reasons });
    this.#reasons = {};
    this.#cells = message.cells;
    for (const name of this.#inputs.keys()) if (!this.#defines(name)) this.#inputs.delete(name);
    const programs = this.workers?.programs(message, imported) ?? imported;
    const taps = message.toBrowser.map((name) => [name, (value: unknown) => this.#tell(name, value)]);
    const fresh = this.#runtime.load(message.cells, programs, [], Object.fromEntries(taps));
    this.#sayAgain(fresh);
    return fresh;
  }

  /** The parent forgets the names that are no more; what another cell gave of a name continues nothing. */
  #forgetSent(cells: readonly KernelCell[]) {
    this.#taken = new Set(cells.map(({ key }) => key));
    for (const [name, { cell }] of this.#senders) {
      if (!cells.some(({ key, defines }) => key === cell && defines.includes(name))) {
        this.#senders.delete(name);
      }
    }
  }

  #defines(name: string): boolean {
    return this.#cells.some(({ defines }) => defines.includes(name));
  }

  /** Addresses under which its code runs. */
  get modules(): readonly string[] {
    return this.#modules;
  }

  /** What a function of a cell depends on: the cell's text, what it reads, and what else it defines. */
  declared(name: string): Declared | undefined {
    const cell = this.#cells.find((cell) => cell.defines.includes(name));
    const known = cell && this.#runtime.known(cell.key);
    // a function among other statements may hold what they computed or read, which nobody sees
    if (!cell?.onlyFunctions || !known || typeof known.values[name] !== "function") return undefined;
    const data = Object.entries(known.values).filter(([, value]) => typeof value !== "function");
    return { key: cell.key, reads: { ...known.reads, ...Object.fromEntries(data) } };
  }

  /** What the modules of a load threw, said of every cell of it, until a load that succeeds. */
  failed(thrown: unknown, cells: readonly KernelCell[]) {
    const error = cellError(thrown, this.#modules);
    this.#loadFailed = true;
    for (const { key } of cells) this.send({ t: "state", cell: key, state: "error", error });
  }

  /** After a load that failed, cells that were there before are again what they are. */
  #sayAgain(fresh: readonly string[]) {
    const keys = new Set(this.#cells.map(({ key }) => key));
    for (const key of this.#news.keys()) if (!keys.has(key) || fresh.includes(key)) this.#news.delete(key);
    if (this.#loadFailed) { for (const news of this.#news.values()) this.send(news); }
    this.#loadFailed = false;
  }

  /** Takes what a person chose. An invalid value is refused with a word in the log; an equal one changes nothing. */
  set(values: Readonly<Record<string, unknown>>) {
    for (const [name, given] of Object.entries(values)) {
      const input = this.#inputs.get(name);
      const now = this.#chosen.has(name) ? this.#chosen.get(name) : input?.value;
      try {
        const value = input ? validated(input, given, name) : given;
        if (sameData(value, now)) continue;
        this.#chosen.set(name, value);
        this.#gate.changes([name]);
        if (input) this.#runtime.set(name, value);
      } catch (error) {
        if (!(error instanceof InvalidInput)) throw error;
        this.output.log(undefined, "error", error.message);
        this.send({ t: "input", name, value: now });
      }
    }
  }

  /** Lets cells run that wait, or will; `again` run whatever is known of them. */
  run(cells: readonly string[] | undefined, again: readonly string[]) {
    for (const key of [...cells ?? this.#refused.keys(), ...again]) this.#refused.delete(key);
    const due = again.filter((key) => this.#gate.isDue(key)),
      anew = again.filter((key) => !due.includes(key));
    this.#gate.release(cells && [...cells, ...due]);
    this.#gate.force(anew);
    this.#runtime.rerun(anew);
  }

  /** Settles when what the cells gave so far is on disk. */
  async kept(): Promise<void> {
    await this.#gate.kept();
  }

  interrupt() {
    this.#runtime.interrupt();
  }

  /** The cell in whose lines an error was thrown, and the error as data. */
  locate(thrown: unknown): { cell?: string; error: CellError } {
    const error = cellError(thrown, this.#modules);
    const { line } = error;
    const cell = line === undefined
      ? undefined
      : this.#cells.find((cell) => cell.line <= line && line <= cell.endLine);
    return { ...(cell ? { cell: cell.key } : {}), error };
  }

  #begin(key: string, reads: readonly unknown[]): void | Recalled | Promise<void | Recalled> {
    const refused = this.#refused.get(key);
    this.#refused.delete(key);
    if (refused) throw new CellFailure(refused);
    const judged = (verdict: Verdict) => {
      if (verdict === "runs") this.#starts(key);
      else if (verdict !== "over") return verdict;
    };
    const verdict = this.#gate.begin(this.#cell(key)!, reads);
    return verdict instanceof Promise ? verdict.then(judged) : judged(verdict);
  }

  #starts(cell: string) {
    this.#unsendable.delete(cell);
    this.output.begin(cell);
  }

  /** What an earlier run showed is shown again. */
  #recalled(cell: string, shown: readonly unknown[]) {
    this.#unsendable.delete(cell);
    this.output.begin(cell);
    for (const value of shown) this.output.display(cell, value);
  }

  #cell(key: string): KernelCell | undefined {
    return this.#cells.find((cell) => cell.key === key);
  }

  #display(cell: string, value: unknown) {
    try {
      this.output.display(cell, value);
    } catch (error) {
      this.#cannotSend(cell, error, " Show charts in a browser cell.");
    }
  }

  #view(name: string, input: Input): unknown {
    const before = this.#inputs.get(name);
    this.#inputs.set(name, input);
    let value: unknown = input.value;
    if (this.#chosen.has(name)) {
      try {
        value = validated(input, this.#chosen.get(name), name);
      } catch {
        this.#chosen.delete(name); // the input changed under the choice
      }
    }
    if (!before || !sameData(before.value, value)) this.send({ t: "input", name, value });
    return value;
  }

  #state(cell: string, state: CellState, detail: StateDetail) {
    if (state === "done" || state === "error") this.output.settle(cell);
    if (state === "error") this.#gate.failed(cell, detail.reason === "stopped");
    const error = this.#unsendable.get(cell);
    if (error && state === "done") this.#say({ t: "state", cell, state: "error", ...detail, error });
    else this.#say({ t: "state", cell, state, ...detail });
  }

  #say(news: CellNews) {
    this.#news.set(news.cell, news);
    this.send(news);
  }

  #tell(name: string, value: unknown) {
    const cell = this.#cells.find((cell) => cell.defines.includes(name));
    if (!cell || !this.#taken.has(cell.key)) return;
    const known = this.#senders.get(name) ?? { cell: cell.key, sender: new TailSender() };
    this.#senders.set(name, known);
    const every = this.#runtime.every(name);
    try {
      const bytes = encodedTails(known.sender, name, value);
      this.send({
        t: "value",
        name,
        cell: cell.key,
        value: bytes,
        ...(every === undefined ? {} : { every }),
      });
    } catch (error) {
      this.#senders.delete(name); // half of it may be noted as sent
      this.#cannotSend(cell.key, error);
    }
  }

  #cannotSend(key: string, thrown: unknown, advice = "") {
    const error = cellError(thrown, this.#modules);
    const line = this.#cell(key)?.line;
    const known = {
      ...error,
      ...(error.hint ? { hint: error.hint + advice } : {}),
      ...(line ? { line: error.line ?? line } : {}),
    };
    this.#unsendable.set(key, known);
    this.#say({ t: "state", cell: key, state: "error", error: known });
  }
}
