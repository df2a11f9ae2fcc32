/** `plateau test`: the `test …` cells of notebooks, each passed or failed, and how many of each. */
import { relative, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { diagnosticText } from "./check_report.ts";
import { loadNotebook } from "./load.ts";
import type { Notebook } from "./notebook.ts";
import { errorLine } from "./run_error_line.ts";
import type { RunKernelOptions } from "./run_kernel.ts";
import { type Compiler, notebookCompiler } from "./session_build.ts";
import { testName } from "./test_cell.ts";
import { testNotebook, type TestOutcome } from "./test_notebook.ts";

export interface TestOptions extends RunKernelOptions {
  /** paths of the notebooks, absolute or from the working folder */
  readonly files: readonly string[];
  /** only tests whose name has these words; default all */
  readonly filter?: string;
  /** what passed and failed; default standard output */
  readonly out?: (line: string) => void;
  /** what cells log, and messages; default standard error */
  readonly err?: (line: string) => void;
}

const [PASSED, FAILED, MISUSED, INTERRUPTED] = [0, 1, 2, 130];

/**
 * Runs the tests of notebooks, one notebook after another, each in a kernel with the rights that kernels have. Only
 * the test cells run, and the cells that they read from. Nothing of it is recorded.
 *
 * @returns the exit code: 0 all passed, 1 a test or a cell that one needs failed, or a notebook has errors, 2 a file
 * that is missing or a filter that no test has, 130 interrupted
 * @example
 * ```ts ignore
 * import { testCommand } from "./test_command.ts";
 * await testCommand({ files: ["notebooks/global_step.ts"], project: Deno.cwd(), engine: "wasm" });
 * ```
 */
export async function testCommand(options: TestOptions): Promise<number> {
  const { files, filter = "", out = console.log, err = console.error } = options;
  const began = performance.now();
  const compiler = await notebookCompiler();
  try {
    const notebooks = await Promise.all(files.map((file) => loadNotebook(pathToFileURL(resolve(file)).href)));
    const known = notebooks.flatMap(({ cells }) => cells.flatMap((cell) => testName(cell) ?? []));
    if (known.length === 0) err(`no tests: a cell titled "test …" is one`);
    else if (!known.some((name) => name.includes(filter))) {
      return err(`unknown test: ${filter} (has ${known.slice(0, 12).join(", ")})`), MISUSED;
    }
    const counts = { passed: 0, failed: 0 };
    for (const notebook of notebooks) {
      if (await tested(notebook, { ...options, filter, out, err, compiler, counts })) return INTERRUPTED;
    }
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    out(`${counts.passed} passed, ${counts.failed} failed in ${seconds} s`);
    return counts.failed > 0 ? FAILED : PASSED;
  } catch (error) {
    if (!(error as Error).message.startsWith("missing file: ")) throw error;
    return err((error as Error).message), MISUSED;
  } finally {
    await compiler.stop();
  }
}

type One = Required<Pick<TestOptions, "filter" | "out" | "err">> & TestOptions & {
  readonly compiler: Compiler;
  readonly counts: { passed: number; failed: number };
};

/** Whether it was interrupted. */
async function tested(notebook: Notebook, { counts, filter, out, err, ...options }: One): Promise<boolean> {
  const path = fileURLToPath(notebook.url), way = relative(Deno.cwd(), path);
  const file = way.startsWith("..") ? path : way;
  const tests = notebook.cells.filter((cell) => testName(cell)?.includes(filter));
  if (tests.length === 0) return false;
  out(file);
  const tell = ({ test, line, seconds, error }: TestOutcome) => {
    if (error || test !== undefined) counts[error ? "failed" : "passed"]++;
    if (test !== undefined) out(`${error ? "failed" : "ok    "}  ${test} (${seconds.toFixed(2)} s)`);
    if (error) out(errorLine(file, error, line));
  };
  const { problems, interrupted } = await testNotebook(notebook, tests, { ...options, tell, say: err });
  for (const problem of problems) out(diagnosticText(file, problem));
  counts.failed += problems.length > 0 ? tests.length : 0;
  return interrupted;
}
