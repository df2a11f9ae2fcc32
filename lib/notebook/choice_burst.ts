/** Choices that come in a burst, as of a hand on a slider, are taken as one: only the last of each input counts. */
import { clearImmediate, setImmediate } from "node:timers";

/** A burst is over when nothing has come for this long: frames sent at once arrive some hundredths of a millisecond apart. */
const QUIET_MILLISECONDS = 0.25;
/** No choice waits longer for those that follow it. */
const LONGEST_MILLISECONDS = 5;

/**
 * Gathers choices until none follows at once.
 * @example
 * ```ts
 * import { ChoiceBurst } from "./choice_burst.ts";
 * const burst = new ChoiceBurst<null>((name, value) => console.log(name, value));
 * burst.take("patience", 5, null);
 * burst.take("patience", 8, null); // patience 8, once
 * ```
 */
export class ChoiceBurst<From> {
  readonly #taken = new Map<string, { value: unknown; from: From }>();
  #turn?: ReturnType<typeof setImmediate>;
  #began = 0;
  #latest = 0;

  /** @param hand takes the last choice of each input, in the order in which the inputs were first chosen */
  constructor(readonly hand: (name: string, value: unknown, from: From) => void) {}

  take(name: string, value: unknown, from: From): void {
    this.#latest = performance.now();
    if (this.#taken.size === 0) this.#began = this.#latest;
    this.#taken.set(name, { value, from });
    this.#turn ??= setImmediate(() => this.#look());
  }

  /** Hands on at once what was gathered: something else is asked that comes after it. */
  flush(): void {
    clearImmediate(this.#turn);
    this.#turn = undefined;
    const taken = [...this.#taken];
    this.#taken.clear();
    for (const [name, { value, from }] of taken) this.hand(name, value, from);
  }

  #look() {
    const now = performance.now();
    const follows = now - this.#latest < QUIET_MILLISECONDS && now - this.#began < LONGEST_MILLISECONDS;
    if (follows) this.#turn = setImmediate(() => this.#look());
    else this.flush();
  }
}
