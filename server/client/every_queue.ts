/**
 * Values of lossless streams on their way to the cells of the page: one after another, each when all that reads the one
 * before has ended its work.
 */

export interface EveryHooks {
  /** gives names their next values; settles when all that reads them has ended its work */
  deliver(values: ReadonlyMap<string, unknown>): Promise<void>;
  /** settles when the page has painted */
  frame(): Promise<void>;
  /** milliseconds */
  now(): number;
  /** so many values of a name are left out, because more waited than a page keeps */
  leftOut(name: string, count: number): void;
}

/** How much may wait. */
export interface QueueLimits {
  readonly values: number;
  /** of the frames in which they came */
  readonly bytes: number;
}
export const QUEUE_LIMITS: QueueLimits = { values: 100_000, bytes: 64e6 };

/** How long the page works on without painting. */
const WORK_MS = 10;

interface Item {
  readonly name: string;
  readonly value?: unknown;
  readonly bytes: number;
  /** which run of the stream it is from */
  readonly run?: number;
  /** something else that is done in its turn */
  readonly work?: () => void;
}

export class EveryQueue {
  #items: Item[] = [];
  #bytes = 0;
  #draining = false;
  /** names that the kernel's present step has brought */
  readonly #stepped = new Set<string>();
  /** what is being delivered, and what ends the wait for it: a run that is superseded may never settle */
  #under: ReadonlyMap<string, unknown> = new Map();
  #cut = Promise.withResolvers<void>();
  readonly #runs = new Map<string, number>();

  constructor(readonly hooks: EveryHooks, readonly limits: QueueLimits = QUEUE_LIMITS) {}

  /** A value of a name, of the run that began then; values of an earlier run that still wait are over. */
  push(name: string, value: unknown, run: number, bytes: number): void {
    const before = this.#runs.get(name);
    this.#runs.set(name, run);
    if (before !== undefined && before !== run) {
      this.#keep((item) => item.name !== name);
      if (this.#under.has(name)) this.#cut.resolve();
    }
    this.#items.push({ name, value, run, bytes });
    this.#bytes += bytes;
    if (this.#items.length > this.limits.values || this.#bytes > this.limits.bytes) this.#leaveOut();
    this.#drain();
  }

  /** Work that follows the values of a name which wait: at once when none does. Of several pieces the last is done. */
  after(name: string, work: () => void): void {
    this.#keep((item) => item.name !== name || !item.work);
    if (!this.#items.some((item) => item.name === name)) return work();
    this.#items.push({ name, work, bytes: 0 });
  }

  /** The name is no more: its values that wait are dropped. */
  forget(name: string): void {
    this.#keep((item) => item.name !== name);
    if (this.#under.has(name)) this.#cut.resolve();
    this.#runs.delete(name);
    this.#stepped.delete(name);
  }

  /** How many values wait. */
  get waiting(): number {
    return this.#items.length;
  }

  async #drain() {
    if (this.#draining) return;
    this.#draining = true;
    try {
      let began = this.hooks.now();
      while (this.#items.length > 0) {
        if (this.#items[0].work) this.#items.shift()!.work!();
        else await this.#deliver();
        if (this.hooks.now() - began < WORK_MS) continue;
        await this.hooks.frame();
        began = this.hooks.now();
      }
    } finally {
      this.#draining = false;
    }
  }

  async #deliver() {
    this.#under = this.#step();
    this.#cut = Promise.withResolvers();
    await Promise.race([this.hooks.deliver(this.#under), this.#cut.promise]);
    this.#under = new Map();
  }

  /**
   * What came of the kernel's next step, which reaches its readers together. A step ends where a name of it comes again;
   * what is late is still of the step before.
   */
  #step(): Map<string, unknown> {
    const step = new Map<string, unknown>();
    if (this.#stepped.has(this.#items[0].name)) this.#stepped.clear();
    let count = 0;
    for (const { name, value, bytes, work } of this.#items) {
      if (work || this.#stepped.has(name)) break;
      this.#stepped.add(name);
      step.set(name, value);
      this.#bytes -= bytes;
      count++;
    }
    this.#items = this.#items.slice(count);
    return step;
  }

  /** Leaves out the oldest tenth. */
  #leaveOut() {
    const { values, bytes } = this.limits;
    const counts = new Map<string, number>();
    let at = 0;
    while (
      at < this.#items.length - 1 && (this.#items.length - at > 0.9 * values || this.#bytes > 0.9 * bytes)
    ) {
      const item = this.#items[at++];
      this.#bytes -= item.bytes;
      if (!item.work) counts.set(item.name, (counts.get(item.name) ?? 0) + 1);
      else item.work();
    }
    this.#items = this.#items.slice(at);
    for (const [name, count] of counts) this.hooks.leftOut(name, count);
  }

  #keep(keep: (item: Item) => boolean) {
    if (this.#items.every(keep)) return;
    this.#items = this.#items.filter(keep);
    this.#bytes = this.#items.reduce((sum, { bytes }) => sum + bytes, 0);
  }
}
