/** `plateau run`: a notebook as a script, its cells one after another in a kernel, what they show as text. */
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { StorageFault } from "../checkpoints/storage_fault.ts";
import { onSigint } from "../on_sigint.ts";
import { cellNamed } from "./cell_named.ts";
import { diagnosticText } from "./check_report.ts";
import { decode } from "./codec.ts";
import type { FromKernel, RanCell } from "./kernel_messages.ts";
import type { Cell, Notebook } from "./notebook.ts";
import type { Kernel } from "./process.ts";
import { errorLine } from "./run_error_line.ts";
import { openRunFolder, type RunFolder } from "./run_folder.ts";
import { jsonValue } from "./run_json.ts";
import { runKernel, type RunKernelOptions } from "./run_kernel.ts";
import { ProgressWriter } from "./run_progress.ts";
import { type SessionTrainings, sessionTrainings } from "./session_trainings.ts";
import { terminalColumns } from "./terminal_columns.ts";
import { buildScript, type Compiler, type KernelModules, notebookCompiler } from "./session_build.ts";

export interface RunOptions extends RunKernelOptions {
  /** path of the notebook, absolute or from the working folder */
  readonly file: string;
  /** words for inputs, by name; default none */
  readonly set?: Readonly<Record<string, string>>;
  /** one JSON object on `out` instead of text; default false */
  readonly json?: boolean;
  /** data; default standard output */
  readonly out?: (text: string) => void;
  /** progress and messages; default standard error */
  readonly err?: (text: string) => void;
  /** whether `err` can rewrite its line; default: whether standard error is a terminal */
  readonly terminal?: boolean;
  /** characters of a line; default: the terminal's, or 80 */
  readonly columns?: number;
  /** default: the notebook compiler */
  readonly compiler?: Compiler;
}

const [DONE, WRONG, MISUSED, NO_STORAGE, INTERRUPTED, UNREAD] = [0, 1, 2, 3, 130, 141];

/**
 * Runs a notebook to its end. Returns the exit code: 0 done, 1 a cell failed or the notebook has errors, 2 an unknown
 * input or a value that it cannot have, 3 there is no room for the run, 130 interrupted twice, 141 nobody reads `out`.
 * The first interrupt ends the training that runs, and what follows goes on with what was recorded. Test cells are
 * left out. Any number of runs may go on at once, beside open pages of the same notebook.
 * @example
 * ```ts
 * import { runNotebook } from "./run.ts";
 * await runNotebook({ file: "notebooks/a.ts", project: Deno.cwd(), engine: "wasm", set: { patience: "5" } });
 * ```
 */
export async function runNotebook(options: RunOptions): Promise<number> {
  const err = options.err ?? writeTo(Deno.stderr);
  const compiler = options.compiler ?? await notebookCompiler();
  let folder: RunFolder | undefined;
  try {
    const parsed = await loaded(compiler, options);
    folder = openRunFolder(options.project, options.file);
    const { notebook, kernel } = await buildScript(compiler, parsed, folder.modules);
    const problems = notebook.diagnostics.filter(({ level }) => level === "error");
    for (const problem of problems) err(`${diagnosticText(notebook.file, problem)}\n`);
    return problems.length ? WRONG : await new Run(options, notebook, err).run(kernel, folder.run);
  } catch (error) {
    if (!(error instanceof WrongRun || error instanceof StorageFault)) throw error;
    return err(`${error.message}\n`), error instanceof WrongRun ? MISUSED : NO_STORAGE;
  } finally {
    folder?.close();
    await compiler.stop();
  }
}

/** What was asked for cannot be done: one line, exit code 2. */
class WrongRun extends Error {
  override readonly name = "WrongRun";
}

async function loaded(compiler: Compiler, { file, set = {} }: RunOptions): Promise<Notebook> {
  const notebook = await compiler.load(pathToFileURL(resolve(file)).href).catch((error) => {
    throw new WrongRun((error as Error).message);
  });
  const wrong = unknownInput(notebook, set);
  if (wrong) throw new WrongRun(wrong);
  return notebook;
}

/** `unknown input: rat (has rate, patience)`, or nothing. */
function unknownInput(notebook: Notebook, set: Readonly<Record<string, string>>): string | undefined {
  const names = notebook.cells.flatMap((cell) => cell.views);
  const unknown = Object.keys(set).find((name) => !names.includes(name));
  return unknown === undefined ? undefined : `unknown input: ${unknown} (has ${names.join(", ") || "none"})`;
}

/** One run, from the kernel's start to its end. */
class Run {
  readonly #out: (text: string) => void;
  readonly #err: (text: string) => void;
  /** what is shown is set apart by a blank line */
  #shownAny = false;
  readonly #progress: ProgressWriter;
  readonly #cells: (RanCell & { shown: unknown[] })[] = [];
  #shown: unknown[] = [];
  #code: number | undefined;
  #kernel!: Kernel;
  #interrupts = 0;
  /** the cell that runs */
  #now: Cell | undefined;
  readonly #trainings: SessionTrainings;

  constructor(
    readonly options: RunOptions,
    readonly notebook: Notebook,
    err: (text: string) => void,
  ) {
    const out = options.out ?? writeTo(Deno.stdout);
    this.#out = (text) => this.#unlessUnread(() => out(text));
    this.#err = (text) => this.#unlessUnread(() => err(text));
    this.#progress = new ProgressWriter(
      this.#err,
      options.terminal ?? Deno.stderr.isTerminal(),
      this.#columns(),
    );
    this.#trainings = sessionTrainings(options, (line) => {
      this.#progress.clear();
      this.#err(`${line}\n`);
    });
  }

  async run(modules: KernelModules, runFolder: string): Promise<number> {
    const { set = {}, json: data = false, onInterrupt = onSigint } = this.options;
    const asked = { set, columns: this.#columns(), data };
    const heard = (message: FromKernel) => this.#heard(message);
    this.#kernel = runKernel(this.notebook, modules, runFolder, this.options, asked, heard);
    const deaf = onInterrupt(() => this.#interrupt());
    try {
      const { why } = await this.#kernel.ended;
      this.#progress.clear();
      if (this.#code !== undefined) return this.#code;
      const place = this.#now
        ? `:${this.#now.line}  the kernel ended in ${cellNamed(this.#now.name)}`
        : "  the kernel ended";
      this.#err(`${this.notebook.file}${place}: ${why}\n`);
      return WRONG;
    } finally {
      this.#progress.clear();
      await this.#trainings.close();
      deaf();
    }
  }

  #columns(): number {
    return this.options.columns ?? terminalColumns();
  }

  /** Who read what is written has gone, as `head` does: the run ends without a word. */
  #unlessUnread(write: () => void) {
    try {
      write();
    } catch (error) {
      if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
      this.#finish(UNREAD);
    }
  }

  #interrupt() {
    if (++this.#interrupts === 1) return this.#kernel.send({ t: "interrupt" });
    this.#finish(INTERRUPTED);
  }

  #finish(code: number) {
    this.#code ??= code;
    this.#kernel.kill("over");
  }

  #heard(message: FromKernel) {
    if (this.#code !== undefined) return;
    switch (message.t) {
      case "start":
        this.#now = this.notebook.cells.find(({ key }) => key === message.cell);
        return this.#progress.begin(this.#now?.name ?? message.cell);
      case "shown":
        this.#progress.clear();
        if (this.options.json) this.#shown.push(decode(message.value!));
        else this.#out(this.#shownAny ? `\n${message.text}\n` : `${message.text}\n`);
        this.#shownAny = true;
        return;
      case "log":
        this.#progress.clear();
        (this.options.json || message.level === "warn" || message.level === "error" ? this.#err : this.#out)(
          `${message.text}\n`,
        );
        return;
      case "progress":
        return this.#progress.update(message.progress, message.ended);
      case "ran":
        return this.#ran(message.cell);
      case "training":
        return this.#trainings.take(message);
      case "wrongInput":
        this.#err(`${message.message}\n`);
        return this.#finish(MISUSED);
      case "ended":
        if (this.options.json) this.#report(message.inputs, decode(message.values));
        return this.#finish(this.#cells.some(({ error }) => error) ? WRONG : DONE);
    }
  }

  #ran(cell: RanCell) {
    this.#progress.end();
    this.#cells.push({ ...cell, shown: this.#shown });
    this.#shown = [];
    if (!cell.error || cell.error.waitsFor) return;
    this.#progress.clear();
    this.#err(`${errorLine(this.notebook.file, cell.error)}\n`);
  }

  #report(inputs: unknown, values: unknown) {
    this.#out(`${JSON.stringify({ inputs, cells: this.#cells, values }, jsonValue)}\n`);
  }
}

const writeTo = (stream: { writeSync(bytes: Uint8Array): number }) => (text: string) => {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length;) at += stream.writeSync(bytes.subarray(at));
};
