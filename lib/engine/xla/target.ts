/** What programs are written for: devices differ in what they are fast and exact at. */

/** Plain data. */
export interface XlaTarget {
  /** as products of what filters see, or as XLA's own operation */
  readonly convolutions: "patches" | "own";
  /** of products and convolutions: all bits of the numbers, or those that the device is fast with */
  readonly precision: "highest" | "default";
  /** of numbers: as TensorFlow adds up on a CPU, to the bit, or as the device does */
  readonly sums: "tensorflow" | "own";
}

/** Within a loop a CPU takes 20 times as long for XLA's own convolutions; it has one precision. */
export const CPU: XlaTarget = { convolutions: "patches", precision: "default", sums: "tensorflow" };

/**
 * What programs for a platform are like.
 *
 * @param platform of the client, as `cpu`, `cuda`
 * @param tf32 whether a device may round the numbers that it multiplies to 10 bits, where it is faster so
 * @example
 * ```ts
 * import { targetOf } from "./target.ts";
 * targetOf("cuda", false).precision; // "highest"
 * ```
 */
export const targetOf = (platform: string, tf32: boolean): XlaTarget =>
  platform === "cpu" ? CPU : { convolutions: "own", precision: tf32 ? "default" : "highest", sums: "own" };
