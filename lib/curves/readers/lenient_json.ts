/** JSON as Python writes it: with NaN, Infinity and -Infinity. */

/** What was read, or what is wrong, with the character at which it is. */
export type LenientJson =
  | { readonly value: unknown }
  | { readonly fault: string; readonly at: number };

/** Deeper data is no log. Levels. */
const DEEPEST = 64;

/** Thrown and caught in here; no Error, whose trace would take longer than reading. */
class Fault {
  constructor(readonly fault: string, readonly at: number) {}
}

const number = /-?(?:\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|Infinity)|NaN/y;
const space = /[ \t\n\r]*/y;
const plainText = /"[^"\\\p{Cc}]*"/uy;

/**
 * Reads JSON in which numbers may be `NaN`, `Infinity` or `-Infinity`. A key such as `__proto__` is a key like others.
 *
 * @param text the whole of it
 * @returns the value; a fault where it is no JSON, or deeper than 64 levels
 *
 * @example
 * ```ts
 * import { lenientJson } from "./lenient_json.ts";
 *
 * const read = lenientJson('{"loss": NaN}');
 * console.assert("value" in read && Number.isNaN((read.value as { loss: number }).loss));
 * ```
 */
export function lenientJson(text: string): LenientJson {
  try {
    const reader = new Reader(text), value = reader.value(0);
    reader.end();
    return { value };
  } catch (error) {
    if (error instanceof Fault) return { fault: error.fault, at: error.at };
    throw error;
  }
}

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
    this.#match(space);
  }

  end(): void {
    if (this.#at < this.#text.length) throw this.#unexpected();
  }

  value(depth: number): unknown {
    if (depth > DEEPEST) throw new Fault(`deeper than ${DEEPEST} levels`, this.#at);
    const first = this.#text[this.#at];
    if (first === "{") return this.#object(depth);
    if (first === "[") return this.#list(depth);
    if (first === '"') return this.#string();
    for (const [word, value] of [["true", true], ["false", false], ["null", null]] as const) {
      if (this.#text.startsWith(word, this.#at)) {
        this.#at += word.length;
        this.#match(space);
        return value;
      }
    }
    const written = this.#match(number);
    if (written === null) throw this.#unexpected();
    this.#match(space);
    return Number(written);
  }

  #object(depth: number): Record<string, unknown> {
    const entries: [string, unknown][] = [];
    this.#mark("{");
    if (this.#text[this.#at] !== "}") {
      do {
        const key = this.#string();
        this.#mark(":");
        entries.push([key, this.value(depth + 1)]);
      } while (this.#another());
    }
    this.#mark("}");
    return Object.fromEntries(entries);
  }

  #list(depth: number): unknown[] {
    const items: unknown[] = [];
    this.#mark("[");
    if (this.#text[this.#at] !== "]") {
      do items.push(this.value(depth + 1)); while (this.#another());
    }
    this.#mark("]");
    return items;
  }

  #string(): string {
    const start = this.#at, plain = this.#match(plainText);
    if (plain !== null) {
      this.#match(space);
      return plain.slice(1, -1);
    }
    if (this.#text[start] !== '"') throw this.#unexpected();
    let end = start + 1;
    while (end < this.#text.length && this.#text[end] !== '"') end += this.#text[end] === "\\" ? 2 : 1;
    if (end >= this.#text.length) throw new Fault("text that does not end", start);
    this.#at = end + 1;
    this.#match(space);
    try {
      return JSON.parse(this.#text.slice(start, end + 1));
    } catch {
      throw new Fault("invalid text", start);
    }
  }

  #another(): boolean {
    if (this.#text[this.#at] !== ",") return false;
    this.#mark(",");
    return true;
  }

  #mark(mark: string): void {
    if (this.#text[this.#at] !== mark) throw this.#unexpected();
    this.#at++;
    this.#match(space);
  }

  #match(pattern: RegExp): string | null {
    pattern.lastIndex = this.#at;
    const [written] = pattern.exec(this.#text) ?? [null];
    if (written !== null) this.#at += written.length;
    return written;
  }

  #unexpected(): Fault {
    const found = this.#text[this.#at];
    return new Fault(
      found === undefined ? "ends too early" : `unexpected ${JSON.stringify(found)}`,
      this.#at,
    );
  }
}

/** Whether something is an object with keys, and no list. */
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
