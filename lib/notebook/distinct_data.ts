import { sameData } from "./same_data.ts";

/**
 * Each value once, the first of those that are the same data.
 * @example
 * ```ts
 * import { distinctData } from "./distinct_data.ts";
 * distinctData([[64], [32], [64]]); // [[64], [32]]
 * ```
 */
export const distinctData = (values: readonly unknown[]): unknown[] =>
  values.filter((value, i) => values.findIndex((other) => sameData(other, value)) === i);
