/** Dicts as Python prints them. */
import { loggedNumber } from "./logged_number.ts";

/** Deeper dicts are no records. Levels. */
const DEEPEST = 16;

const space = /\s*/y;
/** a number, a word, or a call such as `np.float64(0.5)` or `tensor(0.5, device='cuda:0')` */
const bare = /[^\s,:{}()\[\]'"]+/y;

/** A dict, and the character after it. */
export interface PythonDict {
  readonly value: ReadonlyMap<string, unknown>;
  readonly end: number;
}

/**
 * Reads `{'loss': 0.5, 'epoch': 1.33}`. Values are numbers, texts, dicts (as maps), or null for all else; a number in a
 * call (`np.float64(0.5)`) is that number.
 *
 * @param text where it stands in
 * @param start the character with its brace
 * @returns null where no whole dict begins
 *
 * @example
 * ```ts
 * import { pythonDict } from "./python_dict.ts";
 *
 * const dict = pythonDict("{'loss': nan}", 0);
 * console.assert(Number.isNaN(dict?.value.get("loss")));
 * ```
 */
export function pythonDict(text: string, start: number): PythonDict | null {
  const reader = new Reader(text, start), value = reader.dict(0);
  return value && { value, end: reader.at };
}

/** Each method gives undefined, or null for a dict, where what it reads is not there: the whole is given up then. */
class Reader {
  readonly #text: string;
  at: number;

  constructor(text: string, at: number) {
    this.#text = text;
    this.at = at;
  }

  dict(depth: number): Map<string, unknown> | null {
    const entries = new Map<string, unknown>();
    if (depth > DEEPEST || !this.#mark("{")) return null;
    while (!this.#mark("}")) {
      const key = this.#string();
      if (key === undefined || !this.#mark(":")) return null;
      const value = this.#value(depth);
      if (value === undefined) return null;
      entries.set(key, value);
      if (!this.#mark(",") && this.#text[this.at] !== "}") return null;
    }
    return entries;
  }

  #value(depth: number): unknown {
    const first = this.#text[this.at];
    if (first === "{") return this.dict(depth + 1) ?? undefined;
    if (first === "'" || first === '"') return this.#string();
    if (first === "[" || first === "(") return this.#bracket() ? null : undefined;
    const word = this.#match(bare);
    if (word === null) return undefined;
    this.#match(space);
    if (this.#text[this.at] !== "(") return loggedNumber(word);
    const inner = this.at + 1;
    if (!this.#bracket()) return undefined;
    const [argument] = this.#text.slice(inner, this.at).split(/[,)]/, 1);
    return loggedNumber(argument);
  }

  /** Passes over brackets and what is in them. */
  #bracket(): boolean {
    let open = 0;
    for (; this.at < this.#text.length; this.at++) {
      const character = this.#text[this.at];
      if (character === "'" || character === '"') {
        if (this.#string() === undefined) return false;
        this.at--;
      } else if ("([{".includes(character)) open++;
      else if (")]}".includes(character) && --open === 0) {
        this.at++;
        this.#match(space);
        return true;
      }
    }
    return false;
  }

  #string(): string | undefined {
    const quote = this.#text[this.at];
    if (quote !== "'" && quote !== '"') return undefined;
    let end = this.at + 1;
    while (end < this.#text.length && this.#text[end] !== quote) end += this.#text[end] === "\\" ? 2 : 1;
    if (end >= this.#text.length) return undefined;
    const inner = this.#text.slice(this.at + 1, end);
    this.at = end + 1;
    this.#match(space);
    return inner.includes("\\") ? inner.replaceAll(/\\(.)/gs, "$1") : inner;
  }

  #mark(mark: string): boolean {
    if (this.#text[this.at] !== mark) return false;
    this.at++;
    this.#match(space);
    return true;
  }

  #match(pattern: RegExp): string | null {
    pattern.lastIndex = this.at;
    const [written] = pattern.exec(this.#text) ?? [null];
    if (written !== null) this.at += written.length;
    return written;
  }
}
