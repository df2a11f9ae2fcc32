/** Keeps the last evaluation. */
import type { Last } from "./selection.ts";

/**
 * Keeps the last evaluation on the evaluation grid.
 * @example
 * ```ts
 * const keep = last();
 * ```
 */
export const last = (): Last => ({ kind: "last" });
