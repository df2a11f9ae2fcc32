/** The handwritten digits: small enough to train on in seconds, real enough to overfit. */
import { gunzipSync } from "node:zlib";
import { checkKeys } from "../criteria/option_checks.ts";
import { shown } from "../durations.ts";
import type { Dataset, Split } from "./dataset.ts";
import { stratify } from "./split.ts";
import { standardise, statistics } from "./standardise.ts";

export interface DigitsOptions {
  /** rows of each split; default 1,097, 300 and 400 */
  readonly split?: { readonly training: number; readonly validation: number; readonly test: number };
  /** seed of the split, apart from the training's; default 0 */
  readonly seed?: number;
  /** default true: by mean and deviation of the training rows */
  readonly standardise?: boolean;
}

const FEATURES = 64;

/**
 * 1,797 images of 8×8 pixels in ten classes, split by class and standardised by the training rows.
 *
 * Source: UCI Optical Recognition of Handwritten Digits, CC BY 4.0.
 *
 * @throws RangeError for a split that asks for more rows than there are, or none; TypeError for an unknown option
 *
 * @example
 * ```ts
 * import { datasets } from "plateau";
 * datasets.digits().training.count; // 1097
 * ```
 */
export function digits(options: DigitsOptions = {}): Dataset {
  checkKeys("digits", options, ["split", "seed", "standardise"]);
  const { split: sizes = { training: 1097, validation: 300, test: 400 }, seed = 0 } = options;
  checkKeys("split", sizes, ["training", "validation", "test"]);
  for (const [part, rows] of Object.entries(sizes)) {
    if (!Number.isSafeInteger(rows) || rows < 1) {
      throw new RangeError(`invalid split: ${shown(rows)} ${part} rows (a whole number, at least 1)`);
    }
  }
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new RangeError(`invalid seed: ${shown(seed)} (a whole number from 0)`);
  }
  const { pixels, labels } = readDigits();
  const parts = stratify(labels, [sizes.training, sizes.validation, sizes.test], seed);
  const training = take(pixels, labels, parts[0]);
  const scale = options.standardise === false ? null : statistics(training.x, FEATURES);
  const scaled = (split: Split): Split => scale ? { ...split, x: standardise(split.x, scale) } : split;
  return {
    name: "digits",
    features: FEATURES,
    shape: [8, 8],
    classes: Array.from({ length: 10 }, (_, digit) => String(digit)),
    training: scaled(training),
    validation: scaled(take(pixels, labels, parts[1])),
    test: scaled(take(pixels, labels, parts[2])),
    source: "UCI Optical Recognition of Handwritten Digits",
    licence: "CC BY 4.0",
  };
}

function readDigits(): { pixels: Float32Array; labels: Int32Array } {
  const packed = Deno.readFileSync(new URL("./digits/digits.csv.gz", import.meta.url));
  const rows = new TextDecoder().decode(gunzipSync(packed)).trim().split("\n");
  const pixels = new Float32Array(rows.length * FEATURES), labels = new Int32Array(rows.length);
  rows.forEach((row, i) => {
    const values = row.split(",");
    for (let j = 0; j < FEATURES; j++) pixels[i * FEATURES + j] = Number(values[j]);
    labels[i] = Number(values[FEATURES]);
  });
  return { pixels, labels };
}

function take(pixels: Float32Array, labels: Int32Array, rows: Int32Array): Split {
  const x = new Float32Array(rows.length * FEATURES);
  rows.forEach((row, i) => x.set(pixels.subarray(row * FEATURES, (row + 1) * FEATURES), i * FEATURES));
  return { count: rows.length, x, y: rows.map((row) => labels[row]), rows };
}
