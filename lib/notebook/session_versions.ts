/**
 * The versions of a notebook's file: read when it is saved, built and typed. Problems keep the last good version;
 * otherwise the new one takes its place.
 */
import { resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { Diagnostic, Notebook } from "./notebook.ts";
import { type Build, buildNotebook, type Compiler } from "./session_build.ts";
import { savedAt } from "./session_file.ts";
import { SessionWatch } from "./session_watch.ts";
import type { TypeWatch } from "./type_watch.ts";
import { within } from "./within.ts";
import type { Event } from "./wire.ts";

export interface VersionSource {
  /** address of the notebook's file */
  readonly url: string;
  readonly project: string;
  /** where the server's modules are written */
  readonly folder: string;
  readonly compiler: Compiler;
  /** what checks types; default: nothing does */
  readonly types?: TypeWatch;
  /** source of further exports of the browser's imports */
  readonly extra?: string;
}

export interface VersionHooks {
  /** runs from now on; `before`: what it replaces */
  loaded(build: Build, before: Build | undefined): void;
  say(event: Event): void;
}

/** How long a save waits for its types; later they mark what is shown by then. */
const TYPES_MILLISECONDS = 2000;

export class SessionVersions {
  #build?: Build;
  #diagnostics: readonly Diagnostic[] = [];
  #reading: Promise<void> = Promise.resolve();
  readonly #watch: SessionWatch;
  #typesAsked = false;
  /** how often the file was read */
  #saves = 0;
  /** the version that runs has type errors: saving it again is no reason to stay with it */
  #mistyped = false;
  #closed = false;

  constructor(readonly source: VersionSource, readonly hooks: VersionHooks) {
    this.#watch = new SessionWatch(() => this.read(), {
      say: (text) => hooks.say({ t: "log", level: "warn", text }),
    });
  }

  /** The version that runs; undefined before the first good one. */
  get build(): Build | undefined {
    return this.#build;
  }

  /** What is wrong with the file as it was last saved. */
  get diagnostics(): readonly Diagnostic[] {
    return this.#diagnostics;
  }

  /** Reads the file. Settles when its version runs, or when it is said why not. */
  read(): Promise<void> {
    return this.#reading = this.#reading.then(() => this.#read()).catch((error) => this.#broken(error));
  }

  /** Types are asked for when people look; what is wrong when a notebook is opened runs all the same. */
  checkTypes(): void {
    if (this.#typesAsked || !this.#build) return;
    this.#typesAsked = true;
    const { notebook, files } = this.#build;
    this.#markTypes(notebook, this.#typeErrors(notebook, files));
  }

  /** Resolves when nothing is read any more. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#watch.close();
    await this.#reading;
  }

  async #read() {
    if (this.#closed) return;
    this.#saves++;
    const { url, compiler, folder, extra } = this.source;
    const saved = await savedAt(fileURLToPath(url));
    const parsed = await compiler.load(url);
    this.#watchFiles();
    const before = this.#build, good = before && !hasErrors(before.notebook);
    if (good && hasErrors(parsed)) return this.#problems(parsed.diagnostics, false, parsed);
    const typing = before ? this.#typeErrors(parsed, before.files) : undefined;
    const [build, typed] = await Promise.all([
      buildNotebook(compiler, parsed, saved, folder, extra),
      typing && within(typing, TYPES_MILLISECONDS),
    ]);
    if (this.#closed) return;
    const { notebook } = build;
    if (good && hasErrors(notebook)) return this.#problems(notebook.diagnostics, false, notebook);
    if (good && !this.#mistyped && typed?.length) return this.#problems(typed, false, notebook);
    this.#mistyped = Boolean(typed?.length);
    this.#build = build;
    this.#watchFiles();
    this.hooks.loaded(build, before);
    this.#problems([...notebook.diagnostics, ...typed ?? []], true, notebook);
    if (typing && !typed) this.#markTypes(notebook, typing);
  }

  async #typeErrors({ text, cells }: Notebook, files: readonly string[]): Promise<readonly Diagnostic[]> {
    const { url, types } = this.source, modules = files.map((each) => fileURLToPath(each));
    const found = await types?.errors(fileURLToPath(url), text, { cells, modules }) ?? [];
    return found.filter(({ level }) => level === "error"); // that types were not checked marks nothing
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
      this.hooks.say({ t: "log", level: "error", text });
    }
  }

  /** The notebook's file, and the project's files that are bundled with it. */
  #watchFiles() {
    const project = `${resolve(this.source.project)}${sep}`;
    const files = (this.#build?.files ?? []).map((url) => fileURLToPath(url));
    this.#watch.watch([
      fileURLToPath(this.source.url),
      ...files.filter((file) => file.startsWith(project)),
    ]);
  }

  /** A build that failed says so as a problem of the file. */
  #broken(error: Error & { diagnostics?: readonly Diagnostic[] }) {
    if (this.#closed) return;
    const { message } = error;
    const whole: Diagnostic = {
      level: "error",
      line: 1,
      column: 1,
      code: "cannot-build",
      message,
      cells: [],
    };
    this.#problems(error.diagnostics ?? [whole], false);
  }

  /** `saved`: the version that the problems are of, when pages show an earlier one */
  #problems(diagnostics: readonly Diagnostic[], loaded: boolean, saved?: Notebook) {
    this.#diagnostics = diagnostics;
    const names = saved?.cells.map((cell) => cell.name);
    this.hooks.say({ t: "problems", diagnostics, loaded, ...(names ? { names } : {}) });
  }
}

const hasErrors = ({ diagnostics }: Notebook) => diagnostics.some(({ level }) => level === "error");
