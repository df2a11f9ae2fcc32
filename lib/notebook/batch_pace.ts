/** When a page is sent what it lacks: soon enough for a person, seldom enough for a browser. */
import { clearImmediate, setImmediate } from "node:timers";

/** About a frame of a screen. */
const BATCH_MILLISECONDS = 16;
/** Ends of work that a page is told of before its frame: a burst of changes has two or three, and none after a frame waits. */
const EARLY = 3;

/**
 * What comes in one turn goes together at its end; after that at most one batch every 16 ms, and three more within them when
 * work has come to its end: the last of a chain of cells does not wait for a frame that shows nothing else.
 * @example
 * ```ts
 * import { BatchPace } from "./batch_pace.ts";
 * const pace = new BatchPace(() => true);
 * pace.wait(false);
 * pace.close();
 * ```
 */
export class BatchPace {
  #waits = false;
  /** how many batches have gone before their time since the timer was set */
  #early = 0;
  #timer?: ReturnType<typeof setTimeout>;
  #turn?: ReturnType<typeof setImmediate>;

  /**
   * @param send sends all that waits; false when it could not: it is asked again when the time between two batches is over
   * @param milliseconds between two batches, as asked after each; default 16, and never less
   */
  constructor(readonly send: () => boolean, readonly milliseconds: () => number = () => BATCH_MILLISECONDS) {}

  /** Something waits to be sent. `last`: nothing that is at work now will follow it. */
  wait(last: boolean): void {
    this.#waits = true;
    if (this.#timer === undefined || last && this.#early < EARLY) {
      this.#turn ??= setImmediate(() => this.#now());
    }
  }

  /** Something waits to be sent at once, where that is not too soon after the last batch. */
  begin(): void {
    this.#waits = true;
    if (this.#timer !== undefined) return;
    clearImmediate(this.#turn);
    this.#now();
  }

  close(): void {
    clearTimeout(this.#timer);
    clearImmediate(this.#turn);
  }

  #now() {
    this.#turn = undefined;
    this.#early = this.#timer === undefined ? 0 : this.#early + 1;
    this.#waits = !this.send();
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      if (this.#waits) this.#now();
    }, Math.max(BATCH_MILLISECONDS, this.milliseconds()));
  }
}
