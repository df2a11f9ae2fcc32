/** Examples in flat arrays, arranged as a dataset: checked, split by class, standardised by the training rows. */
import { checkKeys, whole } from "../option_checks.ts";
import { shown } from "../durations.ts";
import type { MemoryDataset, Split } from "./dataset.ts";
import { stratify } from "./split.ts";
import { standardise, statistics } from "./standardise.ts";

/** Rows of each split. */
export interface SplitSizes {
  readonly training: number;
  readonly validation: number;
  readonly test: number;
}

/** How the examples of a dataset are shared out and scaled. */
export interface Arrangement {
  /** rows of each split; each dataset says its default */
  readonly split?: SplitSizes;
  /** seed of the split, apart from the training's; default 0 */
  readonly seed?: number;
  /** by mean and deviation of the training rows; each dataset says its default */
  readonly standardise?: boolean;
}

/** All examples of a dataset, before they are shared out. */
export interface Examples {
  readonly name: string;
  readonly shape: readonly number[];
  readonly classes: readonly string[];
  /** `rows × features` numbers */
  readonly x: Float32Array;
  /** class of each row from 0, or its value */
  readonly y: Int32Array | Float32Array;
  readonly source: string;
  readonly licence: string;
}

/**
 * A dataset of examples, stratified by class; those with values instead of classes are shared out at random.
 * @throws RangeError `invalid split: 1700 + 300 + 400 rows of 1797`
 */
export function arranged(
  { x, y, ...description }: Examples,
  { split, seed, standardise: scales }: Required<Arrangement>,
): MemoryDataset {
  checkSplit(split);
  const seedChecked = whole("seed", seed, 0),
    features = description.shape.reduce((product, size) => product * size, 1);
  const labels = description.classes.length > 0 ? Int32Array.from(y) : new Int32Array(y.length);
  const parts = stratify(labels, [split.training, split.validation, split.test], seedChecked);
  const training = rowsOf(x, y, features, parts[0]);
  const scale = scales ? statistics(training.x, features) : null;
  const scaled = (part: Split): Split => scale ? { ...part, x: standardise(part.x, scale) } : part;
  return {
    name: description.name,
    features,
    shape: description.shape,
    classes: description.classes,
    training: scaled(training),
    validation: scaled(rowsOf(x, y, features, parts[1])),
    test: scaled(rowsOf(x, y, features, parts[2])),
    source: description.source,
    licence: description.licence,
  };
}

/**
 * Rows of each split for `rows` rows: a fifth each for validation and test, and the rest for training.
 * @throws RangeError `invalid data: 2 rows (at least 5, or a split)`
 */
export function fifths(rows: number): SplitSizes {
  const fifth = Math.floor(rows / 5);
  if (fifth < 1) throw new RangeError(`invalid data: ${rows} rows (at least 5, or a split)`);
  return { training: rows - 2 * fifth, validation: fifth, test: fifth };
}

function checkSplit(split: SplitSizes): void {
  checkKeys("split", split, ["training", "validation", "test"]);
  for (const part of ["training", "validation", "test"] as const) {
    const rows = split[part];
    if (!Number.isSafeInteger(rows) || rows < 1) {
      throw new RangeError(`invalid split: ${shown(rows)} ${part} rows (a whole number, at least 1)`);
    }
  }
}

function rowsOf(x: Float32Array, y: Int32Array | Float32Array, features: number, rows: Int32Array): Split {
  const taken = new Float32Array(rows.length * features), targets = y.slice(0, rows.length);
  rows.forEach((row, i) => {
    taken.set(x.subarray(row * features, (row + 1) * features), i * features);
    targets[i] = y[row];
  });
  return { count: rows.length, x: taken, y: targets, rows };
}
