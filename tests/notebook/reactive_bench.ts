/**
 * A notebook's text in the reactive engine, in this process: parsed, placed and compiled as for a page or a kernel, with waiting
 * counted in turns of the event loop instead of milliseconds, so that a run is over when it is over, and not later.
 */
import { program, programCells } from "../../lib/notebook/compile.ts";
import { loadNotebook } from "../../lib/notebook/load.ts";
import { memoryModules } from "../../lib/notebook/modules.ts";
import type { Cell, Notebook, Side } from "../../lib/notebook/notebook.ts";
import { NotebookRuntime, type Program, type StateDetail } from "../../lib/notebook/runtime.ts";
import type { CellState } from "../../lib/notebook/wire.ts";

const URL_OF_NOTEBOOK = "file:///project/notebook.ts";

/** What a notebook of these tests begins with. */
export const HEAD = `import { display, inputs, invalidation, live, signal, view } from "plateau";
import { pause, ticks, watch } from "./turns.ts";
`;

const MODULES: Readonly<Record<string, string>> = {
  "file:///project/deno.json": `{"imports": {"plateau": "./mod.ts"}}`,
  "file:///project/mod.ts":
    "export const display = 1, inputs = 1, invalidation = 1, live = 1, signal = 1, view = 1;",
  "file:///project/turns.ts": "export const fail = 1, mix = 1, pause = 1, ticks = 1, watch = 1;",
};

/** One turn of the event loop. */
export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** What the bench knows of a cell: its last state, what its last run showed, and how often it ran. */
export interface Seen {
  state?: CellState;
  detail: StateDetail;
  shown: unknown[];
  runs: number;
}

/** What a run was given, for those who ask what it saw. */
export interface RunSeen {
  readonly cell: string;
  readonly values: readonly unknown[];
}

/** A notebook that runs, is edited and is looked at. */
export class ReactiveBench {
  /** the values of inputs, by name; a fresh bench may begin with those of another */
  readonly chosen: Map<string, unknown>;
  readonly runs: RunSeen[] = [];
  /** words that came from a run when another had taken its place */
  readonly late: string[] = [];
  /** all that was said of cells, in order */
  readonly said: string[] = [];
  /** what cells told through `watch` */
  readonly watched: unknown[] = [];
  notebook!: Notebook;
  cells: readonly Cell[] = [];
  readonly #seen = new Map<string, Seen>();
  readonly #told = new Map<string, unknown>();
  #events = 0;
  #pauses = 0;
  readonly #runtime: NotebookRuntime;

  /** `side`: whose cells run here */
  constructor(chosen: ReadonlyMap<string, unknown> = new Map(), readonly side: Side = "browser") {
    this.chosen = new Map(chosen);
    this.#runtime = new NotebookRuntime({
      modules: () => [],
      begin: ({ key }) => {
        this.#of(key).shown = [];
      },
      display: (cell, value) => {
        this.#events++;
        const { run, shown } = value as { run: number; shown: unknown };
        const seen = this.#of(cell.key);
        if (run === seen.runs) seen.shown.push(shown);
        else this.late.push(`${cell.name} showed ${shown}`);
      },
      view: (_, name, input) =>
        this.chosen.has(name) ? this.chosen.get(name) : (input as { value: unknown }).value,
      state: (cell, state, detail) => {
        this.#events++;
        Object.assign(this.#of(cell.key), { state, detail });
        this.said.push(`${cell.name} ${state} ${detail.error?.message ?? ""}`);
      },
    });
  }

  /** Opens a text, and waits until nothing happens any more. */
  static async of(text: string, chosen?: ReadonlyMap<string, unknown>, side?: Side): Promise<ReactiveBench> {
    const bench = new ReactiveBench(chosen, side);
    await bench.save(text);
    await bench.settle();
    return bench;
  }

  /** Takes a new text of the notebook, as a save does. Returns the keys of the cells that are new. */
  async save(text: string): Promise<string[]> {
    this.notebook = await loadNotebook(
      URL_OF_NOTEBOOK,
      memoryModules({ ...MODULES, [URL_OF_NOTEBOOK]: text }),
    );
    this.cells = programCells(this.notebook, this.side);
    const keys = new Set(this.cells.map((cell) => cell.key));
    for (const key of this.#seen.keys()) if (!keys.has(key)) this.#seen.delete(key);
    const names = this.cells.flatMap((cell) => cell.defines);
    for (const name of this.#told.keys()) if (!names.includes(name)) this.#told.delete(name);
    const taps = names.map((name) => [name, (value: unknown) => this.#tell(name, value)]);
    return this.#runtime.load(this.cells, this.#programs(), [], Object.fromEntries(taps));
  }

  /** Moves an input. */
  set(name: string, value: unknown): void {
    this.chosen.set(name, value);
    this.#runtime.set(name, value);
  }

  interrupt(): void {
    this.#runtime.interrupt();
  }

  rerun(keys: readonly string[]): void {
    this.#runtime.rerun(keys);
  }

  dispose(): void {
    this.#runtime.dispose();
  }

  /** Waits until nothing waits and nothing has happened for some turns. */
  async settle(): Promise<void> {
    for (let calm = 0; calm < 6;) {
      const before = this.#events;
      await turn();
      calm = this.#events === before && this.#pauses === 0 ? calm + 1 : 0;
    }
  }

  /** What is known of the cell that has this title or key. */
  seen(cell: string): Seen {
    const { key } = this.cells.find(({ name, key }) => name === cell || key === cell)!;
    return this.#of(key);
  }

  /** The cell's last state in a few words: `done`, `error mid-way`, `waits for a`. */
  says(cell: string): string {
    const { state, detail: { error, reason } } = this.seen(cell);
    if (error?.waitsFor) return `waits for ${error.waitsFor}`;
    return [state, error?.message, reason].filter(Boolean).join(" ");
  }

  /** The last value of a name. */
  value(name: string): unknown {
    return this.#told.get(name);
  }

  has(name: string): boolean {
    return this.#told.has(name);
  }

  /** `code line` of each problem of the text, warnings too. */
  problems(): string[] {
    return this.notebook.diagnostics.map(({ code, line }) => `${code} ${line}`);
  }

  #of(key: string): Seen {
    let seen = this.#seen.get(key);
    if (!seen) this.#seen.set(key, seen = { detail: {}, shown: [], runs: 0 });
    return seen;
  }

  #tell(name: string, value: unknown) {
    this.#events++;
    this.#told.set(name, value);
  }

  /** The compiled cells, each counting its runs and signing what it shows with the number of its run. */
  #programs(): Program[] {
    const code = program(this.notebook, this.side).replace("export default", "return");
    const compiled: Program[] = new Function(code)()({
      fail,
      inputs: { range: (_bounds: unknown, options: { value: number }) => options },
      mix,
      pause: (turns: number) => this.#pause(turns),
      ticks: (salt: number, wait: number, ...reads: unknown[]) => this.#ticks(salt, wait, reads),
      watch: (value: unknown) => this.watched.push(value),
    });
    return compiled.map(({ id, fn }) => {
      const { key, name } = this.cells.find((cell) => cell.id === id)!;
      return {
        id,
        fn: (capabilities, ...values) => {
          this.#events++;
          const run = ++this.#of(key).runs;
          this.runs.push({ cell: name, values });
          const display = <T>(shown: T) => (capabilities.display({ run, shown }), shown);
          return fn(Object.create(capabilities, { display: { value: display } }), ...values);
        },
      };
    });
  }

  async #pause(turns: number): Promise<void> {
    this.#pauses++;
    for (let i = 0; i < turns; i++) await turn();
    this.#pauses--;
  }

  /** A stream of up to four numbers; some of them fail on the way, some end when they are asked to. */
  #ticks(salt: number, wait: number, reads: readonly unknown[]): AsyncIterable<number> {
    const kind = mix(salt, ...reads);
    let stopped = false;
    const stream = (async function* (pause: (turns: number) => Promise<void>) {
      for (let i = 0; i < kind % 5 && !stopped; i++) {
        await pause(wait);
        if (kind % 7 === 1 && i === 2) throw new Error(`stream ${kind}`);
        yield mix(kind, i);
      }
      if (stopped) yield -1;
    })((turns) => this.#pause(turns));
    return salt % 2 ? stream : Object.assign(stream, { abort: () => void (stopped = true) });
  }
}

/** A number of whatever cells may hand on: any other input gives another number, nearly always. */
export function mix(...parts: unknown[]): number {
  let number = 17;
  for (const part of parts) {
    const value = typeof part === "function" ? part(1) : part === undefined ? 5 : Number(part);
    number = (number * 31 + value + 7) % 9973;
  }
  return number;
}

function fail(...parts: unknown[]): never {
  throw new Error(`failed ${mix(...parts)}`);
}
