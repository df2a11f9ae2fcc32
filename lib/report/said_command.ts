/** The line of a report that makes it again: whether it says what the report itself says. */
import { sameData } from "../notebook/codec.ts";
import { fromText } from "../notebook/input_words.ts";
import { type EngineName, engineNamed } from "../engine/engine_choice.ts";
import { saysTf32 } from "../engine/xla/gpu_options.ts";
import type { Input } from "../notebook/inputs.ts";
import type { Manifest } from "./manifest.ts";
import type { Recording } from "./recording.ts";

/** What a line of `plateau export` asks for. */
export interface SaidCommand {
  /** undefined where it names none */
  readonly engine?: EngineName;
  /** of a GPU's products. Default false */
  readonly tf32?: boolean;
  /** the file that it writes; undefined: the notebook's own name */
  readonly name?: string;
  readonly set: Readonly<Record<string, string>>;
  readonly read: readonly string[];
  readonly strict: boolean;
}

/** Writes such a line for a notebook, by its path from the folder of the project. */
export type CommandLine = (said: SaidCommand, notebook: string) => string;

const UNTOLD = / # no word says what was chosen for ([^\s,]+(?:, [^\s,]+)*)$/;
/** A word as a shell reads it: plain, in quotes, or in quotes with letters by number. */
const WORD = /\$'(?:[^'\\]|\\.)*'|(?:'[^']*'|\\'|[^\s'\\])+/g;

/**
 * Whether the line is the one that is written for this notebook, its engine and the inputs that it has. The folders that
 * it lets cells read are those of another machine, and are not looked at.
 *
 * @param inputs what the inputs are, by name, as the sources gave them; undefined where they are not known
 */
export function isOwnCommand(
  { command, notebook, file, on }: Pick<Manifest, "command" | "notebook" | "file" | "on">,
  { inputs: values }: Pick<Recording, "inputs">,
  inputs: ReadonlyMap<string, Input> | undefined,
  line: CommandLine,
): boolean {
  const untold = UNTOLD.exec(command)?.[1].split(", ") ?? [], plain = command.replace(UNTOLD, "");
  const said = saidIn(plain);
  if (said === null || line({ ...said, name: file }, notebook) !== plain) return false;
  if ((said.engine ?? "none") !== on.engine && on.engine !== "none") return false;
  if ((said.tf32 ?? false) !== saysTf32(on.version)) return false;
  const told = Object.entries(said.set);
  if (![...untold, ...told.map(([name]) => name)].every((name) => Object.hasOwn(values, name))) return false;
  return inputs === undefined ||
    told.every(([name, word]) => isValue(inputs.get(name), word, name, values[name]));
}

/** What a line says; null for one that is no line of `plateau export`. */
function saidIn(line: string): SaidCommand | null {
  const words = (line.match(WORD) ?? []).map(unquoted), set: Record<string, string> = {}, read: string[] = [];
  const begin = words.indexOf("export");
  if (begin === -1) return null;
  let strict = false, tf32 = false, engine: EngineName | undefined;
  for (let i = begin + 2; i < words.length; i++) {
    if (words[i] === "--strict") strict = true;
    else if (words[i] === "--tf32") tf32 = true;
    else if (words[i] === "-o") i++;
    else if (words[i] === "--engine") {
      const named = engineNamed(words[i + 1] ?? "");
      if (named === null) return null;
      engine = named;
      i++;
    } else if (words[i] === "--allow-read") read.push(words[++i] ?? "");
    else if (words[i] === "--set") {
      const [, name, word] = /^([^=]*)=([^]*)$/.exec(words[++i] ?? "") ?? [];
      if (name === undefined) return null;
      set[name] = word;
    } else return null;
  }
  return { engine, tf32, set, read, strict };
}

const CODES: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t" };

function unquoted(word: string): string {
  if (!word.startsWith("$'")) return word.replaceAll(/'([^']*)'|\\'/g, (_, inside) => inside ?? "'");
  return word.slice(2, -1).replaceAll(
    /\\(?:U([0-9A-F]{8})|(.))/g,
    (_, code, letter) =>
      code === undefined
        ? CODES[letter] ?? letter
        : String.fromCodePoint(Math.min(parseInt(code, 16), 0x10ffff)),
  );
}

function isValue(input: Input | undefined, word: string, name: string, value: unknown): boolean {
  try {
    return input !== undefined && sameData(fromText(input, word, name), value);
  } catch {
    return false; // not a word for it
  }
}
