/** A key that one object of a JSON text has twice: `JSON.parse` would keep the last and say nothing. */

/**
 * @param json a text that `JSON.parse` reads
 * @returns the first key that is repeated in its own object; null when there is none
 * @example
 * ```ts
 * const key = repeatedKey('{"bias": 1, "bias": 2}'); // "bias"
 * ```
 */
export function repeatedKey(json: string): string | null {
  // Keys of the objects that are open; null stands for an array.
  const open: (Set<string> | null)[] = [];
  let string: string | null = null;
  for (const [token] of json.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\]:]/g)) {
    if (token === "{") open.push(new Set());
    else if (token === "[") open.push(null);
    else if (token === "}" || token === "]") open.pop();
    else if (token === ":" && string !== null) {
      const keys = open.at(-1), key = JSON.parse(string) as string;
      if (keys?.has(key)) return key;
      keys?.add(key);
    }
    string = token.startsWith('"') ? token : null;
  }
  return null;
}
