/**
 * Packages that the script of a report lends to what its notebook imports of this library, so that the file holds them
 * once. Runs in browsers too.
 */
export const LENT_PACKAGES: readonly string[] = ["@observablehq/plot"];

/**
 * The text of a module with its imports of lent packages led to whoever lends them.
 *
 * @param lender address of a module with all exports of theirs that this library uses
 * @example
 * ```ts
 * import { withLender } from "./lent_packages.ts";
 * withLender('import*as Plot from"lent:@observablehq/plot";', "blob:null/3f9a"); // import*as Plot from"blob:null/3f9a";
 * ```
 */
export function withLender(module: string, lender: string): string {
  const names = LENT_PACKAGES.map((name) => `"lent:${name}"`);
  return names.reduce((text, name) => text.replaceAll(name, () => JSON.stringify(lender)), module);
}
