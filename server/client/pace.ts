/** Brings what streams in to the page: at once when it is calm, at most 20 times a second when it is not. */

const BETWEEN_MS = 50;
/** A page that is hidden has no frames; work that must go on all the same waits no longer than this. */
const UNSEEN_MS = 250;

/** Time as a page has it. */
export interface PageTime {
  /** milliseconds */
  now(): number;
  after(milliseconds: number, work: () => void): void;
  /** before the next frame; never while the page is hidden */
  frame(work: () => void): void;
  /** each time that the page, hidden until then, is shown */
  shown(work: () => void): void;
}

export const pageTime: PageTime = {
  now: () => performance.now(),
  after: (milliseconds, work) => void setTimeout(work, milliseconds),
  frame: (work) => void requestAnimationFrame(work),
  shown: (work) => document.addEventListener("visibilitychange", () => document.hidden || work()),
};

/**
 * Work by name; of two pieces with one name only the later is done. While the page is hidden the last of each name
 * waits, and is done when the page is shown.
 */
export class Pace {
  readonly #waiting = new Map<string, () => void>();
  #last = -Infinity;
  #planned = false;

  /** @param done after what was brought in; default: nothing */
  constructor(readonly time: PageTime = pageTime, readonly done: () => void = () => {}) {
    // timers of a page that was hidden for long may come a minute late
    time.shown(() => this.#all());
  }

  do(name: string, work: () => void): void {
    this.#waiting.delete(name);
    this.#waiting.set(name, work);
    if (this.#planned) return;
    this.#planned = true;
    const rest = this.#last + BETWEEN_MS - this.time.now();
    if (rest > 0) this.time.after(rest, () => this.time.frame(() => this.#all()));
    else this.time.frame(() => this.#all());
  }

  /** Drops what waits for a name. */
  forget(name: string): void {
    this.#waiting.delete(name);
  }

  #all(): void {
    this.#planned = false;
    if (this.#waiting.size === 0) return;
    this.#last = this.time.now();
    const work = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const each of work) each();
    this.done();
  }
}

/** Settles before the next frame; a page that is hidden goes on without one. */
export function nextFrame(time: PageTime = pageTime): Promise<void> {
  return new Promise((resolve) => {
    time.frame(resolve);
    time.after(UNSEEN_MS, resolve);
  });
}
