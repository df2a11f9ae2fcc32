/** The breast cancer table: two classes that a straight line almost tells apart. */
import { checkKeys } from "../option_checks.ts";
import { gunzipSync } from "node:zlib";
import { arranged, type Arrangement } from "./arranged.ts";
import type { MemoryDataset } from "./dataset.ts";

/** `split` is by default 369, 100 and 100 rows; `standardise` true. */
export type BreastCancerOptions = Arrangement;

/**
 * 569 tumours, each by 30 measures of its cell nuclei: class 0 malignant (212), class 1 benign (357). Split by class
 * and standardised by the training rows.
 *
 * Source: UCI Breast Cancer Wisconsin (Diagnostic), CC BY 4.0.
 *
 * @throws RangeError for a split that asks for more rows than there are, or none; TypeError for an unknown option
 *
 * @example
 * ```ts
 * import { datasets } from "plateau";
 * datasets.breastCancer().training.count; // 369
 * ```
 */
export function breastCancer(options: BreastCancerOptions = {}): MemoryDataset {
  checkKeys("breastCancer", options, ["split", "seed", "standardise"]);
  const { split = { training: 369, validation: 100, test: 100 }, seed = 0, standardise = true } = options;
  const packed = Deno.readFileSync(new URL("./breast_cancer/breast_cancer.csv.gz", import.meta.url));
  const [header, ...lines] = new TextDecoder().decode(gunzipSync(packed)).trim().split("\n");
  const [, features, ...classes] = header.split(",");
  const rows = lines.map((line) => line.split(",").map(Number));
  return arranged({
    name: "breast cancer",
    shape: [Number(features)],
    classes,
    x: Float32Array.from(rows.flatMap((row) => row.slice(0, -1))),
    y: Int32Array.from(rows, (row) => row.at(-1)!),
    source: "UCI Breast Cancer Wisconsin (Diagnostic)",
    licence: "CC BY 4.0",
  }, { split, seed, standardise });
}
