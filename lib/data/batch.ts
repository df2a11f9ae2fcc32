/** What one forward and backward pass sees. */

/** Examples and what is to be said of each, row by row. */
export interface Batch {
  readonly count: number;
  /** `count × features` numbers */
  readonly x: Float32Array;
  /** `count × outputs`: shares of the classes (one-hot, or mixed), 0 or 1, or the values themselves, as the loss asks */
  readonly target: Float32Array;
}

/** Where the batches of a training come from: a pure function of (seed, update), however it is asked. */
export interface BatchSource {
  /**
   * The batches of update `index`, counted from 0: one, or as many as accumulate. A promise where data streams; null
   * when the data has ended.
   */
  at(index: number): readonly Batch[] | null | Promise<readonly Batch[] | null>;
  /** lets go of files and streams */
  close(): void | Promise<void>;
}

/** A batch of zeros, to be written row by row. */
export const emptyBatch = (count: number, features: number, width: number): Batch => ({
  count,
  x: new Float32Array(count * features),
  target: new Float32Array(count * width),
});
