/** `plateau run`: a notebook as a script, its cells one after another in a kernel, what they show as text. */
import { basename, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { EngineChoice, EngineSettings } from "../engine/engine.ts";
import { decode } from "./codec.ts";
import { type FromKernel, kernelCell, type RanCell } from "./kernel_messages.ts";
import type { Diagnostic, Notebook } from "./notebook.ts";
import { type Kernel, spawnKernel } from "./process.ts";
import { ProgressWriter } from "./run_progress.ts";
import { type SessionTrainings, sessionTrainings } from "./session_trainings.ts";
import { buildScript, type Compiler, type KernelModules, notebookCompiler } from "./session_build.ts";
import type { CellError } from "./wire.ts";

export interface RunOptions {
  /** path of the notebook, absolute or from the working folder */
  readonly file: string;
  /** folder of the project: what the kernel may read; holds `.plateau` */
  readonly project: string;
  /** words for inputs, by name; default none */
  readonly set?: Readonly<Record<string, string>>;
  /** one JSON object on `out` instead of text; default false */
  readonly json?: boolean;
  readonly engine: EngineChoice;
  readonly settings?: EngineSettings;
  /** files and folders that the kernel may read beside the project; default none */
  readonly read?: readonly string[];
  /** data; default standard output */
  readonly out?: (text: string) => void;
  /** progress and messages; default standard error */
  readonly err?: (text: string) => void;
  /** whether `err` can rewrite its line; default: whether standard error is a terminal */
  readonly terminal?: boolean;
  /** characters of a line; default: the terminal's, or 80 */
  readonly columns?: number;
  /** megabytes of the kernel's heap */
  readonly heap?: number;
  /** calls the listener at every interrupt, until what it returns is called; default: SIGINT */
  readonly onInterrupt?: (listener: () => void) => () => void;
  /** default: the notebook compiler */
  readonly compiler?: Compiler;
}

const [DONE, WRONG, MISUSED, INTERRUPTED] = [0, 1, 2, 130];

/**
 * Runs a notebook to its end. Returns the exit code: 0 done, 1 a cell failed or the notebook has errors, 2 an unknown
 * input or a value that it cannot have, 130 interrupted twice. The first interrupt ends the training that runs, and
 * what follows goes on with what was recorded.
 * @example
 * ```ts
 * import { runNotebook } from "./run.ts";
 * await runNotebook({ file: "notebooks/a.ts", project: Deno.cwd(), engine: "wasm", set: { patience: "5" } });
 * ```
 */
export async function runNotebook(options: RunOptions): Promise<number> {
  const err = options.err ?? writeTo(Deno.stderr);
  const compiler = options.compiler ?? await notebookCompiler();
  const file = resolve(options.file);
  const folder = join(resolve(options.project), ".plateau", "notebooks", basename(file).replace(/\.ts$/, ""));
  let parsed: Notebook;
  try {
    parsed = await compiler.load(pathToFileURL(file).href);
  } catch (error) {
    return err(`${(error as Error).message}\n`), MISUSED;
  }
  const wrong = unknownInput(parsed, options.set ?? {});
  if (wrong) return err(`${wrong}\n`), MISUSED;
  const { notebook, kernel } = await buildScript(compiler, parsed, folder).finally(() => compiler.stop());
  const problems = notebook.diagnostics.filter(({ level }) => level === "error");
  for (const problem of problems) err(diagnosticLine(notebook, problem));
  if (problems.length) return WRONG;
  await Deno.mkdir(join(folder, "run"), { recursive: true });
  return await new Run(options, notebook, err).run(kernel, join(folder, "run"));
}

/** `unknown input: rat (has rate, patience)`, or nothing. */
function unknownInput(notebook: Notebook, set: Readonly<Record<string, string>>): string | undefined {
  const names = notebook.cells.flatMap((cell) => cell.views);
  const unknown = Object.keys(set).find((name) => !names.includes(name));
  return unknown === undefined ? undefined : `unknown input: ${unknown} (has ${names.join(", ") || "none"})`;
}

const diagnosticLine = ({ file }: Notebook, { line, column, code, message }: Diagnostic) =>
  `${file}:${line}:${column}  error ${code}  ${message}\n`;

/** One run, from the kernel's start to its end. */
class Run {
  readonly #out: (text: string) => void;
  /** what is shown is set apart by a blank line */
  #shownAny = false;
  readonly #progress: ProgressWriter;
  readonly #cells: (RanCell & { shown: unknown[] })[] = [];
  #shown: unknown[] = [];
  #code: number | undefined;
  #kernel!: Kernel;
  #interrupts = 0;
  readonly #trainings: SessionTrainings;

  constructor(
    readonly options: RunOptions,
    readonly notebook: Notebook,
    readonly err: (text: string) => void,
  ) {
    this.#out = options.out ?? writeTo(Deno.stdout);
    this.#progress = new ProgressWriter(err, options.terminal ?? Deno.stderr.isTerminal());
    this.#trainings = sessionTrainings(options, (line) => {
      this.#progress.clear();
      err(`${line}\n`);
    });
  }

  async run(modules: KernelModules, runFolder: string): Promise<number> {
    const { options } = this;
    this.#kernel = spawnKernel({
      ...options,
      project: resolve(options.project),
      runFolder,
      onMessage: (message) => this.#heard(message),
    });
    const deaf = (options.onInterrupt ?? onSigint)(() => this.#interrupt());
    try {
      this.#kernel.send({
        t: "script",
        url: this.notebook.url,
        ...modules,
        cells: this.notebook.cells.filter((cell) => cell.kind === "code").map(kernelCell),
        set: options.set ?? {},
        columns: options.columns ?? terminalColumns(),
        data: options.json ?? false,
      });
      const end = await this.#kernel.ended;
      this.#progress.clear();
      if (this.#code !== undefined) return this.#code;
      this.err(`${this.notebook.file}  the kernel ended: ${end.why}\n`);
      return WRONG;
    } finally {
      await this.#trainings.close();
      deaf();
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
      case "shown":
        this.#progress.clear();
        if (this.options.json) this.#shown.push(decode(message.value!));
        else this.#out(this.#shownAny ? `\n${message.text}\n` : `${message.text}\n`);
        this.#shownAny = true;
        return;
      case "log":
        this.#progress.clear();
        (this.options.json || message.level === "warn" || message.level === "error" ? this.err : this.#out)(
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
        this.err(`${message.message}\n`);
        return this.#finish(MISUSED);
      case "ended":
        if (this.options.json) this.#report(message.inputs, decode(message.values));
        return this.#finish(this.#cells.some(({ error }) => error) ? WRONG : DONE);
    }
  }

  #ran(cell: RanCell) {
    this.#cells.push({ ...cell, shown: this.#shown });
    this.#shown = [];
    if (!cell.error || cell.error.waitsFor) return;
    this.#progress.clear();
    this.err(`${errorLine(this.notebook.file, cell.error)}\n`);
  }

  #report(inputs: unknown, values: unknown) {
    this.#out(`${JSON.stringify({ inputs, cells: this.#cells, values }, jsonValue)}\n`);
  }
}

/** `notebook.ts:43:14  TypeError  x is not a function`. */
function errorLine(file: string, { name, message, line, column, mayNotRead }: CellError): string {
  const place = line === undefined ? file : `${file}:${line}${column === undefined ? "" : `:${column}`}`;
  const allow = mayNotRead === undefined ? "" : ` (allow it with --allow-read=${mayNotRead})`;
  return `${place}  ${name}  ${message}${allow}`;
}

/** What JSON has no word for: arrays of numbers as arrays, maps as pairs, NaN and infinities as text. */
function jsonValue(_: string, value: unknown): unknown {
  if (typeof value === "number" && !Number.isFinite(value)) return String(value);
  if (typeof value === "bigint") return String(value);
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) return Array.from(value as Float64Array);
  if (value instanceof Map || value instanceof Set) return [...value];
  if (value instanceof Error) return { name: value.name, message: value.message };
  if (value instanceof RegExp) return String(value);
  return value;
}

function onSigint(listener: () => void): () => void {
  Deno.addSignalListener("SIGINT", listener);
  return () => Deno.removeSignalListener("SIGINT", listener);
}

const writeTo = (stream: { writeSync(bytes: Uint8Array): number }) => (text: string) => {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length;) at += stream.writeSync(bytes.subarray(at));
};

function terminalColumns(): number {
  try {
    return Deno.consoleSize().columns;
  } catch {
    return 80; // not a terminal
  }
}
