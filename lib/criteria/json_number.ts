/** Numbers that are not finite, in JSON: as strings. */

export type JsonNumber = number | "NaN" | "Infinity" | "-Infinity";

/** A number as JSON can hold it. `Number` reads it back. */
export const jsonNumber = (value: number): JsonNumber =>
  Number.isFinite(value) ? value : String(value) as JsonNumber;
