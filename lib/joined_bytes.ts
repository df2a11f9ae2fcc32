/** Bytes that came in parts. */

/**
 * All parts after one another; a single part is given back as it is, without a copy.
 * @example
 * ```ts
 * const bytes = joinedBytes([Uint8Array.of(1), Uint8Array.of(2, 3)]); // 1, 2, 3
 * ```
 */
export function joinedBytes(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0];
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
