/** Brings what streams in to the page: at once when it is calm, at most 20 times a second when it is not. */

const BETWEEN_MS = 50;

/** Work by name; of two pieces with one name only the later is done. */
export class Pace {
  readonly #waiting = new Map<string, () => void>();
  #last = -Infinity;
  #planned = false;

  do(name: string, work: () => void): void {
    this.#waiting.delete(name);
    this.#waiting.set(name, work);
    if (this.#planned) return;
    this.#planned = true;
    const rest = this.#last + BETWEEN_MS - performance.now();
    if (rest > 0) setTimeout(() => requestAnimationFrame(() => this.#all()), rest);
    else requestAnimationFrame(() => this.#all());
  }

  /** Drops what waits for a name. */
  forget(name: string): void {
    this.#waiting.delete(name);
  }

  #all(): void {
    this.#planned = false;
    this.#last = performance.now();
    const work = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const each of work) each();
  }
}
