/** Ticks of a second: a power of two, so that times and their sums are exact. */
const TICKS = 8192;

/**
 * A time as the training's clock tells it, to 1/8192 s: what lies below says nothing of the training, and would be most
 * of what a recording of it takes.
 *
 * @param seconds not negative
 * @example
 * ```ts
 * import { onTick } from "./on_tick.ts";
 * onTick(0.10005); // 0.10009765625
 * ```
 */
export const onTick = (seconds: number): number => Math.round(seconds * TICKS) / TICKS;
