/** Reads the store for the pages: rows again only when something changed, series that were read lately from memory. */
import type { Series } from "../lib/curves/logged.ts";
import type { RunRow, Store } from "../lib/store/store.ts";

/** All runs as they were at one version of the store. Another look that finds the same gives the same object. */
export interface Listing {
  readonly version: number;
  /** newest first */
  readonly rows: readonly RunRow[];
  readonly byId: ReadonlyMap<string, RunRow>;
}

export interface RunReader {
  listing(): Promise<Listing>;
  /** as it was at the row's version or later; null when the run has no such series */
  series(row: RunRow, tag: string): Promise<Series | null>;
}

const bytesOf = (series: Series) =>
  Object.values(series).reduce((sum: number, column: Float64Array) => sum + column.byteLength, 0);

/** Series by key, the ones that were used last, up to so many bytes. */
class SeriesMemory {
  readonly #kept = new Map<string, Series>();
  #bytes = 0;

  constructor(readonly most: number) {}

  get(key: string): Series | undefined {
    const found = this.#kept.get(key);
    if (found === undefined) return undefined;
    this.#kept.delete(key); // a map keeps the order in which keys came: this one is now the last
    this.#kept.set(key, found);
    return found;
  }

  set(key: string, series: Series): void {
    if (this.get(key) !== undefined) return; // two asked at the same time
    this.#kept.set(key, series);
    this.#bytes += bytesOf(series);
    for (const [oldest, columns] of this.#kept) {
      if (this.#bytes <= this.most) return;
      this.#kept.delete(oldest);
      this.#bytes -= bytesOf(columns);
    }
  }
}

/** What is needed of a store. */
export type Readable = Pick<Store, "runs" | "series" | "version">;

/** A writer that dies changes nothing in the store: runs that go on are looked at again after this time. */
const AGAIN_MS = 3_000;

/**
 * @param most bytes of series kept in memory; default 192 MB
 * @param clock milliseconds; default that of the machine
 * @example
 * ```ts ignore
 * const reader = createRunReader(await openStore(".plateau/runs.sqlite"));
 * const { rows } = await reader.listing();
 * ```
 */
export function createRunReader(store: Readable, most = 192e6, clock = Date.now): RunReader {
  const memory = new SeriesMemory(most);
  let last: Promise<Listing> | undefined, looked = -Infinity;

  async function read(version: number): Promise<Listing> {
    looked = clock();
    const rows = await store.runs();
    return { version, rows, byId: new Map(rows.map((row) => [row.id, row])) };
  }
  const mayHaveDied = ({ rows }: Listing) =>
    clock() - looked > AGAIN_MS && rows.some(({ state }) => state === "running");

  return {
    async listing() {
      // asked first: a change in between is read now, and read once more the next time
      const version = await store.version();
      const before = await last?.catch(() => undefined);
      if (before?.version === version && !mayHaveDied(before)) return before;
      last = read(version);
      return await last;
    },
    async series(row, tag) {
      const key = JSON.stringify([row.id, row.version, tag]);
      const kept = memory.get(key);
      if (kept !== undefined) return kept;
      const series = await store.series(row.id, tag);
      if (series !== null) memory.set(key, series);
      return series;
    },
  };
}
