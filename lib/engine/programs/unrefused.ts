/** Finds the way in which TensorFlow runs a program. */
import { forgetCompiled } from "../libraries/compile_cache.ts";
import { TensorflowError } from "../native/native_symbols.ts";
import type { ProgramMode } from "./loop_functions.ts";

export interface Unrefused<T> {
  readonly result: T;
  readonly mode: ProgramMode;
  /** what XLA has against it, where that kept it from the best mode; else null */
  readonly refused: string | null;
}

/** XLA has no such operation: whatever it kept is not in its way. */
const UNSUPPORTED = /unsupported operations|not compilable/;

/**
 * Runs in the first way that TensorFlow does not refuse: by XLA, where that is best; by XLA without what it kept, as a
 * torn file or a full disk may be in its way; as a graph.
 *
 * @param run compiles anew whenever it is called
 * @throws TensorflowError when it refuses the graph too
 * @example
 * ```ts ignore
 * const { mode } = await unrefused("xla", (mode) => loopProgram(binding, parts, mode).run(request));
 * ```
 */
export async function unrefused<T>(
  best: ProgramMode,
  run: (mode: ProgramMode) => Promise<T>,
): Promise<Unrefused<T>> {
  let refused: string | null = null;
  for (let tries = 0; best === "xla" && (tries === 0 || tries === 1 && forgetCompiled()); tries++) {
    try {
      return { result: await run("xla"), mode: "xla", refused: null };
    } catch (error) {
      if (!(error instanceof TensorflowError)) throw error;
      refused = error.reason;
      if (UNSUPPORTED.test(refused)) break;
    }
  }
  return { result: await run("graph"), mode: "graph", refused };
}
