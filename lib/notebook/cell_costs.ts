/**
 * How long each cell of a notebook took: the price of its next run. Kept as JSON beside the notebook's log, over
 * restarts; a file that is absent or damaged only means that prices are unknown until the next run.
 */
import { dirname } from "node:path";
import { z } from "zod";

/** Runs that a price is taken from. */
const RUNS = 5;
/** Versions of cells that are remembered; those that ran longest ago go first. */
const VERSIONS = 500;
const WRITE_MILLISECONDS = 1000;

/** Seconds of the last runs of one version of a cell, the latest last. */
const costSchema = z.object({
  key: z.string(),
  name: z.string(),
  seconds: z.array(z.number().nonnegative()).min(1),
});
const fileSchema = z.object({ cells: z.array(costSchema) });
type Cost = z.infer<typeof costSchema>;

/**
 * Remembers what cells cost.
 * @example
 * ```ts ignore
 * const costs = new CellCosts(".plateau/notebooks/first/costs.json");
 * costs.note(cell.key, cell.name, 41.8);
 * costs.of(cell.key, cell.name); // 41.8
 * costs.close();
 * ```
 */
export class CellCosts {
  /** by key, the version that ran last at the end */
  readonly #costs: Map<string, Cost>;
  #timer?: ReturnType<typeof setTimeout>;

  /** Reads what the file has. `path`: the JSON file, in a folder that this process may write; made when missing. */
  constructor(readonly path: string) {
    this.#costs = new Map(readCosts(path).map((cost) => [cost.key, cost]));
  }

  /** A run of a cell took so many seconds. On disk within a second, or by `close`. */
  note(key: string, name: string, seconds: number): void {
    const earlier = this.#costs.get(key)?.seconds ?? [];
    this.#costs.delete(key);
    this.#costs.set(key, { key, name, seconds: [...earlier, seconds].slice(-RUNS) });
    for (const oldest of this.#costs.keys()) {
      if (this.#costs.size <= VERSIONS) break;
      this.#costs.delete(oldest);
    }
    this.#timer ??= setTimeout(() => this.#write(), WRITE_MILLISECONDS);
  }

  /**
   * Seconds that the next run of a cell takes: the median of its last 5 runs; for a version that never ran, of the
   * version of that name that ran last; undefined when there is none.
   */
  of(key: string, name: string): number | undefined {
    const cost = this.#costs.get(key) ?? [...this.#costs.values()].findLast((cost) => cost.name === name);
    return cost && median(cost.seconds);
  }

  /** Writes what is not yet on disk. */
  close(): void {
    if (this.#timer !== undefined) this.#write();
  }

  #write() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const temporary = `${this.path}.${Deno.pid}.tmp`;
    try {
      Deno.mkdirSync(dirname(this.path), { recursive: true });
      Deno.writeTextFileSync(temporary, JSON.stringify({ cells: [...this.#costs.values()] }) + "\n");
      Deno.renameSync(temporary, this.path);
    } catch {
      removeQuietly(temporary); // a full disk: prices live as long as this process
    }
  }
}

function readCosts(path: string): Cost[] {
  let content: unknown;
  try {
    content = JSON.parse(Deno.readTextFileSync(path));
  } catch {
    return []; // absent or torn: cells have no price until they have run
  }
  return fileSchema.safeParse(content).data?.cells ?? [];
}

function median(seconds: readonly number[]): number {
  const sorted = seconds.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

function removeQuietly(file: string): void {
  try {
    Deno.removeSync(file);
  } catch {
    // it was never made
  }
}
