/** JSON that loses no number: NaN, the infinities and −0 are written as objects, and read back as they were. */

const STRANGE = ["NaN", "Infinity", "-Infinity", "-0"];

/**
 * A value as one line of JSON.
 * @example
 * ```ts
 * const text = exactJson({ loss: NaN }); // {"loss":{"$number":"NaN"}}
 * ```
 */
export function exactJson(value: unknown): string {
  return JSON.stringify(value, (_, inner) => {
    if (typeof inner !== "number") return inner;
    if (Object.is(inner, -0)) return { $number: "-0" };
    return Number.isFinite(inner) ? inner : { $number: String(inner) };
  });
}

/**
 * What `exactJson` wrote.
 * @throws SyntaxError for what is no JSON
 */
export function parseExactJson(text: string): unknown {
  return JSON.parse(text, (_, inner) => {
    const number = (inner as { $number?: unknown } | null)?.$number;
    return typeof number === "string" && STRANGE.includes(number) ? Number(number) : inner;
  });
}
