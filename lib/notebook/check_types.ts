import process from "node:process";
import { execFile } from "node:child_process";
import { dirname } from "node:path";
import { pathToFileURL } from "node:url";
import type { Cell, Diagnostic } from "./notebook.ts";
import { cellAtLine } from "./parse_lines.ts";

/** What the compiler says of a place, and where the text that it means ends. */
export interface TypeFault extends Diagnostic {
  readonly endColumn?: number;
}

type Lines = Pick<Cell, "id" | "name" | "line" | "endLine">;

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
  const { code, output } = await denoCheck(path, config ? ["--config", config] : [], env);
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
 * Reads what `deno check` prints: `TS2322 [ERROR]: message`, source lines, `at file:///…:line:column`.
 *
 * @param url errors elsewhere are put at line 1 and name their file
 */
export function parseTypeErrors(output: string, url: string, cells: readonly Lines[] = []): TypeFault[] {
  // deno-lint-ignore no-control-regex
  const plain = output.replace(/\x1b\[[0-9;]*m/g, "");
  const block = /^(TS\d+) \[ERROR\]: ([\s\S]*?)\n\s+at (\S+):(\d+):(\d+)$/gm;
  return [...plain.matchAll(block)].map(([, code, body, file, line, column]): TypeFault => {
    const message = messageOf(body.split("\n"));
    const elsewhere = { line: 1, column: 1, message: `${file}:${line}: ${message}`, cells: [] };
    if (file !== url) return { level: "error", code, ...elsewhere };
    const cell = cellAtLine(cells, Number(line));
    return {
      level: "error",
      line: Number(line),
      column: Number(column),
      endColumn: Number(column) + underlined(body),
      code,
      message: cell ? `cell ${cell.name}: ${message}` : message,
      cells: cell ? [cell.id] : [],
    };
  });
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
  path: string,
  args: string[],
  env: Readonly<Record<string, string>>,
): Promise<{ code: number; output: string }> {
  return new Promise((done) => {
    const options = {
      cwd: dirname(path),
      env: { ...process.env, NO_COLOR: "1", ...env },
      maxBuffer: 1 << 26,
    };
    execFile(process.execPath, ["check", ...args, path], options, (error, stdout, stderr) => {
      done({ code: error ? Number(error.code) || 1 : 0, output: `${stderr}${stdout}` });
    });
  });
}
