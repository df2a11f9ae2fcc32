/** The line that makes a report again. */
import { basename } from "node:path";
import type { RecordOptions } from "../../lib/report/record_options.ts";

/**
 * `plateau export notebooks/a.ts -o a.html --engine wasm --set patience=8`, for a shell.
 * @param notebook path from the folder of the project
 * @example
 * ```ts
 * import { exportCommandLine } from "./export_command_line.ts";
 * exportCommandLine({ engine: "wasm", set: { name: "a b" } }, "a.ts"); // "plateau export a.ts -o a.html --engine wasm --set 'name=a b'"
 * ```
 */
export function exportCommandLine(
  { engine, set = {}, values = {} }: Pick<RecordOptions, "engine" | "set" | "values">,
  notebook: string,
): string {
  const words = new Map([...Object.entries(values), ...Object.entries(set)]);
  const inputs = [...words].flatMap(([name, value]) => ["--set", `${name}=${value}`]);
  const output = `${basename(notebook).replace(/\.ts$/, "")}.html`;
  const line = [
    "plateau",
    "export",
    notebook.replaceAll("\\", "/"),
    "-o",
    output,
    "--engine",
    engine,
    ...inputs,
  ];
  return line.map(quoted).join(" ");
}

/** Only what a shell would read otherwise is quoted. */
const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
