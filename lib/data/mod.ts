/** The namespace `datasets` of a notebook: what a training learns from. */
export type { Dataset, Split } from "./dataset.ts";
export { digits } from "./digits.ts";
