/** People's own data: flat arrays become a dataset. */
import { checkKeys } from "../option_checks.ts";
import { arranged, fifths, type SplitSizes } from "./arranged.ts";
import { checkedArrays } from "./checked_arrays.ts";
import type { MemoryDataset } from "./dataset.ts";

/** What the readers of files give, and `fromArrays` takes. */
export interface Arrays {
  readonly name: string;
  /** `rows × features` numbers, row by row */
  readonly x: Float32Array;
  /** class of each row from 0, or its value */
  readonly y: Int32Array | Float32Array;
  /** numbers per example */
  readonly features: number;
  /** shape of one example; its product is `features` */
  readonly shape: readonly number[];
  /** names of the classes; none where y holds values */
  readonly classes: readonly string[];
}

export interface FromArraysOptions {
  /** `rows × features` numbers, row by row */
  readonly x: ArrayLike<number>;
  /** class of each row from 0, or its value */
  readonly y: ArrayLike<number>;
  /** numbers per example */
  readonly features: number;
  /** names of the classes; none, the default, where y holds values */
  readonly classes?: readonly string[];
  /** shape of one example, as [28, 28] or [32, 32, 3]; default [features] */
  readonly shape?: readonly number[];
  /** default "data" */
  readonly name?: string;
  /** rows of each split; default a fifth each for validation and test, the rest for training */
  readonly split?: SplitSizes;
  /** seed of the split, apart from the training's; default 0 */
  readonly seed?: number;
  /** by mean and deviation of the training rows, feature by feature; default false */
  readonly standardise?: boolean;
  /** default "the user's arrays" */
  readonly source?: string;
  /** default "not stated" */
  readonly licence?: string;
}

const OPTIONS = [
  "x",
  "y",
  "features",
  "classes",
  "shape",
  "name",
  "split",
  "seed",
  "standardise",
  "source",
  "licence",
];

/**
 * A dataset of numbers in memory: rows are shared out by class where there are classes, at random where y holds
 * values, and copied.
 *
 * @throws RangeError that names row and feature: `invalid x: NaN at row 3, feature 1 (a finite number)`
 *
 * @example
 * ```ts
 * import { datasets } from "plateau";
 * const x = Float32Array.from({ length: 40 }, (_, i) => i);
 * const y = Array.from({ length: 20 }, (_, row) => row % 2);
 * datasets.fromArrays({ x, y, features: 2, classes: ["even", "odd"] }).training.count; // 12
 * ```
 */
export function fromArrays(options: FromArraysOptions): MemoryDataset {
  checkKeys("fromArrays", options, OPTIONS);
  const { classes = [], name = "data", seed = 0, standardise = false } = options;
  const { features, shape = [features] } = options;
  const { x, y } = checkedArrays(options, { features, classes, shape });
  return arranged({
    name,
    shape,
    classes,
    x,
    y,
    source: options.source ?? "the user's arrays",
    licence: options.licence ?? "not stated",
  }, { split: options.split ?? fifths(y.length), seed, standardise });
}
