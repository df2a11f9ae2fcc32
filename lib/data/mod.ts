/** The namespace `datasets` of a notebook: what a training learns from. */
export { augmented } from "./augmented.ts";
export { BadData } from "./bad_data.ts";
export { blobs } from "./blobs.ts";
export { breastCancer } from "./breast_cancer.ts";
export { csv } from "./csv.ts";
export type { Dataset, MemoryDataset, Split, StreamedSplit } from "./dataset.ts";
export { digits } from "./digits.ts";
export { fromArrays } from "./from_arrays.ts";
export { idx } from "./idx.ts";
export { noisyLabels } from "./noisy_labels.ts";
export { npy } from "./npy.ts";
export { npz } from "./npz.ts";
export { parquet } from "./parquet.ts";
export { spirals } from "./spirals.ts";
export { streamed } from "./streamed.ts";
