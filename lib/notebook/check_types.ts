import process from "node:process";
import { execFile } from "node:child_process";
import { dirname } from "node:path";
import { pathToFileURL } from "node:url";
import { cellNamed } from "./cell_named.ts";
import { mayBeExcluded } from "./check_excluded.ts";
import { mayImport } from "./check_imports.ts";
import type { Cell, Diagnostic } from "./notebook.ts";
import { cellAtLine } from "./parse_lines.ts";

/** What the compiler says of a place, and where the text that it means ends. */
export interface TypeFault extends Diagnostic {
  readonly endColumn?: number;
}

type Lines = Pick<Cell, "id" | "name" | "line" | "endLine">;

/** A file whose types are to be checked. */
export interface TypedSource {
  readonly path: string;
  /** of the file: an error names the cell that it lies in */
  readonly cells: readonly Lines[];
}

/**
 * The type errors of a file, found by a child `deno check`. Errors in files that it imports stand at its first line.
 *
 * @param cells of the file: an error names the cell that it lies in
 * @param config deno.json to check by; default: the nearest above the file
 * @param env further variables for that process; default none
 */
export async function typeErrors(
  path: string,
  cells: readonly Lines[],
  config?: string,
  env: Readonly<Record<string, string>> = {},
): Promise<TypeFault[]> {
  const { code, output } = await denoCheck([path], config, env);
  if (output.includes("No matching files")) {
    const message = "types not checked: deno.json excludes this file";
    return [{ level: "warning", line: 1, column: 1, code: "types", message, cells: [] }];
  }
  if (code === 0) return [];
  const found = parseTypeErrors(output, pathToFileURL(path).href, cells);
  if (found.length > 0) return found;
  const message = output.split("\n").map((line) => line.trim()).find((line) => /^error/.test(line)) ?? output;
  return [{ level: "error", line: 1, column: 1, code: "types", message: message.trim(), cells: [] }];
}

/**
 * The type errors of files of one folder, each file's own, found by one `deno check` of them all: what they share is
 * read once. What one check of many cannot tell of a file is asked for that file alone: errors in what it may import,
 * and that deno.json excludes it.
 */
export async function typeErrorsOfAll(
  sources: readonly TypedSource[],
  config?: string,
): Promise<TypeFault[][]> {
  const alone = ({ path, cells }: TypedSource) => typeErrors(path, cells, config);
  if (sources.length < 2) return await Promise.all(sources.map(alone));
  const { code, output } = await denoCheck(sources.map(({ path }) => path), config);
  const blocks = faultBlocks(output);
  const untold = code !== 0 && blocks.length === 0; // an import that nobody can resolve hides all else
  const found: TypeFault[][] = [];
  for (const source of sources) {
    const url = pathToFileURL(source.path).href, own = blocks.filter(({ file }) => file === url);
    const elsewhere = new Set(blocks.map(({ file }) => file).filter((file) => file !== url));
    const asks = untold || mayBeExcluded(source.path) || elsewhere.size > 0 && mayImport(url, elsewhere);
    found.push(asks ? await alone(source) : own.map((block) => faultOf(block, url, source.cells)));
  }
  return found;
}

/** One error as `deno check` prints it. */
interface FaultBlock {
  readonly code: string;
  /** what is said, with the source line and what underlines it */
  readonly body: string;
  /** address of the file */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/**
 * Reads what `deno check` prints: `TS2322 [ERROR]: message`, source lines, `at file:///…:line:column`.
 *
 * @param url errors elsewhere are put at line 1 and name their file
 */
export function parseTypeErrors(output: string, url: string, cells: readonly Lines[] = []): TypeFault[] {
  return faultBlocks(output).map((block) => faultOf(block, url, cells));
}

function faultBlocks(output: string): FaultBlock[] {
  // deno-lint-ignore no-control-regex
  const plain = output.replace(/\x1b\[[0-9;]*m/g, "");
  const block = /^(TS\d+) \[ERROR\]: ([\s\S]*?)\n\s+at (\S+):(\d+):(\d+)$/gm;
  return [...plain.matchAll(block)].map(([, code, body, file, line, column]) => ({
    code,
    body,
    file,
    line: Number(line),
    column: Number(column),
  }));
}

function faultOf(
  { code, body, file, line, column }: FaultBlock,
  url: string,
  cells: readonly Lines[],
): TypeFault {
  const message = messageOf(body.split("\n"));
  const elsewhere = { line: 1, column: 1, message: `${file}:${line}: ${message}`, cells: [] };
  if (file !== url) return { level: "error", code, ...elsewhere };
  const cell = cellAtLine(cells, line);
  return {
    level: "error",
    line,
    column,
    endColumn: column + underlined(body),
    code,
    message: cell ? `${cellNamed(cell.name)}: ${message}` : message,
    cells: cell ? [cell.id] : [],
  };
}

/** How many characters the compiler underlines; one where it points with `^`. */
const underlined = (body: string): number => /^\s*(~+)\s*$/m.exec(body)?.[1].length ?? 1;

/** What the compiler says, with what it says further, up to the source line that it quotes and underlines. */
function messageOf(lines: readonly string[]): string {
  const underline = lines.findIndex((line) => /^\s*~+\s*$/.test(line));
  const said = lines.slice(0, underline < 0 ? 1 : Math.max(1, underline - 1));
  return said.map((line) => line.trim()).filter(Boolean).join(" ");
}

function denoCheck(
  paths: readonly string[],
  config: string | undefined,
  env: Readonly<Record<string, string>> = {},
): Promise<{ code: number; output: string }> {
  return new Promise((done) => {
    const options = {
      cwd: dirname(paths[0]),
      env: { ...process.env, NO_COLOR: "1", ...env },
      maxBuffer: 1 << 26,
    };
    const args = ["check", ...(config ? ["--config", config] : []), ...paths];
    execFile(process.execPath, args, options, (error, stdout, stderr) => {
      done({ code: error ? Number(error.code) || 1 : 0, output: `${stderr}${stdout}` });
    });
  });
}
