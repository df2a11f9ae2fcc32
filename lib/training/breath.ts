/** How a training lets the rest of its process live between two chunks of work. */
import { setImmediate } from "node:timers/promises";

/** Milliseconds of work after which a breath is a rest. */
const REST_AFTER = 150;

let resting: Promise<void> | null = null;
let rested = 0;

/**
 * Gives the event loop a turn. Nearly always a bare turn, which costs microseconds, but bare turns alone were measured
 * to hold back what comes by pipe or socket for two seconds, so one in a while waits for a timer (2 ms), which lets all
 * that has arrived be read. Trainings of one process share that rest: one that went on during it would undo it.
 * @example
 * ```ts
 * await breath();
 * ```
 */
export function breath(): Promise<void> {
  if (resting) return resting;
  if (performance.now() - rested < REST_AFTER) return setImmediate();
  return resting = new Promise<void>((wake) => setTimeout(wake, 0)).then(() => {
    resting = null;
    rested = performance.now();
  });
}
