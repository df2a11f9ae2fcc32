/** How many updates are timed at a time. */

/** A system that is ready to train a workload. */
export interface Prepared {
  /** mean loss over the updates of the first epoch: who does the same work has about the same */
  readonly loss: number;
  /** a block is a multiple of this many updates */
  readonly grain: number;
  /** makes so many updates; milliseconds of one */
  readonly run: (updates: number) => Promise<number>;
}

const BLOCK = 500, LONG_ENOUGH = 50;

/** Updates of about half a second; at least the grain. Warms up on the way, so that compiling is not counted. */
export async function blockSize({ grain, run }: Pick<Prepared, "grain" | "run">): Promise<number> {
  await run(grain);
  let updates = grain, ms = await run(updates);
  while (ms * updates < LONG_ENOUGH) ms = await run(updates *= 4);
  return Math.max(1, Math.round(BLOCK / ms / grain)) * grain;
}
