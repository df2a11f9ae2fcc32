/** Gaussian clouds around centres: how hard they are is set by their spread. */
import { atLeastZero, checkKeys, whole } from "../option_checks.ts";
import { shown } from "../durations.ts";
import { normals, uniforms } from "../random.ts";
import { arranged, fifths, type SplitSizes } from "./arranged.ts";
import type { MemoryDataset } from "./dataset.ts";

export interface BlobsOptions {
  /** how many, drawn evenly from −10 to 10 on each axis, or the centres themselves; default 3 */
  readonly centers?: number | readonly (readonly number[])[];
  /** default 200 */
  readonly perClass?: number;
  /** standard deviation around a centre on each axis; default 1 */
  readonly spread?: number;
  /** default 2, or those of the centres given */
  readonly dimensions?: number;
  /** of points and split, apart from the training's; default 0 */
  readonly seed?: number;
  /** rows of each split; default a fifth each for validation and test, the rest for training */
  readonly split?: SplitSizes;
}

/**
 * Normally distributed points around one centre a class; not standardised.
 *
 * Source: the rule is scikit-learn's `make_blobs`; the random numbers are Plateau's.
 *
 * @throws RangeError that names the option and the value
 *
 * @example
 * ```ts
 * import { datasets } from "plateau";
 * datasets.blobs({ centers: [[-1, 0], [1, 0]], spread: 0.5 }).classes.length; // 2
 * ```
 */
export function blobs(options: BlobsOptions = {}): MemoryDataset {
  checkKeys("blobs", options, ["centers", "perClass", "spread", "dimensions", "seed", "split"]);
  const { seed = 0 } = options;
  const centers = centersOf(options, seed), dimensions = centers[0].length;
  const perClass = whole("perClass", options.perClass ?? 200, 1);
  const spread = atLeastZero("spread", options.spread ?? 1);
  const { split = fifths(centers.length * perClass) } = options;
  const y = Int32Array.from({ length: centers.length * perClass }, (_, row) => Math.floor(row / perClass));
  const x = new Float32Array(y.length * dimensions);
  y.forEach((k, row) => {
    const away = normals(seed, "blobs", row, dimensions);
    for (let j = 0; j < dimensions; j++) x[row * dimensions + j] = centers[k][j] + spread * away[j];
  });
  return arranged({
    name: `${centers.length} blobs`,
    shape: [dimensions],
    classes: centers.map((_, k) => `blob ${k}`),
    x,
    y,
    source: "made by a formula",
    licence: "none needed",
  }, { split, seed, standardise: false });
}

function centersOf({ centers = 3, dimensions }: BlobsOptions, seed: number): readonly ArrayLike<number>[] {
  if (typeof centers === "number") {
    const size = whole("dimensions", dimensions ?? 2, 1);
    return Array.from(
      { length: whole("centers", centers, 2) },
      (_, k) => uniforms(seed, "blob centers", k, size).map((u) => 20 * u - 10),
    );
  }
  const size = dimensions ?? centers[0]?.length ?? 0;
  if (centers.length < 2) throw new RangeError(`invalid centers: ${shown(centers)} (at least 2)`);
  const wrong = centers.findIndex((center) => center.length !== size || !center.every(Number.isFinite));
  if (wrong >= 0) {
    throw new RangeError(
      `invalid centers[${wrong}]: ${shown(centers[wrong])} (${size} finite numbers, at least 1)`,
    );
  }
  whole("dimensions", size, 1);
  return centers;
}
