/** The line that makes a report again. */
import { toText } from "../../lib/notebook/input_words.ts";
import type { Input } from "../../lib/notebook/inputs.ts";
import type { RecordOptions } from "../../lib/report/record_options.ts";
import { plateauLine, reportName } from "./plateau_line.ts";
import { fitsShell, pathWord, shellWord } from "../../lib/shell_word.ts";

interface Asked extends Pick<RecordOptions, "set" | "values" | "read" | "strict"> {
  /** undefined where none was needed: the line then names none */
  readonly engine?: RecordOptions["engine"];
  /** of a GPU's products. Default false */
  readonly tf32?: boolean;
  /** name of the report's file; default the notebook's with .html */
  readonly name?: string;
}

/**
 * `deno task plateau export a.ts -o a.html --engine wasm --set patience=8`, for a shell. Where no word stands for a value
 * that was chosen in a page, a comment at its end says of which input.
 * @param notebook path from the folder of the project
 * @param inputs what the inputs are that `values` are of, by name
 * @throws InvalidInput for a value that its input cannot have
 * @example
 * ```ts
 * import { exportCommandLine } from "./export_command_line.ts";
 * exportCommandLine({ engine: "wasm", set: { name: "a b" } }, "a.ts"); // "deno task plateau export a.ts -o a.html --engine wasm --set 'name=a b'"
 * ```
 */
export function exportCommandLine(
  { engine, tf32 = false, name, set = {}, values = {}, read = [], strict = false }: Asked,
  notebook: string,
  inputs: ReadonlyMap<string, Input> = new Map(),
): string {
  const chosen = Object.entries(values).map(([name, value]) => {
    const input = inputs.get(name);
    return [name, input && toText(input, value)] as const;
  });
  const words = [...new Map<string, string | undefined>([...chosen, ...Object.entries(set)])];
  const told = words.filter(([, word]) => word !== undefined && fitsShell(word));
  const untold = words.filter((each) => !told.includes(each)).map(([name]) => name);
  const line = [
    ...["export", pathWord(notebook.replaceAll("\\", "/"))],
    ...["-o", pathWord(name ?? reportName(notebook))],
    ...(engine === undefined ? [] : ["--engine", engine, ...(tf32 ? ["--tf32"] : [])]),
    ...told.flatMap(([name, word]) => ["--set", shellWord(`${name}=${word}`)]),
    ...read.flatMap((path) => ["--allow-read", pathWord(path)]),
    ...(strict ? ["--strict"] : []),
  ];
  if (untold.length > 0) line.push(`# no word says what was chosen for ${untold.join(", ")}`);
  return plateauLine(line.join(" "));
}
