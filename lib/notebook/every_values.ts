/** The values of one run of a lossless stream, in order: a page is sent each, and one that comes late gets them all. */
import { decode, encode } from "./codec.ts";
import type { LoggedEvent } from "./event_log.ts";
import { type Packed, TailReceiver } from "./tails.ts";
import type { Event } from "./wire.ts";

export type ValueEvent = Event & { t: "value" };
export type LoggedValue = LoggedEvent & { readonly event: ValueEvent };

/** How much is kept for pages that come late or are slow; what is older is left out, and they are told. */
export interface EveryLimits {
  /** default 100,000 */
  readonly values: number;
  /** default 64 MB */
  readonly bytes: number;
}
export const EVERY_LIMITS: EveryLimits = { values: 100_000, bytes: 64e6 };

/** What a page is sent at once. */
const BATCH_VALUES = 1000;
const BATCH_BYTES = 1e6;

export class EveryValues {
  #entries: LoggedValue[] = [];
  #bytes = 0;
  /** up to the last value that was left out */
  readonly #left = new TailReceiver();
  #leftOut = 0;
  #leftId = 0;

  /** `run`: when the run began; the first value that is added is whole, each other may continue the one before. */
  constructor(readonly run: number, readonly limits: EveryLimits = EVERY_LIMITS) {}

  /** How many values of the run are no longer kept. */
  get leftOut(): number {
    return this.#leftOut;
  }

  get entries(): readonly LoggedValue[] {
    return this.#entries;
  }

  add(entry: LoggedValue): void {
    this.#entries.push(entry);
    this.#bytes += entry.event.value.length;
    if (this.#entries.length <= this.limits.values && this.#bytes <= this.limits.bytes) return;
    // a tenth at once: leaving out one by one would move the others each time
    const { values, bytes } = this.limits;
    let count = 0;
    while (
      this.#entries.length - count > 1 &&
      (this.#entries.length - count > 0.9 * values || this.#bytes > 0.9 * bytes)
    ) {
      const { id, event } = this.#entries[count++];
      this.#bytes -= event.value.length;
      this.#left.unpack(decode(event.value) as Packed);
      this.#leftId = id;
    }
    this.#leftOut += count;
    this.#entries = this.#entries.slice(count);
  }

  /**
   * The values after the one with this id, as many as go at once, and whether some that were after it are left out.
   * `whole`: the first continues nothing, for a page that has no value of this run.
   */
  after(id: number, whole: boolean): { values: LoggedValue[]; missing: boolean; more: boolean } {
    const missing = id < this.#leftId;
    let from = this.#entries.findIndex((entry) => entry.id > id);
    if (from < 0) from = this.#entries.length;
    let to = from;
    for (let bytes = 0; to < this.#entries.length && to - from < BATCH_VALUES && bytes < BATCH_BYTES; to++) {
      bytes += this.#entries[to].event.value.length;
    }
    const values = this.#entries.slice(from, to);
    if (values.length && (whole || missing)) values[0] = this.#whole(from);
    return { values, missing, more: to < this.#entries.length };
  }

  /** All that is kept, the first of it whole. */
  all(): LoggedValue[] {
    return this.#entries.length ? [this.#whole(0), ...this.#entries.slice(1)] : [];
  }

  #whole(index: number): LoggedValue {
    const receiver = new TailReceiver();
    if (this.#leftOut > 0) receiver.unpack(decode(encode(this.#left.since(new Map()))) as Packed);
    for (const { event } of this.#entries.slice(0, index + 1)) receiver.unpack(decode(event.value) as Packed);
    const entry = this.#entries[index];
    return { ...entry, event: { ...entry.event, value: encode(receiver.since(new Map())) } };
  }
}
