/** How large a report may be that is sent by mail and opens at once. */
import { sizeText } from "../pages/size_text.ts";

/** Bytes of a whole file. */
export const SIZE_GOAL = 700_000;

/**
 * The goal beside a size: `goal 700 kB`, or `above the goal of 700 kB`.
 * @example
 * ```ts
 * import { goalText } from "./size_goal.ts";
 * [goalText(550_000), goalText(1_200_000)]; // ["goal 700 kB", "above the goal of 700 kB"]
 * ```
 */
export const goalText = (bytes: number): string =>
  bytes > SIZE_GOAL ? `above the goal of ${sizeText(SIZE_GOAL)}` : `goal ${sizeText(SIZE_GOAL)}`;
