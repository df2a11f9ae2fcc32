/** The numbers in what W&B logs. */

/** Longer names of nested numbers are no names; and many of them would be far larger than the file that has them. */
const LONGEST = 200;

/** The number that a value stands for; undefined when it is none. */
export function wandbNumber(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  return value === "NaN" || value === "Infinity" || value === "-Infinity" ? Number(value) : undefined;
}

/**
 * The numbers in a value that was logged, by name: `a` alone, or `a.b` and `a.c` for what is nested. Media, tables and
 * histograms, which name their `_type`, have none, and nested names of over 200 letters are passed over.
 *
 * @example
 * ```ts
 * import { wandbNumbers } from "./wandb_numbers.ts";
 *
 * console.assert([...wandbNumbers("loss", { train: 0.5, validation: "NaN" })][1][0] === "loss.validation");
 * ```
 */
export function* wandbNumbers(name: string, value: unknown): Generator<[string, number]> {
  const number = wandbNumber(value);
  if (number !== undefined) yield [name, number];
  else if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    if (Object.hasOwn(value, "_type")) return;
    for (const [key, inner] of Object.entries(value)) {
      if (name.length + key.length < LONGEST) yield* wandbNumbers(`${name}.${key}`, inner);
    }
  }
}
