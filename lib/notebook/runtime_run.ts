/** One run of a cell, from its turn to its end, and the ways to end it early. */
import type { StateDetail } from "./runtime_hooks.ts";
import { CellFailure } from "./runtime_error.ts";
import { NoValue, Stream } from "./stream.ts";

/** How long an interrupted cell without a stream may take to end in its own way. */
const GRACE_MILLISECONDS = 250;

export class Run {
  readonly control = new AbortController();
  readonly began = performance.now();
  /** those that have not ended */
  readonly streams = new Set<Stream>();
  /** set when a later run, an edit or a removal took its place */
  superseded = false;
  interrupted = false;
  /** the cell's function has been called: its beginning was not held back */
  working = false;
  /** the cell has taken its signal: interrupted, it may return before it is through */
  heeds = false;
  /** the cell's function has returned; its streams may still run */
  returned = false;
  failed = false;
  /** what the cell's function returned */
  defined?: Record<string, unknown>;
  /** what is said of the cell when an earlier outcome was taken in place of this run */
  recalled?: StateDetail;
  readonly #stopped = Promise.withResolvers<never>();

  constructor(readonly reads: readonly unknown[]) {
    this.#stopped.promise.catch(() => {});
  }

  /** Whether the cell's function or a stream of it is at work. */
  get active(): boolean {
    return this.working && !this.superseded && !this.failed && (!this.returned || this.streams.size > 0);
  }

  get seconds(): number {
    return (performance.now() - this.began) / 1000;
  }

  /** What the work gives, or that it was stopped, whichever comes first. */
  outcome(work: Promise<unknown>): Promise<unknown> {
    return Promise.race([work, this.#stopped.promise]);
  }

  /** Asks it to end in its own way: streams that can are drained, others dropped, a function has a while. */
  interrupt(): void {
    this.interrupted = true;
    this.control.abort(new DOMException("stopped", "AbortError"));
    this.interruptStreams();
    if (!this.returned) setTimeout(() => this.returned || this.stop(), GRACE_MILLISECONDS);
  }

  interruptStreams(): void {
    for (const stream of this.streams) stream.interrupt();
  }

  /** Another run takes its place, or none: what it still says is dropped. */
  supersede(): void {
    this.superseded = true;
    this.dropStreams();
    this.control.abort(new DOMException("superseded", "AbortError"));
    this.stop();
  }

  dropStreams(): void {
    for (const stream of this.streams) stream.drop();
  }

  /** Ends it, whatever its function does: nobody waits for that any more. */
  stop(): void {
    this.#stopped.reject(
      new CellFailure({ name: "Stopped", message: "stopped before it ended", hint: "Run it again." }),
    );
  }
}

/** Whether an interrupted run threw only because it was asked to end. */
export const endsByStop = (thrown: unknown): boolean =>
  thrown instanceof NoValue || thrown instanceof CellFailure && thrown.error.name === "Stopped" ||
  thrown instanceof DOMException && thrown.name === "AbortError";
