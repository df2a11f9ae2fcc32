/**
 * Which files a cell's values depend on. Deno writes down every permission that it checks, so that no reader goes
 * unseen; but not who read. That is asked where Deno's own functions are called: what a cell reads itself, or through
 * this library, is the cell's. What its modules read they may remember, and every later run may depend on it.
 */
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { FileReads } from "./kernel_cache.ts";
import { type Access, AccessLog } from "./kernel_reads_log.ts";
import {
  type FileRead,
  type FileState,
  fileState,
  isQuiet,
  sameState,
  withHash,
} from "./kernel_reads_file.ts";

export interface KernelReadsOptions {
  /** file in which Deno writes what it checks: that of the variable `DENO_AUDIT_PERMISSIONS` */
  readonly log: string;
  /** key of the cell that runs now */
  cell(): string | undefined;
  /** addresses under which the notebook's own code runs; the other compiled modules are beside them */
  modules(): readonly string[];
}

/** The functions of Deno that tell what is on disk; each is given a path first. */
const READERS = [
  "lstat",
  "lstatSync",
  "open",
  "openSync",
  "readDir",
  "readDirSync",
  "readFile",
  "readFileSync",
  "readLink",
  "readLinkSync",
  "readTextFile",
  "readTextFileSync",
  "realPath",
  "realPathSync",
  "stat",
  "statSync",
] as const;

/** Files that a run may depend on: with more it is not kept. */
const MOST = 10_000;
/** Bytes of the log that may wait while no run is kept. */
const WAITING = 2 ** 20;
const LIBRARY = new URL("../", import.meta.url).href;

/** As each path was found when it was read; null when it was found in two ways. */
type Found = Map<string, FileState | null>;

interface Run {
  readonly found: Found;
  /** where the log was when it began */
  readonly began: number;
  /** one of its modules read: whatever it reads may be remembered there */
  byModule: boolean;
}

/**
 * The account of a kernel's reads. Only one at a time: it stands before functions of `Deno` until `close`.
 * @example
 * ```ts ignore
 * const reads = new KernelReads({ log, cell: () => cellNow.getStore(), modules: () => modules });
 * const cache = new CellCache({ folder, stamp, reads });
 * ```
 */
export class KernelReads implements FileReads {
  readonly #log: AccessLog;
  readonly #runs = new Map<string, Run>();
  /** what every later run may depend on */
  readonly #shared: Found = new Map();
  readonly #hashes = new Map<string, Promise<FileRead | null>>();
  /** how often each path was read by Deno's functions since the log was looked at */
  readonly #known = new Map<string, number>();
  readonly #cwd = Deno.cwd();
  readonly #restore: () => void;
  /** place in the log of the last write */
  #written = -1;

  /** @throws {Error} `missing file: …` when Deno writes no log: then nothing is known of what is read */
  constructor(readonly options: KernelReadsOptions) {
    this.#log = new AccessLog(options.log);
    this.#collect();
    this.#restore = standBefore((path) => this.#read(path), (path) => this.#again(path));
  }

  /** A run of a cell begins: what it read before is forgotten. */
  begin(cell: string): void {
    if (this.#log.waiting() > WAITING) this.#collect();
    this.#runs.set(cell, { found: new Map(), began: this.#log.end(), byModule: false });
  }

  /**
   * The files that the run of a cell depends on, as they were when it read them. Undefined when that cannot be told, so
   * that the run must not be kept: a file has changed since, is no file, anything was written meanwhile, or there are
   * more than 10,000.
   */
  async files(cell: string): Promise<readonly FileRead[] | undefined> {
    const run = this.#runs.get(cell);
    this.#collect();
    if (!run || this.#written >= run.began || Deno.cwd() !== this.#cwd) return undefined;
    const found: Found = new Map([...this.#shared, ...run.found]);
    if (found.size > MOST) return undefined;
    const files: FileRead[] = [];
    for (const state of found.values()) {
      const file = state && await this.#hashed(state);
      if (!file) return undefined;
      files.push(file);
    }
    return files;
  }

  /** Gives `Deno` its functions back. */
  close(): void {
    this.#restore();
    this.#log.close();
  }

  /** One of Deno's functions is about to look at a path. */
  #read(given: unknown) {
    const path = pathOf(given);
    if (path === undefined || isQuiet(path)) return;
    this.#again(path);
    const state = fileState(resolve(this.#cwd, path));
    const cell = this.options.cell();
    const run = cell === undefined ? undefined : this.#runs.get(cell);
    if (run) note(run.found, state);
    if (run && !run.byModule && calledByCell(this.options.modules())) return;
    note(this.#shared, state);
    if (!run || run.byModule) return;
    run.byModule = true;
    for (const each of run.found.values()) if (each) note(this.#shared, each);
  }

  /** Deno is about to check a path whose reader is known. */
  #again(given: unknown) {
    const path = pathOf(given);
    if (path === undefined || isQuiet(path)) return;
    const absolute = resolve(this.#cwd, path);
    this.#known.set(absolute, (this.#known.get(absolute) ?? 0) + 1);
  }

  /** Takes in what was read and written by other ways. */
  #collect() {
    for (const access of this.#log.take()) {
      if (isQuiet(access.path)) continue;
      if (access.kind === "write") this.#written = access.at;
      else this.#other({ ...access, path: resolve(this.#cwd, access.path) });
    }
    this.#known.clear();
  }

  #other({ path, second }: Access) {
    const known = this.#known.get(path) ?? 0;
    if (known > 0) return void this.#known.set(path, known - 1);
    if (this.#isCode(path)) return;
    const state = fileState(path);
    // the log has whole seconds: what was written in that one or later may have been other when it was read
    const changed = state.modified !== "" && BigInt(state.modified) >= BigInt(second) * 1_000_000_000n;
    if (changed) this.#shared.set(path, null);
    else note(this.#shared, state);
  }

  /** Code that the key of a cell or the lock stands for. */
  #isCode(path: string): boolean {
    if (path.includes("/node_modules/")) return true;
    if (path.endsWith(".ts") && path.startsWith(fileURLToPath(LIBRARY))) return true;
    return path.endsWith(".js") &&
      this.options.modules().some((url) => dirname(pathOfUrl(url)) === dirname(path));
  }

  /** With its hash, which is taken once as long as it stays what it is. */
  #hashed(state: FileState): Promise<FileRead | null> {
    const key = `${state.kind} ${state.size} ${state.modified} ${state.path}`;
    const known = this.#hashes.get(key);
    if (known && sameState(state, fileState(state.path))) return known;
    const hashed = withHash(state);
    this.#hashes.set(key, hashed);
    return hashed;
  }
}

function note(found: Found, state: FileState) {
  const before = found.get(state.path);
  found.set(state.path, before === undefined || before && sameState(before, state) ? state : null);
}

/**
 * Puts a word before Deno's functions, and counts where Deno checks a path again: when an open file is asked for its
 * size. Returns what gives Deno its functions back.
 */
function standBefore(read: (path: unknown) => void, again: (path: unknown) => void): () => void {
  const paths = new WeakMap<Deno.FsFile, unknown>();
  const opened = (file: Deno.FsFile, path: unknown) => (paths.set(file, path), file);
  const restores = [
    ...READERS.map((name) =>
      replace(Deno, name, (original) => (...given) => {
        read(given[0]);
        const result = original(...given);
        if (name === "open") return result.then((file: Deno.FsFile) => opened(file, given[0]));
        return name === "openSync" ? opened(result, given[0]) : result;
      })
    ),
    ...["stat", "statSync"].map((name) =>
      replace(Deno.FsFile.prototype, name, (original) =>
        function (this: Deno.FsFile) {
          again(paths.get(this));
          return original.call(this);
        })
    ),
  ];
  return () => restores.forEach((restore) => restore());
}

// deno-lint-ignore no-explicit-any -- functions of many types, each called with what it was given
type Callable = (...given: any[]) => any;

function replace(owner: object, name: string, by: (original: Callable) => Callable): () => void {
  const functions = owner as Record<string, Callable>, original = functions[name];
  functions[name] = by(original);
  return () => functions[name] = original;
}

function pathOf(given: unknown): string | undefined {
  if (given instanceof URL) return given.protocol === "file:" ? pathOfUrl(given.href) : undefined;
  return typeof given === "string" ? given : undefined;
}

function pathOfUrl(url: string): string {
  try {
    return fileURLToPath(url);
  } catch {
    return url; // Deno says itself what is wrong with it
  }
}

/** Whether a cell's own code called, by itself or through this library alone. */
function calledByCell(modules: readonly string[]): boolean {
  for (const line of stackHere().split("\n")) {
    if (!/^\s+at /.test(line)) continue;
    if (modules.some((module) => line.includes(module) || line.includes(`file://${pathOfUrl(module)}`))) {
      return true;
    }
    if (!line.includes(LIBRARY) && /file:|https?:|data:|blob:/.test(line)) return false;
  }
  return false;
}

function stackHere(): string {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 50;
  const at: { stack?: string } = {};
  Error.captureStackTrace(at);
  Error.stackTraceLimit = limit;
  return at.stack ?? "";
}
