/** Values of the server's cells on their way to the cells of the page. */
import { decode } from "../../lib/notebook/codec.ts";
import type { NotebookRuntime } from "../../lib/notebook/runtime.ts";
import { type Packed, TailReceiver } from "../../lib/notebook/tails.ts";
import type { Event } from "../../lib/notebook/wire.ts";
import { EveryQueue } from "./every_queue.ts";
import { nextFrame, Pace } from "./pace.ts";

export interface PageValuesHooks {
  /** where the values go */
  readonly runtime: NotebookRuntime;
  /** when what is only the latest is brought in */
  readonly pace: Pace;
  /** whether cells of the page read a name of the server's; a paced value may come after a save that ended this */
  takes(name: string): boolean;
  /** so many values of a lossless stream are left out: the page could not keep up */
  leftOut(name: string, count: number): void;
}

export class PageValues {
  readonly #received = new Map<string, TailReceiver>();
  readonly #every: EveryQueue;

  constructor(readonly hooks: PageValuesHooks) {
    this.#every = new EveryQueue({
      deliver: (values) => this.#deliver(values),
      frame: nextFrame,
      now: () => performance.now(),
      leftOut: (name, count) => hooks.leftOut(name, count),
    });
  }

  /** The server begins with whole values again. */
  begin(): void {
    this.#received.clear();
  }

  /** Forgets what was received of other names than these: the server does too, and begins with whole values. */
  keep(names: ReadonlySet<string>): void {
    for (const name of this.#received.keys()) {
      if (names.has(name)) continue;
      this.#received.delete(name);
      this.hooks.pace.forget(`value ${name}`);
      this.#every.forget(name);
    }
  }

  /** Every message is unpacked, because each may continue the one before; the page takes the last of them. */
  take({ name, value: bytes, every }: Event & { t: "value" }): unknown {
    let receiver = this.#received.get(name);
    if (receiver === undefined) this.#received.set(name, receiver = new TailReceiver());
    const value = receiver.unpack(decode(bytes) as Packed);
    if (every === undefined) this.#paced(name, () => this.hooks.runtime.set(name, value));
    else {
      this.hooks.pace.forget(`value ${name}`); // what came before it and waits for a frame is older
      this.#every.push(name, value, every, bytes.length);
    }
    return value;
  }

  /** Shows a value that was recorded in the place of the latest one. */
  replay(name: string, value: unknown): void {
    this.#paced(name, () => this.hooks.runtime.set(name, value));
  }

  /** What cells of the page read from a failed cell of the server fails too, so that they say what they wait for. */
  fail(name: string, waitsFor: string): void {
    this.#paced(name, () => this.hooks.runtime.fail(name, waitsFor));
  }

  /** The latest that is to be done with a name of the server's, after the values of it that wait. */
  #paced(name: string, work: () => void): void {
    const { pace, takes } = this.hooks;
    this.#every.after(name, () => pace.do(`value ${name}`, () => takes(name) && work()));
  }

  async #deliver(values: ReadonlyMap<string, unknown>): Promise<void> {
    const taken = new Map([...values].filter(([name]) => this.hooks.takes(name)));
    if (taken.size > 0) await this.hooks.runtime.deliver(taken);
  }
}
