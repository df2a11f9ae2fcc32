/**
 * The size of a file, as people compare it: `812 bytes`, `14 kB`, `1.2 MB`, by thousands.
 * @example
 * ```ts
 * import { sizeText } from "./size_text.ts";
 * sizeText(1_234_567); // "1.2 MB"
 * ```
 */
export function sizeText(bytes: number): string {
  if (bytes < 1000) return `${bytes} byte${bytes === 1 ? "" : "s"}`;
  return bytes < 999_500 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
