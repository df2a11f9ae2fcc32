/** User code that ends its process: a kernel says first which cell did. */
import process from "node:process";

/**
 * From now on `told` hears that code of this thread ends the process, just before it does.
 *
 * @returns what ends the process without a word
 *
 * @example
 * ```ts
 * import { captureExit } from "./kernel_exit.ts";
 * const exit = captureExit(() => console.error("a cell ends its kernel"));
 * exit satisfies (code: number) => never;
 * ```
 */
export function captureExit(told: () => void): (code: number) => never {
  const exit = Deno.exit;
  const ends = (code?: unknown): never => {
    told();
    return exit(code === undefined ? undefined : Number(code) | 0);
  };
  Object.defineProperty(Deno, "exit", { value: ends });
  Object.defineProperty(process, "exit", { value: ends });
  // the platform's own lets the cell come to its end first, and then nobody is known to have done it
  Object.defineProperty(self, "close", { value: () => ends(0) });
  return exit;
}
