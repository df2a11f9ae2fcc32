/** Which runs a person means. */
import type { RunRow } from "./store.ts";

/**
 * The run of an id; where there is none, those whose name a word is, or whose id it begins.
 * @example
 * ```ts
 * import type { RunRow } from "./store.ts";
 * const isKnown = (rows: RunRow[], word: string) => runsNamed(rows, word).length === 1;
 * ```
 */
export function runsNamed(rows: readonly RunRow[], word: string): RunRow[] {
  const exact = rows.filter(({ id }) => id === word);
  if (exact.length > 0) return exact;
  return rows.filter(({ id, name }) => name === word || word !== "" && id.startsWith(word));
}
