/** Namespace `datasets`. */
export type { Dataset, Split } from "./dataset.ts";
export { digits } from "./digits.ts";
export { standardise, statistics } from "./standardise.ts";
export { stratify } from "./split.ts";
