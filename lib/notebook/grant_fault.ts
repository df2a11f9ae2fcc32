/** Paths that no process can be granted. */

/** Longer ones no system opens. */
const LONGEST = 4096;

/**
 * Why reading a path cannot be granted; null when it can.
 * @example
 * ```ts
 * const fault = grantFault("/logs/a,b"); // "no comma in its path, or it cannot be granted"
 * ```
 */
export function grantFault(path: string): string | null {
  if (path.includes(",")) return "no comma in its path, or it cannot be granted"; // Deno takes lists apart at commas
  if (path.includes("\0")) return "no path has a NUL";
  return path.length > LONGEST ? `a path of ${path.length} characters, at most ${LONGEST}` : null;
}
