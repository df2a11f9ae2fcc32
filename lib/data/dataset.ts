/** What every dataset is: three splits in flat arrays, with where it comes from. Plain data. */

/** Rows of one split. */
export interface Split {
  readonly count: number;
  /** features, row by row: `count × features` numbers */
  readonly x: Float32Array;
  /** class of each row, from 0 */
  readonly y: Int32Array;
  /** row of each example in the source file */
  readonly rows: Int32Array;
}

export interface Dataset {
  readonly name: string;
  /** numbers per example */
  readonly features: number;
  /** shape of one example, as [8, 8] */
  readonly shape: readonly number[];
  readonly classes: readonly string[];
  readonly training: Split;
  readonly validation: Split;
  readonly test: Split;
  readonly source: string;
  readonly licence: string;
}
