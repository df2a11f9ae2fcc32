/**
 * The type errors of a notebook at each save. The first are found by a child `deno check`, in a second or two, while a
 * language server starts; from then on the server, which keeps all that it has read, answers in a fraction of that. It
 * holds some 500 MB, so it ends when nothing was saved for five minutes.
 */
import { statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { cellNamed } from "./cell_named.ts";
import { typeErrors } from "./check_types.ts";
import { fileModuleGraph } from "./load.ts";
import { OWN_ROOT, projectOf } from "./modules_project.ts";
import type { Cell, Diagnostic } from "./notebook.ts";
import { cellAtLine } from "./parse_lines.ts";
import { NO_NETWORK, type ServerDiagnostic, startTypeServer, type TypeServer } from "./type_watch_server.ts";

export interface TypeWatchOptions {
  /** folder of the project */
  readonly project: string;
  /** milliseconds without a question after which the server ends; default five minutes */
  readonly idle?: number;
}

/** What is known of the file that is asked about. */
export interface TypedFile {
  /** its cells: an error names the one that it lies in */
  readonly cells?: readonly Pick<Cell, "id" | "name" | "line" | "endLine">[];
  /** files that it imports, by itself or further on; what they are is read from the disk */
  readonly modules?: readonly string[];
}

export interface TypeWatch {
  /**
   * The type errors of a file with this text, by line. Without the server those of the file on the disk, and of the
   * files that it imports. `[]` after `close`.
   */
  errors(file: string, text: string, known?: TypedFile): Promise<Diagnostic[]>;
  /** how the last answer was found; "none" before the first */
  readonly by: "none" | "deno check" | "language server";
  /** process of the language server, while there is one */
  readonly pid: number | undefined;
  close(): Promise<void>;
}

const IDLE_MILLISECONDS = 300_000;
/** Servers that may end by themselves before no further one is started. */
const DEATHS = 2;

/**
 * Watches the types of a project's notebooks; nothing is started before the first question.
 * @example
 * ```ts ignore
 * import { typeWatch } from "./type_watch.ts";
 * const types = typeWatch({ project: Deno.cwd() });
 * await types.errors("notebooks/rates.ts", Deno.readTextFileSync("notebooks/rates.ts"));
 * await types.close();
 * ```
 */
export function typeWatch(options: TypeWatchOptions): TypeWatch {
  return new WarmTypes(options);
}

class WarmTypes implements TypeWatch {
  by: TypeWatch["by"] = "none";
  readonly #root: string;
  readonly #config?: string;
  /** what tells which modules are which, as "plateau": when it is saved, everything may mean something else */
  readonly #map?: string;
  /** the process, from its first moment; and once it has read what the first file needs */
  #begun?: TypeServer;
  #warm?: TypeServer;
  #starting?: Promise<void>;
  #deaths = 0;
  #closed = false;
  #idle?: ReturnType<typeof setTimeout>;
  /** when each file was saved that the server has read */
  readonly #saved = new Map<string, number>();

  constructor(readonly options: TypeWatchOptions) {
    const project = resolve(options.project), inside = pathToFileURL(`${project}/x.ts`).href;
    const { config } = projectOf(inside, fileModuleGraph().modules);
    this.#map = config && fileURLToPath(config);
    this.#root = this.#map ? dirname(this.#map) : project;
    // outside of any project, this library's own deno.json says what "plateau" means
    this.#config = this.#map ? undefined : fileURLToPath(new URL("deno.json", OWN_ROOT));
  }

  get pid(): number | undefined {
    return this.#begun?.pid;
  }

  async errors(file: string, text: string, known: TypedFile = {}): Promise<Diagnostic[]> {
    if (this.#closed) return [];
    clearTimeout(this.#idle);
    const path = resolve(file), cells = known.cells ?? [], modules = this.#changed(known.modules ?? []);
    const said = await this.#ask(path, text, modules);
    if (!said) this.#start(path, text);
    const found = said?.map((each) => diagnosticOf(each, cells)) ?? await this.#check(path, cells);
    if (this.#closed) return [];
    this.by = said ? "language server" : "deno check";
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.#stop(), this.options.idle ?? IDLE_MILLISECONDS);
    return found.toSorted(byPlace);
  }

  async #check(path: string, cells: TypedFile["cells"] & object): Promise<Diagnostic[]> {
    const errors = await typeErrors(path, cells, this.#config, NO_NETWORK);
    return errors.map(({ endColumn: _, ...error }) => error);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#stop();
  }

  /** Ends the server, and one that begins meanwhile. */
  async #stop() {
    clearTimeout(this.#idle);
    do {
      const server = this.#begun;
      this.#begun = this.#warm = undefined;
      server?.kill();
      await Promise.all([server?.ended, this.#starting]);
    } while (this.#begun);
  }

  /** Starts a server and lets it read what this file needs; nobody waits for it. */
  #start(path: string, text: string) {
    if (this.#begun || this.#starting || this.#closed || this.#deaths >= DEATHS) return;
    const begin = async () => {
      const server = await startTypeServer(this.#root, this.#config);
      if (this.#closed) return server.kill();
      this.#begun = server;
      server.ended.then(() => this.#ended(server));
      const read = await server.diagnostics(path, text).catch(() => undefined); // it ended over this
      if (read && this.#begun === server) this.#warm = server;
    };
    this.#starting = begin().catch(() => void this.#deaths++).finally(() => this.#starting = undefined);
  }

  #ended(server: TypeServer) {
    if (this.#begun !== server) return; // it was ended
    this.#begun = this.#warm = undefined;
    this.#deaths++;
  }

  /** The compiler's errors as the server says them; undefined where there is none that can say. */
  async #ask(path: string, text: string, changed: string[]): Promise<ServerDiagnostic[] | undefined> {
    // one that only begins reads the files as they are now, or is told with the next question
    this.#begun?.changed(changed);
    if (!this.#warm) return undefined;
    const all = await this.#warm.diagnostics(path, text).catch(() => undefined); // it ended over this
    const errors = all?.filter(({ severity }) => severity === ERROR);
    // of imports that cannot be resolved `deno check` has other words
    return errors?.every(({ source }) => source === "deno-ts") ? errors : undefined;
  }

  /** Which of these files, and of what the project's imports mean, are not as they were at the last question. */
  #changed(modules: readonly string[]): string[] {
    return [...modules, ...(this.#map ? [this.#map] : [])].filter((file) => {
      const before = this.#saved.get(file), now = statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
      this.#saved.set(file, now);
      return before !== undefined && before !== now;
    });
  }
}

const ERROR = 1;

/** As `deno check` says it: the message in one line, before it the cell that it lies in. */
function diagnosticOf(
  { range, code, message }: ServerDiagnostic,
  cells: TypedFile["cells"] & object,
): Diagnostic {
  const line = range.start.line + 1, cell = cellAtLine(cells, line);
  const said = message.split("\n").map((each) => each.trim()).filter(Boolean).join(" ");
  return {
    level: "error",
    line,
    column: range.start.character + 1,
    code: `TS${code}`,
    message: cell ? `${cellNamed(cell.name)}: ${said}` : said,
    cells: cell ? [cell.id] : [],
  };
}

const byPlace = (a: Diagnostic, b: Diagnostic): number => a.line - b.line || a.column - b.column;
