/** Interleaved spirals: two numbers an example, and no straight line tells the classes apart. */
import { aboveZero, atLeastZero, checkKeys, whole } from "../option_checks.ts";
import { normals } from "../random.ts";
import { arranged, fifths, type SplitSizes } from "./arranged.ts";
import type { MemoryDataset } from "./dataset.ts";

export interface SpiralsOptions {
  /** arms; default 3 */
  readonly classes?: number;
  /** default 200 */
  readonly perClass?: number;
  /** standard deviation of what is added to each coordinate; an arm ends at radius 1. Default 0.03 */
  readonly noise?: number;
  /** turns of an arm from the centre out; default 0.75 */
  readonly turns?: number;
  /** of points and split, apart from the training's; default 0 */
  readonly seed?: number;
  /** rows of each split; default a fifth each for validation and test, the rest for training */
  readonly split?: SplitSizes;
}

/**
 * Points along spiral arms, one arm a class, evenly spaced in radius; not standardised.
 *
 * Source: after Lang and Witbrock, Learning to tell two spirals apart, 1988.
 *
 * @throws RangeError that names the option and the value
 *
 * @example
 * ```ts
 * import { datasets } from "plateau";
 * datasets.spirals({ classes: 2, noise: 0.05 }).training.count; // 240
 * ```
 */
export function spirals(options: SpiralsOptions = {}): MemoryDataset {
  checkKeys("spirals", options, ["classes", "perClass", "noise", "turns", "seed", "split"]);
  const classes = whole("classes", options.classes ?? 3, 2);
  const perClass = whole("perClass", options.perClass ?? 200, 1);
  const noise = atLeastZero("noise", options.noise ?? 0.03),
    turns = aboveZero("turns", options.turns ?? 0.75);
  const { seed = 0, split = fifths(classes * perClass) } = options;
  const x = new Float32Array(classes * perClass * 2), y = new Int32Array(classes * perClass);
  for (let row = 0; row < y.length; row++) {
    y[row] = Math.floor(row / perClass);
    const radius = (row % perClass + 1) / perClass;
    const angle = 2 * Math.PI * (y[row] / classes + turns * radius), added = normals(seed, "spirals", row, 2);
    x[2 * row] = radius * Math.cos(angle) + noise * added[0];
    x[2 * row + 1] = radius * Math.sin(angle) + noise * added[1];
  }
  return arranged({
    name: `${classes} spirals`,
    shape: [2],
    classes: Array.from({ length: classes }, (_, arm) => `arm ${arm}`),
    x,
    y,
    source: "made by a formula",
    licence: "none needed",
  }, { split, seed, standardise: false });
}
