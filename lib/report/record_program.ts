/**
 * The compiler of a recording: in the kernel, cells of inputs show what their inputs are; in the page, what the script of
 * a report has anyway is imported from it.
 */
import type { Notebook } from "../notebook/notebook.ts";
import type { Compiler } from "../notebook/session_build.ts";
import { LENT_PACKAGES } from "./lent_packages.ts";

/** An input as its cell made it, shown by that cell. */
export interface DeclaredInput {
  readonly name: string;
  readonly input: unknown;
}

/**
 * What an input can be is said by its cell's code alone, which runs in the kernel and nowhere else. A page is not sent
 * what such a cell shows, so that this shows nowhere.
 *
 * @param names inputs that the kernel is to have beside those that the cells of the server read
 * @example
 * ```ts
 * import { declaringInputs } from "./record_program.ts";
 * import { compiler } from "../notebook/session_compiler.ts";
 * const { program } = declaringInputs(compiler, ["patience"]);
 * ```
 */
export function declaringInputs(compiler: Compiler, names: readonly string[]): Compiler {
  const served = (notebook: Notebook): Notebook => ({
    ...notebook,
    toServer: [...new Set([...notebook.toServer, ...names])],
  });
  return {
    ...compiler,
    bundle: (notebook, side, extra) =>
      side === "browser"
        ? compiler.bundle(notebook, side, extra, LENT_PACKAGES)
        : compiler.bundle(side === "server" ? served(notebook) : notebook, side, extra),
    program(notebook, side) {
      if (side !== "server") return compiler.program(notebook, side);
      const inputs = notebook.cells.filter(({ place }) => place === "input").map(({ id }) => id);
      return declaring(compiler.program(served(notebook), side), inputs);
    },
  };
}

/** Lines stay where they are, so that stacks name the true place. */
function declaring(program: string, inputs: readonly number[]): string {
  const cells = program.replace(/^export default /, "const $cells = ");
  return `${cells}const $declaring = (fn) => (verbs, ...reads) => {
  const view = (name, input) => (verbs.display({ name, input }), verbs.view(name, input));
  return fn(Object.create(verbs, { view: { value: view } }), ...reads);
};
export default (...imports) => $cells(...imports).map(({ id, fn }) => ({
  id,
  fn: ${JSON.stringify(inputs)}.includes(id) ? $declaring(fn) : fn,
}));
`;
}
