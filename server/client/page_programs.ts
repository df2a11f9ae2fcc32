import type { LoopWatch } from "../../lib/notebook/compile_loops.ts";
import type { Program } from "../../lib/notebook/runtime.ts";
import { cellError } from "../../lib/notebook/runtime_error.ts";
import type { CellError, ToPage } from "../../lib/notebook/wire.ts";

/** The two modules of a notebook's browser side. */
interface Code {
  readonly default: (imports: unknown, loops: LoopWatch) => readonly Program[];
}

/** The programs of the browser's cells; or what a module threw when it was loaded, as the error of them all. */
export async function pagePrograms(
  { vendor, code }: ToPage & { t: "cells" },
  loops: LoopWatch,
): Promise<readonly Program[] | { readonly error: CellError }> {
  try {
    const [imports, made] = await Promise.all([import(vendor), import(code) as Promise<Code>]);
    return made.default(imports, loops);
  } catch (thrown) {
    const error = cellError(thrown, []);
    return { error: { ...error, hint: "A module that the notebook imports failed; mend it and save." } };
  }
}
