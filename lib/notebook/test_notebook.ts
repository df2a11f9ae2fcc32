/** Runs tests of one notebook in a kernel: them, and what they need, and nothing else. */
import { fileURLToPath } from "node:url";
import { onSigint } from "../on_sigint.ts";
import type { FromKernel } from "./kernel_messages.ts";
import { neededCells } from "./needed_cells.ts";
import type { Cell, Diagnostic, Notebook } from "./notebook.ts";
import { openRunFolder } from "./run_folder.ts";
import { runKernel, type RunKernelOptions } from "./run_kernel.ts";
import { buildScript, type Compiler } from "./session_build.ts";
import { testName } from "./test_cell.ts";
import type { CellError } from "./wire.ts";

/** How a test ended, or a cell that tests need: such a one is told only when it failed. */
export interface TestOutcome {
  /** undefined for a cell that is no test */
  readonly test?: string;
  /** where the cell begins */
  readonly line: number;
  readonly seconds: number;
  readonly error?: CellError;
}

/** How the tests of a notebook ended: `problems` are those that kept them from running. */
export interface Tested {
  readonly problems: readonly Diagnostic[];
  readonly interrupted: boolean;
}

/**
 * Runs these test cells of a notebook and the cells that they need, by what they read, in file order.
 *
 * @param tell each outcome as it comes; every test has one in the end, whatever happens to the kernel
 * @param say what cells log
 */
export async function testNotebook(
  notebook: Notebook,
  tests: readonly Cell[],
  { compiler, tell, say, ...options }: RunKernelOptions & {
    readonly compiler: Compiler;
    readonly tell: (outcome: TestOutcome) => void;
    readonly say: (text: string) => void;
  },
): Promise<Tested> {
  const folder = openRunFolder(options.project, fileURLToPath(notebook.url));
  try {
    const needed = { ...notebook, cells: neededCells(notebook.cells, tests) };
    const built = await buildScript(compiler, needed, folder.modules);
    const problems = built.notebook.diagnostics.filter(({ level }) => level === "error");
    if (problems.length > 0) return { problems, interrupted: false };
    const run = new TestRun(built.notebook.cells, tell, say);
    const asked = { set: {}, columns: 80, data: false };
    const kernel = runKernel(built.notebook, built.kernel, folder.run, options, asked, (message) => {
      if (run.heard(message)) kernel.kill("over");
    });
    const deaf = (options.onInterrupt ?? onSigint)(() => kernel.kill("interrupted"));
    const { why } = await kernel.ended.finally(deaf);
    run.end(why);
    return { problems: [], interrupted: why === "interrupted" };
  } finally {
    folder.close();
  }
}

/** What a kernel has said of the cells of one run. */
class TestRun {
  /** those that have not ended */
  readonly #left: Map<string, Cell>;
  /** key of the one that runs */
  #now: string | undefined;
  #over = false;

  constructor(
    cells: readonly Cell[],
    readonly tell: (outcome: TestOutcome) => void,
    readonly say: (text: string) => void,
  ) {
    this.#left = new Map(cells.filter(({ kind }) => kind === "code").map((cell) => [cell.name, cell]));
  }

  /** Whether that was the last word. */
  heard(message: FromKernel): boolean {
    if (message.t === "log") this.say(message.text);
    if (message.t === "start") this.#now = message.cell;
    if (message.t === "ran") {
      const { name, seconds, error } = message.cell;
      this.#ended(this.#left.get(name), seconds, error);
      this.#left.delete(name);
    }
    if (message.t === "ended") this.#over = true;
    return this.#over;
  }

  /** The kernel is gone: a test that had not ended did not pass. */
  end(why: string): void {
    for (const cell of this.#left.values()) {
      const here = cell.key === this.#now;
      if (!here && testName(cell) === undefined) continue;
      const early = this.#over ? "its notebook could not be loaded" : `the kernel ended before it: ${why}`;
      this.#ended(cell, 0, { name: "NotRun", message: here ? `the kernel ended: ${why}` : early });
    }
  }

  /** `cell`: undefined for the loading of modules, which is none */
  #ended(cell: Cell | undefined, seconds: number, error?: CellError) {
    const test = cell && testName(cell);
    if (test === undefined && (!error || error.waitsFor)) return;
    const outcome = { line: cell?.line ?? 1, seconds, ...(error ? { error } : {}) };
    this.tell(test === undefined ? outcome : { test, ...outcome });
  }
}
