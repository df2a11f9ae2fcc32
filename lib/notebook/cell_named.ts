/**
 * A cell in a sentence: `cell train`; one without a title of its own has that word in its name.
 *
 * @example
 * ```ts
 * import { cellNamed } from "./cell_named.ts";
 * [cellNamed("train"), cellNamed("cell 3")]; // ["cell train", "cell 3"]
 * ```
 */
export const cellNamed = (name: string): string => /^cell \d+$/.test(name) ? name : `cell ${name}`;
