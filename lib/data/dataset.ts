/** What every dataset is: three splits, with where it comes from. Plain data, but for a stream's `open`. */

/** Rows of one split, in memory. */
export interface Split {
  readonly count: number;
  /** features, row by row: `count × features` numbers */
  readonly x: Float32Array;
  /** class of each row, from 0; its value where the data has no classes */
  readonly y: Int32Array | Float32Array;
  /** row of each example in the source file */
  readonly rows: Int32Array;
}

/** One example of a stream: its features, and its class or value. */
export interface Example {
  readonly x: ArrayLike<number>;
  readonly y: number;
}

/** Several examples of a stream at once, row by row. */
export interface Block {
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
}

/** One pass over a stream, in its order. */
export type Pass = Iterable<Example | Block> | AsyncIterable<Example | Block>;

/** Training examples that are never all in memory. */
export interface StreamedSplit {
  /** examples of one pass */
  readonly count: number;
  /** how often it can be passed over; Infinity: without end */
  readonly passes: number;
  /** examples among which the next one is drawn; 0: the order of the stream */
  readonly shuffle: number;
  /** begins pass `pass`, counted from 0: the same examples in the same order whenever it is asked */
  readonly open: (pass: number) => Pass | Promise<Pass>;
}

/** What is done to training examples each time they are seen. */
export interface Augmentation {
  /** pixels, up to which an image is moved along each axis */
  readonly shift?: number;
  /** degrees, up to which an image is turned about its centre */
  readonly rotation?: number;
  /** standard deviation of what is added to each number */
  readonly noise?: number;
  /** α of the Beta(α, α) by which an example is mixed with another */
  readonly mixup?: number;
}

export interface Dataset {
  readonly name: string;
  /** numbers per example */
  readonly features: number;
  /** shape of one example, as [8, 8] */
  readonly shape: readonly number[];
  /** names of the classes; none where the target is a value */
  readonly classes: readonly string[];
  readonly training: Split | StreamedSplit;
  readonly validation: Split;
  readonly test: Split;
  /** default none */
  readonly augmentation?: Augmentation;
  readonly source: string;
  readonly licence: string;
}

/** A dataset whose training examples are in memory. */
export interface MemoryDataset extends Dataset {
  readonly training: Split;
}

/** Whether training examples come as a stream. */
export const isStreamed = (training: Split | StreamedSplit): training is StreamedSplit => "open" in training;
