/** In a kernel: whether a cell whose turn it is runs, takes an earlier outcome, or waits for a person. */
import type { CellCache, Kept } from "./kernel_cache.ts";
import { sameData } from "./codec.ts";
import { inputsHash } from "./kernel_cache_inputs.ts";
import type { KernelCell, ToKernel } from "./kernel_messages.ts";
import type { Outcome, Recalled } from "./runtime.ts";
import { above, below, DEAR_SECONDS, trains } from "./session_reach.ts";
import { stoppedAnd } from "./session_stale.ts";

type Load = Extract<ToKernel, { t: "load" }>;

/** What a gate asks of the kernel around it. */
export interface GateHooks {
  /** none until the engine is chosen */
  cache(): CellCache | undefined;
  /** settles when none of these cells is at work */
  rest(cells: readonly string[]): Promise<void>;
  /** the cell holds until it is released; why it was to run again, as `patience changed` */
  waits(cell: KernelCell, reason: string): void;
  /** an outcome of the cache is taken: what it showed is shown again */
  recalled(cell: KernelCell, shown: readonly unknown[]): void;
}

/** `over`: another turn of the cell has come meanwhile, and this one comes to nothing. */
export type Verdict = "runs" | "over" | Recalled;

/** Runs that took less are not worth a file. */
const KEPT_SECONDS = 0.05;

/**
 * A cell that trains, or took more than 10 s, runs once by itself. When its turn comes again it gives what it gave on
 * the same inputs, from memory or from the cache; for other inputs it waits. It never runs on the values that a stream
 * has on its way, but on the last.
 */
export class KernelGate {
  #cells: readonly KernelCell[] = [];
  #toBrowser: readonly string[] = [];
  /** cells that have run, here or in an earlier kernel: running them is running them again */
  readonly #again = new Set<string>();
  readonly #dear = new Set<string>();
  /** why a cell is to run again, until it does */
  readonly #reasons = new Map<string, string>();
  /** the last outcome of a costly cell that ended, and what its data was then: a cell may write into what it has given */
  readonly #last = new Map<string, { outcome: Outcome; data: string | null }>();
  /** cells that a person let run: when their turn comes; at once, whatever is known; and those that wait for it */
  readonly #released = new Set<string>();
  /** with the turn that each had when a person asked: a later one is meant */
  readonly #forced = new Map<string, number>();
  readonly #waiting = new Map<string, () => void>();
  /** cells whose last run a person ended */
  readonly #stopped = new Set<string>();
  /** how often a cell's turn has come: an earlier one is over */
  readonly #turns = new Map<string, number>();

  #keeping: Promise<unknown> = Promise.resolve();

  constructor(readonly hooks: GateHooks) {}

  /** Takes a version of the notebook. */
  load(
    { cells, again, dear, reasons, toBrowser }: Pick<
      Load,
      "cells" | "again" | "dear" | "reasons" | "toBrowser"
    >,
  ): void {
    this.#cells = cells;
    this.#toBrowser = toBrowser;
    for (const key of again) this.#again.add(key);
    for (const key of dear) this.#dear.add(key);
    for (const [key, reason] of Object.entries(reasons)) this.#changes(key, reason);
    const keys = new Set(cells.map((cell) => cell.key));
    const sets = [this.#again, this.#dear, this.#released, this.#forced, this.#stopped];
    for (const known of [...sets, this.#last, this.#waiting, this.#turns, this.#reasons]) {
      for (const key of known.keys()) if (!keys.has(key)) known.delete(key);
    }
  }

  /** It is the cell's turn. */
  begin(cell: KernelCell, reads: readonly unknown[]): Verdict | Promise<Verdict> {
    const { key } = cell;
    this.#waiting.delete(key);
    const turn = (this.#turns.get(key) ?? 0) + 1;
    this.#turns.set(key, turn);
    if (!this.#costly(cell) && (this.#isForced(key, turn) || !this.hooks.cache()?.has(key))) {
      return this.#run(key);
    }
    return this.#consider(cell, reads, turn);
  }

  /** A run came to its end: what it gave is remembered, and kept where it cost something. */
  ended(cell: KernelCell, outcome: Outcome, shown: readonly unknown[]): void {
    const { seconds = 0, reason } = outcome.detail;
    if (seconds > DEAR_SECONDS) this.#dear.add(cell.key);
    if (this.#costly(cell)) this.#remember(cell, outcome);
    const partial = reason !== undefined;
    if (partial) this.#stopped.add(cell.key);
    if (partial || cell.views.length > 0 || !trains(cell) && seconds < KEPT_SECONDS) return;
    const kept = { values: outcome.values, shown, seconds };
    const keeping = this.hooks.cache()?.keep(cell.key, named(cell, outcome.reads), kept);
    this.#keeping = Promise.all([this.#keeping, keeping]).then(() => {});
  }

  /** Settles when what was to be kept is on disk. */
  async kept(): Promise<void> {
    await this.#keeping;
  }

  /** A run failed, or what it waits for did: what it gave before is no longer its last word, and its turn is over. */
  failed(cell: string, stopped: boolean): void {
    if (stopped) this.#stopped.add(cell);
    this.#last.delete(cell);
    this.#turns.set(cell, (this.#turns.get(cell) ?? 0) + 1);
    this.#waiting.get(cell)?.();
  }

  /** Cells that wait run now; others when their turn comes. Without a list: all that are to run again. */
  release(cells: readonly string[] = [...this.#waiting.keys(), ...this.#reasons.keys()]): void {
    for (const key of cells) {
      const go = this.#waiting.get(key);
      if (go) go();
      else this.#released.add(key);
    }
  }

  /** Whether the cell is to run again by itself, once it may: beginning it anew too would run it twice. */
  isDue(cell: string): boolean {
    return this.#waiting.has(cell) || this.#reasons.has(cell);
  }

  /** The next run of these cells takes nothing that is known. */
  force(cells: readonly string[]): void {
    for (const key of cells) this.#forced.set(key, this.#turns.get(key) ?? 0);
  }

  /** These names are to change: what a person let run before was not meant for their new values. */
  changes(names: readonly string[]): void {
    for (const name of names) {
      for (const { key } of below(this.#cells, [name])) {
        this.#changes(key, `${name} changed`);
      }
    }
  }

  #changes(key: string, reason: string) {
    this.#released.delete(key);
    this.#forced.delete(key);
    this.#reasons.set(key, reason);
  }

  #remember({ key }: KernelCell, outcome: Outcome) {
    this.#last.set(key, { outcome, data: dataOf(outcome.reads) });
  }

  #isForced(key: string, turn: number): boolean {
    return (this.#forced.get(key) ?? turn) < turn && this.#forced.delete(key);
  }

  #run(key: string): "runs" {
    this.#released.delete(key);
    this.#reasons.delete(key);
    this.#stopped.delete(key);
    this.#again.add(key);
    this.hooks.cache()?.begin(key);
    return "runs";
  }

  async #consider(cell: KernelCell, reads: readonly unknown[], turn: number): Promise<Verdict> {
    const { key } = cell, costly = this.#costly(cell), cache = this.hooks.cache();
    const now = () => this.#turns.get(key) === turn;
    if (costly) await this.hooks.rest(above(this.#cells, cell).map((each) => each.key));
    if (!now()) return "over";
    if (this.#isForced(key, turn)) return this.#run(key);
    const { outcome, data } = this.#last.get(key) ?? {};
    if (outcome?.reads.every((value, i) => sameData(value, reads[i])) && data === dataOf(reads)) {
      this.#released.delete(key);
      this.#reasons.delete(key);
      return outcome;
    }
    const kept = cache?.has(key)
      ? await cache.recall(key, named(cell, reads), this.#needed(cell))
      : undefined;
    if (!now()) return "over";
    if (kept) return this.#take(cell, reads, kept);
    if (costly && this.#again.has(key) && !this.#released.has(key)) await this.#wait(cell);
    return now() ? this.#run(key) : "over";
  }

  /** Names that someone reads: without them an earlier outcome is of no use. */
  #needed({ defines }: KernelCell): string[] {
    const read = new Set([...this.#toBrowser, ...this.#cells.flatMap((cell) => cell.reads)]);
    return defines.filter((name) => read.has(name));
  }

  #take(cell: KernelCell, reads: readonly unknown[], kept: Kept): Recalled {
    const { key } = cell, { values, shown, seconds } = kept;
    const outcome: Outcome = { reads, values, detail: { seconds, cached: true } };
    this.#run(key);
    if (this.#costly(cell)) this.#remember(cell, outcome);
    this.hooks.recalled(cell, shown);
    return outcome;
  }

  #wait(cell: KernelCell): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.set(cell.key, () => {
      this.#waiting.delete(cell.key);
      resolve();
    });
    const reason = this.#reasons.get(cell.key) ?? "not run yet";
    this.hooks.waits(cell, this.#stopped.has(cell.key) ? stoppedAnd(reason) : reason);
    return promise;
  }

  /** Whether the cell waits for the end of a stream above it: it takes none of the values on the way. */
  holds(cell: KernelCell): boolean {
    return this.#costly(cell);
  }

  #costly(cell: KernelCell): boolean {
    return trains(cell) || this.#dear.has(cell.key) && !cell.auto;
  }
}

const named = (cell: KernelCell, reads: readonly unknown[]): Record<string, unknown> =>
  Object.fromEntries(cell.reads.map((name, i) => [name, reads[i]]));

/** What of the values is data, as a hash of what it is now; null for what no hash can tell. */
const dataOf = (reads: readonly unknown[]): string | null =>
  inputsHash(Object.fromEntries(reads.map((value, i) => [i, typeof value === "function" ? null : value])), {
    stamp: "",
  });
