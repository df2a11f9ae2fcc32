/** What costly cells gave, on disk: a cell that begins on inputs it has had before takes that in place of a run. */
import { inputsHash, type InputsOptions } from "./kernel_cache_inputs.ts";
import { type Kept, packEntry, packValues, unpackEntry } from "./kernel_cache_entry.ts";
import type { KeptTrainings } from "./kernel_cache_trainings.ts";
import { type FileRead, quiet, stillSame } from "./kernel_reads_file.ts";

export type { Declared } from "./kernel_cache_inputs.ts";
export type { Kept } from "./kernel_cache_entry.ts";

/** Who tells which files a cell depends on: `KernelReads`. */
export interface FileReads {
  /** a run of a cell begins */
  begin(cell: string): void;
  /** undefined when that cannot be told */
  files(cell: string): Promise<readonly FileRead[] | undefined>;
}

export interface CellCacheOptions extends InputsOptions {
  readonly reads: FileReads;
  /** what values name of trainings is kept with them; default: values name none */
  readonly trainings?: KeptTrainings;
  /** absolute; made when missing. Several processes may use it at once */
  readonly folder: string;
  /** bytes of one entry; default 64 MB */
  readonly entryLimit?: number;
  /** bytes of all entries: those used longest ago go first; default 1 GB */
  readonly limit?: number;
}

const ENTRY_LIMIT = 64e6;
const LIMIT = 1e9;
/** A file that was begun and not finished for so long belongs to a process that has ended. */
const ABANDONED_MILLISECONDS = 3_600_000;

/**
 * The cache of a kernel. An entry is valid for one version of a cell (its key: source, imports, local modules), one
 * `stamp`, the values that it reads, and the files that it read; random numbers and clocks are not looked at, so a cell
 * that draws them gives what it drew in the run that was kept. A damaged entry is removed and counts as none; a disk
 * that is full keeps nothing.
 *
 * @example
 * ```ts ignore
 * const cache = new CellCache({ folder: join(runFolder, "cache"), stamp: "deno 2.9.6 wasm", reads });
 * const earlier = await cache.recall(cell.key, { data });
 * cache.begin(cell.key);
 * const values = await run(cell, data);
 * await cache.keep(cell.key, { data }, { values, shown: [], seconds: 42 });
 * ```
 */
export class CellCache {
  readonly #folder: string;
  /** file names of the entries, by cell */
  readonly #names = new Map<string, Set<string>>();
  /** hash of what each cell was to read when it was looked up last: a run that changes it is not to be repeated */
  readonly #looked = new Map<string, string | null>();

  constructor(readonly options: CellCacheOptions) {
    this.#folder = quiet(options.folder);
    for (const { name } of entriesIn(this.#folder)) this.#add(name);
  }

  /** Whether anything is kept for this version of a cell; no disk is touched. */
  has(cell: string): boolean {
    return this.#names.has(cell);
  }

  /**
   * What the cell gave on these reads; undefined when it is not known, or when a file that it read has changed. Each call
   * decodes the values anew: nobody else holds them.
   *
   * @param needed names without which it is not known: those that other cells read; default all
   */
  async recall(
    cell: string,
    reads: Readonly<Record<string, unknown>>,
    needed?: readonly string[],
  ): Promise<Kept | undefined> {
    const inputs = inputsHash(reads, this.options);
    this.#looked.set(cell, inputs);
    if (inputs === null || !this.#names.get(cell)?.has(nameOf(cell, inputs))) return undefined;
    const path = `${this.#folder}/${nameOf(cell, inputs)}`;
    let bytes: Uint8Array;
    try {
      bytes = await Deno.readFile(path);
    } catch {
      this.#drop(nameOf(cell, inputs)); // another process has dropped it
      return undefined;
    }
    const entry = unpackEntry(bytes);
    if (!entry || entry.head.cell !== cell || entry.head.inputs !== inputs) {
      this.#drop(nameOf(cell, inputs));
      removeQuietly(path);
      return undefined;
    }
    const { lacks } = entry.head;
    if (needed ? lacks.some((name) => needed.includes(name)) : lacks.length > 0) return undefined;
    for (const file of entry.head.files) if (!await stillSame(file)) return undefined;
    await Deno.utime(path, new Date(), new Date()).catch(() => {}); // as above
    const values = entry.unpack();
    if (!values || values.trainings && !this.options.trainings) return undefined;
    if (values.trainings) this.options.trainings?.restore(values.trainings);
    return values.kept;
  }

  /** A run of a cell begins: from here on its files are noted. */
  begin(cell: string): void {
    this.options.reads.begin(cell);
  }

  /**
   * Keeps what a run gave that has just ended: values and files are taken as they are now.
   *
   * @returns false when it cannot be kept: reads that cannot be compared or are other than when they were looked up,
   * files that cannot be told, an entry above the limit, a disk that is full. Values that would not come back the same
   * are left out
   */
  async keep(cell: string, reads: Readonly<Record<string, unknown>>, kept: Kept): Promise<boolean> {
    const looked = this.#looked.get(cell), inputs = inputsHash(reads, this.options);
    this.#looked.delete(cell);
    if (inputs === null || looked !== undefined && looked !== inputs) return false;
    const reading = this.options.reads.files(cell), values = packValues(kept, this.options.trainings);
    const files = await reading;
    const bytes = files && values && packEntry({ cell, inputs, files, lacks: values.lacks }, values.bytes);
    if (
      !bytes || bytes.length > Math.min(this.options.entryLimit ?? ENTRY_LIMIT, this.options.limit ?? LIMIT)
    ) {
      return false;
    }
    const name = nameOf(cell, inputs);
    const temporary = `${this.#folder}/${name}.${crypto.randomUUID()}.tmp`;
    try {
      await Deno.mkdir(this.#folder, { recursive: true });
      await Deno.writeFile(temporary, bytes);
      await Deno.rename(temporary, `${this.#folder}/${name}`);
    } catch {
      removeQuietly(temporary);
      return false;
    }
    this.#add(name);
    this.#trim();
    return this.#names.get(cell)?.has(name) ?? false;
  }

  /** Removes what was used longest ago until all is under the limit. */
  #trim() {
    const entries = entriesIn(this.#folder).sort((a, b) => a.used - b.used);
    let bytes = entries.reduce((sum, { size }) => sum + size, 0);
    for (const { name, size } of entries) {
      if (bytes <= (this.options.limit ?? LIMIT)) return;
      removeQuietly(`${this.#folder}/${name}`);
      this.#drop(name);
      bytes -= size;
    }
  }

  #add(name: string) {
    const cell = cellOf(name);
    this.#names.set(cell, (this.#names.get(cell) ?? new Set()).add(name));
  }

  #drop(name: string) {
    const names = this.#names.get(cellOf(name));
    names?.delete(name);
    if (names?.size === 0) this.#names.delete(cellOf(name));
  }
}

const nameOf = (cell: string, inputs: string): string => `${encodeURIComponent(cell)}.${inputs}.bin`;
const cellOf = (name: string): string => decodeURIComponent(name.replace(/\.[0-9a-f]{32}\.bin$/, ""));

/** The entries of a folder; what a process that has ended left unfinished is removed on the way. */
function entriesIn(folder: string): { name: string; size: number; used: number }[] {
  const entries = [];
  for (const name of namesIn(folder)) {
    try {
      const { size, mtime } = Deno.statSync(`${folder}/${name}`);
      const used = mtime?.getTime() ?? 0;
      if (/\.[0-9a-f]{32}\.bin$/.test(name)) entries.push({ name, size, used });
      else if (name.endsWith(".tmp") && Date.now() - used > ABANDONED_MILLISECONDS) {
        removeQuietly(`${folder}/${name}`);
      }
    } catch {
      // another process has removed it meanwhile
    }
  }
  return entries;
}

function namesIn(folder: string): string[] {
  try {
    return [...Deno.readDirSync(folder)].map(({ name }) => name);
  } catch {
    return []; // not made yet
  }
}

function removeQuietly(file: string) {
  try {
    Deno.removeSync(file);
  } catch {
    // another process was first
  }
}
