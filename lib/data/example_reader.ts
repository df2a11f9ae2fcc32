/** Reads batches of several updates in a row: those that are no places in a table, because they change or stream. */
import type { Batch, BatchSource } from "./batch.ts";

/** Milliseconds after which what has been read has to do: who trains looks up now and then. */
const LONG = 50;

/**
 * Remembers what it read last, so that updates that run again, or were skipped, are not read again.
 *
 * @example
 * ```ts
 * import { batchPlan } from "../batch_plan.ts";
 * import { batchSource } from "./batch_source.ts";
 * import { digits } from "./digits.ts";
 * import { ExampleReader } from "./example_reader.ts";
 * const reader = new ExampleReader(batchSource(digits(), "softmaxCrossEntropy", 7, batchPlan(1097, 32)));
 * const updates = await reader.read(0, 8); // the batches of each
 * ```
 */
export class ExampleReader {
  readonly #source: BatchSource;
  #first = 0;
  #read: (readonly Batch[])[] = [];
  #end = Infinity;

  constructor(source: BatchSource) {
    this.#source = source;
  }

  /**
   * Batches of updates `first` up to, not including, `first + count`.
   *
   * @returns fewer when the data has ended, reading takes long, or one of them cannot be read: asked for that one first,
   *   it throws
   */
  async read(first: number, count: number): Promise<readonly (readonly Batch[])[]> {
    const known = first - this.#first;
    this.#read = known >= 0 ? this.#read.slice(known) : [];
    this.#first = first;
    const began = performance.now();
    while (this.#read.length < count && first + this.#read.length < this.#end) {
      const batches = await this.#at(first + this.#read.length);
      if (batches === null) break;
      this.#read.push(batches);
      if (performance.now() - began > LONG) break;
    }
    return this.#read.slice(0, count);
  }

  /** The batches of one update; null when there are none, or others have been read and this one cannot. */
  async #at(index: number): Promise<readonly Batch[] | null> {
    try {
      const next = this.#source.at(index), batches = next instanceof Promise ? await next : next;
      if (batches === null) this.#end = index;
      return batches;
    } catch (error) {
      if (this.#read.length > 0) return null;
      throw error;
    }
  }

  close(): void | Promise<void> {
    return this.#source.close();
  }
}
