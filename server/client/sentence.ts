/**
 * Words with a capital and a full stop; nothing stays nothing.
 * @example
 * ```ts
 * import { sentence } from "./sentence.ts";
 * sentence("three seeds"); // "Three seeds."
 * ```
 */
export function sentence(words: string): string {
  const trimmed = words.trim();
  if (trimmed === "") return "";
  return `${trimmed[0].toUpperCase()}${trimmed.slice(1)}${/[.!?]$/.test(trimmed) ? "" : "."}`;
}
