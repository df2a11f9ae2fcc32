/** The handwritten digits: small enough to train on in seconds, real enough to overfit. */
import { checkKeys } from "../option_checks.ts";
import { gunzipSync } from "node:zlib";
import { arranged, type Arrangement } from "./arranged.ts";
import type { MemoryDataset } from "./dataset.ts";

/** `split` is by default 1,097, 300 and 400 rows; `standardise` true. */
export type DigitsOptions = Arrangement;

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
export function digits(options: DigitsOptions = {}): MemoryDataset {
  checkKeys("digits", options, ["split", "seed", "standardise"]);
  const { split = { training: 1097, validation: 300, test: 400 }, seed = 0, standardise = true } = options;
  const { pixels, labels } = readDigits();
  return arranged({
    name: "digits",
    shape: [8, 8],
    classes: Array.from({ length: 10 }, (_, digit) => String(digit)),
    x: pixels,
    y: labels,
    source: "UCI Optical Recognition of Handwritten Digits",
    licence: "CC BY 4.0",
  }, { split, seed, standardise });
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
