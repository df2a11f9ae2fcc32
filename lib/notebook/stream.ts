/** A live source in a cell: what `live(…)` returns in the reactive run, unfolded value by value by the runtime. */

/** `latest`: what reads it may skip values when more come than it can take; `all`: each reaches all that reads it. */
export type Delivery = "latest" | "all";

export interface LiveOptions {
  /**
   * Which values reach what reads the name; default `latest`. With `all` the next value is asked for when every cell
   * that reads the last one, directly or not, has ended its work with it: a slow reader slows the stream.
   */
  readonly deliver?: Delivery;
}

/** The delivery that is asked for. Throws `invalid deliver: some (latest or all)`. */
export function delivery({ deliver = "latest" }: LiveOptions = {}): Delivery {
  if (deliver !== "latest" && deliver !== "all") {
    throw new TypeError(`invalid deliver: ${deliver} (latest or all)`);
  }
  return deliver;
}

/** How long a source that was asked to end may go on before it is dropped. */
const DRAIN_MILLISECONDS = 2000;

/** What a stream without any value ends with. */
export class NoValue extends Error {
  override readonly name = "NoValue";
  constructor(readonly stream: string, stopped: boolean) {
    super(stopped ? `${stream} was stopped before its first value` : `${stream} ended without a value`);
  }
}

export interface StreamHooks {
  /** runs a piece of the source's work in the context of its cell */
  within<T>(work: () => T): T;
  /** settles when all that reads the last value has ended its work with it; asked for with `all` */
  settled(): Promise<void>;
  /** once, when nothing more comes; `stopped` when it was interrupted, `error` what it threw */
  ended(stopped: boolean, error: unknown): void;
}

type Source<T> = AsyncIterable<T> & { abort?: () => void };

/** One live source, from its first value to its end. Its last value stays when it is stopped. */
export class Stream<T = unknown> {
  #dropped = Promise.withResolvers<"dropped">();
  #over = false;
  #interrupted = false;
  readonly deliver: Delivery;
  /** settles when nothing more comes */
  readonly over: Promise<unknown> = this.#dropped.promise;

  constructor(
    readonly name: string,
    readonly source: Source<T>,
    readonly hooks: StreamHooks,
    options?: LiveOptions,
  ) {
    this.deliver = delivery(options);
    if (
      typeof source?.[Symbol.asyncIterator] !== "function" &&
      typeof (source as never as Iterable<T>)?.[Symbol.iterator] !== "function"
    ) {
      throw new TypeError(`invalid live source: ${name} is no generator or async iterable`);
    }
  }

  /** The values, one after another, until the source ends, or `interrupt` or `drop` ends it. */
  async *values(): AsyncGenerator<T, void> {
    const iterator = this.hooks.within(() => iterate(this.source));
    let any = false;
    let error: unknown;
    try {
      while (!this.#over) {
        const next = await Promise.race([this.hooks.within(() => iterator.next()), this.#dropped.promise]);
        if (next === "dropped" || next.done) break;
        any = true;
        yield next.value;
        if (this.deliver === "all") await Promise.race([this.hooks.settled(), this.#dropped.promise]);
      }
      if (!any) throw new NoValue(this.name, this.#interrupted);
    } catch (failure) {
      error = failure;
      throw failure;
    } finally {
      this.drop();
      // not awaited: a generator in the middle of its work answers when that is done
      Promise.resolve(this.hooks.within(() => iterator.return?.())).catch(() => {});
      this.hooks.ended(this.#interrupted, error);
    }
  }

  /** Asks the source to end: one that can `abort` is drained for 2 s, so that its last value arrives; any other is dropped. */
  interrupt(): void {
    if (this.#over || this.#interrupted) return;
    this.#interrupted = true;
    if (typeof this.source.abort !== "function") return this.drop();
    const timer = setTimeout(() => this.drop(), DRAIN_MILLISECONDS);
    this.#dropped.promise.then(() => clearTimeout(timer));
    this.hooks.within(() => this.source.abort!());
  }

  /** Ends at once; the source's generator is returned. */
  drop(): void {
    this.#over = true;
    this.#dropped.resolve("dropped");
  }
}

function iterate<T>(source: AsyncIterable<T> | Iterable<T>): AsyncIterator<T> | Iterator<T> {
  return Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
}
