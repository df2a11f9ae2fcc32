/** Logs under one path, read once or kept open while they grow. */
import { basename, resolve } from "node:path";
import type { LogFormat, LoggedRun, LogReader, LogWarning, ResumeMode } from "../logged.ts";
import { FileLog, headOf } from "./file_log.ts";
import { csv, csvWith } from "./csv.ts";
import { DATABASES, FORMATS, READERS } from "./formats.ts";
import { distinctNames } from "./logged_runs.ts";
import type { Mapping } from "./mapping.ts";
import { type Logs, type OpenedFile, readSource } from "./read_source.ts";
import { runFolders } from "./run_folders.ts";
import { runSources } from "./run_sources.ts";
import { isSqlite } from "./sqlite_tables.ts";
import { type FoundFile, notOpened, reason, walk } from "./walk.ts";

export interface ReadOptions {
  /** what becomes of steps that were logged twice; default `last`, the later ones win */
  readonly resume?: ResumeMode;
  /** only logs of this format: a file that is opened alone is read as it, of a folder the files that are of it */
  readonly format?: LogFormat;
  /** what the columns of CSV files mean; default a guess, which is told as a warning */
  readonly columns?: Mapping;
  readonly signal?: AbortSignal;
}

/** A file as it was when it was last looked at. */
interface Known extends OpenedFile {
  /** changes with the file */
  readonly mark: string;
}

/** What a source gave, and the files as they were then. */
interface Read {
  readonly mark: string;
  readonly logs: Logs;
}

/** Remembers what was read, so that `read` looks only at what changed since, and gives the same runs for the rest. */
export class OpenLogs {
  readonly #path: string;
  readonly #options: ReadOptions;
  readonly #readers: readonly LogReader[];
  #known = new Map<string, Known>();
  #read = new Map<string, Read>();
  readonly #names = new WeakMap<LoggedRun, LoggedRun>();
  /** files that were looked at the last time */
  looked = 0;

  /** @throws RangeError for an option that does not exist */
  constructor(path: string, options: ReadOptions) {
    const { resume = "last", format, columns } = options;
    if (!["last", "all", "split"].includes(resume)) {
      throw new RangeError(`invalid resume: ${resume} (last, all or split)`);
    }
    if (format !== undefined && !FORMATS.includes(format)) {
      throw new RangeError(`unknown format: ${format} (has ${FORMATS.join(", ")})`);
    }
    this.#path = path;
    this.#options = options;
    const confirmed = columns && csvWith(columns);
    const readers = READERS.map((reader) => reader === csv && confirmed ? confirmed : reader);
    this.#readers = format === undefined ? readers : readers.filter((reader) => reader.format === format);
  }

  /**
   * All runs as they are now.
   * @throws Error for a path that is missing, cannot be opened, or is a file of no known format
   */
  async read(): Promise<Logs> {
    const { signal } = this.#options;
    const { single, files, warnings } = await walk(this.#path, { signal });
    const said = [...warnings], known = await this.#sniff(files, single, said);
    this.looked = files.length;
    const read = new Map<string, Read>(), runs: LoggedRun[] = [];
    const name = basename(resolve(this.#path)), opened = single ? name.replace(/(?<=.)\.[^.]*$/, "") : name;
    for (const source of runSources([...known.values()], opened)) {
      signal?.throwIfAborted();
      const key = `${source.format} ${source.path}`, before = this.#read.get(key);
      const parts = [...source.logs, ...source.beside].map((path) => known.get(path)!);
      const mark = parts.map(({ path, mark }) => `${path} ${mark}`).join();
      const logs = before?.mark === mark
        ? before.logs
        : await readSource(source, known, single, this.#options);
      read.set(key, { mark, logs });
      runs.push(...logs.runs);
      said.push(...logs.warnings);
    }
    this.#read = read;
    return { runs: distinctNames(runs, this.#names), warnings: said };
  }

  /** What each file is. Those that did not change since are not opened. */
  async #sniff(files: readonly FoundFile[], single: boolean, warnings: LogWarning[]) {
    const { format: only, signal } = this.#options, known = new Map<string, Known>();
    const runOf = runFolders(files.map(({ path }) => path));
    for (const [i, file] of files.entries()) {
      signal?.throwIfAborted();
      const { path, full } = file, mark = `${file.size} ${file.modified}`, named = single && i === 0;
      const before = this.#known.get(path), plain = { path, full, mark, log: null };
      const run = runOf(path);
      if (run !== null) {
        known.set(path, { ...plain, format: only === undefined || only === run.format ? run.format : null });
      } else if (before?.mark === mark) known.set(path, before);
      else if (single && !named) known.set(path, { ...plain, format: null });
      else {
        try {
          known.set(path, { ...plain, ...this.#opened(file, await headOf(full), before?.log, named) });
        } catch (error) {
          if (named) throw notOpened(this.#path, error);
          warnings.push({ file: path, offset: null, message: `passed over: ${reason(error)}` });
        }
      }
    }
    this.#known = known;
    const [first] = known.values();
    if (single && first.format === null) {
      throw new Error(`unknown log format: ${this.#path} (has ${FORMATS.join(", ")})`);
    }
    return known;
  }

  /** What a file is by its name and first bytes. Its parser goes on where it is of the same format as before. */
  #opened(
    { path, full, size }: FoundFile,
    head: Uint8Array,
    before: FileLog | null | undefined,
    named: boolean,
  ): Pick<OpenedFile, "format" | "log"> {
    const only = this.#options.format;
    if (isSqlite(head)) {
      const asked = only === undefined || DATABASES.some(({ format }) => format === only);
      return { format: asked ? "sqlite" : null, log: null };
    }
    const asked = named && only !== undefined ? this.#readers[0] : undefined;
    const reader = asked ?? this.#readers.find((each) => each.recognises({ path, head }));
    if (!reader) return { format: null, log: null };
    if (before?.reader !== reader) {
      return { format: reader.format, log: new FileLog(full, path, reader, head) };
    }
    before.changed(head, size);
    return { format: reader.format, log: before };
  }
}
