/** In a kernel: a stream that runs in a thread, as a source of values here. Each value is asked for. */
import { decode } from "./codec.ts";
import { workerFailure } from "./kernel_worker_failure.ts";
import { type Packed, TailReceiver } from "./tails.ts";
import type { CellError } from "./wire.ts";

/** What can be asked of the stream in its thread: its next value, that its source ends, that its generator returns. */
export type FlowWord = "next" | "stop" | "return";

export class ThreadFlow implements AsyncIterableIterator<unknown> {
  readonly #received = new TailReceiver();
  #asked?: PromiseWithResolvers<IteratorResult<unknown>>;
  /** nothing more comes */
  over = false;
  /** there when the source can be asked to end */
  readonly abort?: () => void;

  constructor(readonly ask: (word: FlowWord) => void, aborts: boolean) {
    if (aborts) this.abort = () => this.ask("stop");
  }

  [Symbol.asyncIterator]() {
    return this;
  }

  next(): Promise<IteratorResult<unknown>> {
    if (this.over) return Promise.resolve({ done: true, value: undefined });
    this.ask("next");
    return (this.#asked = Promise.withResolvers()).promise;
  }

  return(): Promise<IteratorResult<unknown>> {
    this.ask("return");
    return Promise.resolve({ done: true, value: undefined });
  }

  /** The value that was asked for has come. */
  take(value: Uint8Array): void {
    this.#asked?.resolve({ done: false, value: this.#received.unpack(decode(value) as Packed) });
  }

  /** It has ended, perhaps by an error. */
  end(error?: CellError): void {
    this.over = true;
    if (error) this.#asked?.reject(workerFailure(error));
    else this.#asked?.resolve({ done: true, value: undefined });
    this.#asked = undefined;
  }
}
