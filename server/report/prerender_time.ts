/**
 * Time in a page that nobody watches: frames come at once, and what still waits is counted, so that it is known when
 * the page has come to rest.
 */

/** A timer that waits longer than this keeps nobody waiting: it plays, blinks or looks after something. */
const SOON_MILLISECONDS = 400;
/** Frames after which one that asks for the next again is an animation. */
const FRAMES = 120;

/** What of a page's globals has to do with time. */
export interface PageClock {
  readonly globals: Readonly<Record<string, unknown>>;
  /** whether something waits that will change what is drawn */
  busy(): boolean;
  /** other code has its turn: frames that were asked for, timers that are due, promises */
  turn(): Promise<void>;
}

/** A clock over the machine's own timers, taken as they are now. */
export function pageClock(): PageClock {
  const { setTimeout, clearTimeout } = globalThis;
  const soon = new Set<number>();
  let frames = new Map<number, FrameRequestCallback>();
  let asked = 0, drawn = 0;

  function timeout(work: unknown, milliseconds = 0, ...given: unknown[]): number {
    const id = Number(setTimeout(() => {
      soon.delete(id);
      if (typeof work === "function") work(...given);
    }, milliseconds));
    if (milliseconds <= SOON_MILLISECONDS) soon.add(id);
    return id;
  }

  function clear(id: number): void {
    soon.delete(id);
    clearTimeout(id);
  }

  function drawFrame(): void {
    const now = performance.now(), due = frames;
    frames = new Map();
    if (due.size > 0) drawn++;
    for (const work of due.values()) reported(() => work(now));
  }

  return {
    globals: {
      setTimeout: timeout,
      clearTimeout: clear,
      requestAnimationFrame(work: FrameRequestCallback) {
        frames.set(++asked, work);
        return asked;
      },
      cancelAnimationFrame: (id: number) => void frames.delete(id),
      requestIdleCallback: (work: () => void) => timeout(work),
      cancelIdleCallback: clear,
    },
    busy: () => soon.size > 0 || frames.size > 0 && drawn < FRAMES,
    async turn() {
      drawFrame();
      await new Promise((resolve) => setTimeout(resolve, soon.size > 0 ? 4 : 0));
    },
  };
}

/** What one frame throws stops no other, as in a browser. */
function reported(work: () => void): void {
  try {
    work();
  } catch {
    // the cell that it came from shows what it has; a browser would say this in its console
  }
}
