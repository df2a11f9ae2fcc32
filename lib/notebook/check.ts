import { basename, dirname, relative, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { stopBundler } from "./bundle.ts";
import { typeErrors } from "./check_types.ts";
import { fileModuleGraph, loadNotebook } from "./load.ts";
import { OWN_ROOT, projectOf } from "./modules_project.ts";
import type { Diagnostic } from "./notebook.ts";

/**
 * Everything that is wrong with a notebook, in the order of its lines, without running any of it.
 *
 * @param path of the notebook file
 * @param types also ask `deno check`, which takes a second or more
 * @throws {Error} `missing file: …`
 */
export async function checkNotebook(path: string, { types }: { types: boolean }): Promise<Diagnostic[]> {
  const file = resolve(path);
  const { diagnostics } = await loadNotebook(pathToFileURL(file).href);
  const broken = diagnostics.some((each) => each.code === "syntax");
  const typed = types && !broken ? await typeErrors(file, configFor(file)) : [];
  const unsaid = typed.filter((each) => !diagnostics.some((known) => saysTheSame(known, each)));
  return [...diagnostics, ...unsaid].sort((a, b) => a.line - b.line || a.column - b.column);
}

/** A notebook outside of any project is checked by this library's own deno.json, where "plateau" means something. */
function configFor(file: string): string | undefined {
  const { config } = projectOf(pathToFileURL(file).href, fileModuleGraph().modules);
  return config ? undefined : fileURLToPath(new URL("deno.json", OWN_ROOT));
}

/** One line for a problem: `file:line:column  error duplicate-name  message`. */
export function diagnosticText(file: string, { line, column, level, code, message }: Diagnostic): string {
  return `${file}:${line}:${column}  ${level} ${code}  ${message.replaceAll("\n", " ")}`;
}

/**
 * Checks notebooks, types included, for `plateau check`.
 *
 * @returns text: a line for each problem, no newline at the end, files as seen from here; errors: how many are errors
 *
 * @example
 * ```ts
 * import { check } from "./check.ts";
 * const { text, errors } = await check(["notebooks/epochs_steps_plateau.ts"]);
 * ```
 */
export async function check(paths: readonly string[]): Promise<{ text: string; errors: number }> {
  const lines: string[] = [];
  let errors = 0;
  try {
    for (const path of paths) {
      const diagnostics = await checkNotebook(path, { types: true });
      lines.push(...diagnostics.map((each) => diagnosticText(seenFromHere(path), each)));
      errors += diagnostics.filter((each) => each.level === "error").length;
    }
  } finally {
    await stopBundler();
  }
  return { text: lines.join("\n"), errors };
}

/** The graph's words for a name declared twice or unknown are better than the compiler's. */
function saysTheSame(known: Diagnostic, typed: Diagnostic): boolean {
  if (known.line === typed.line && known.column === typed.column) return true;
  const twice = ["TS2451", "TS2300", "TS2440"].includes(typed.code);
  return twice && known.code === "duplicate-name" && known.message.includes(nameIn(typed.message));
}

const nameIn = (message: string): string => /'([^']+)'/.exec(message)?.[1] ?? message;

function seenFromHere(path: string): string {
  const way = relative(dirname(resolve("x")), resolve(path));
  return way.startsWith("..") ? fileURLToPath(pathToFileURL(resolve(path))) : way || basename(path);
}
