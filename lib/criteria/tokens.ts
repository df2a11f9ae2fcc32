/** Cuts the text of a policy into tokens. */
import { shown } from "../durations.ts";

/** A fault in a text, with where it is. */
export class TextError extends Error {
  override readonly name = "TextError";
  /**
   * @param line from 1
   * @param column from 1
   */
  constructor(readonly fault: string, readonly line: number, readonly column: number) {
    super(`${fault} (${line}:${column})`);
  }
}

export interface Token {
  /** `mark` is one of `( ) , : ;` and `end` the end of the text */
  readonly type: "name" | "quoted" | "number" | "mark" | "end";
  /** as written; of a quoted name what is inside the quotes */
  readonly text: string;
  readonly line: number;
  readonly column: number;
}

/** No policy that people write is longer. Characters. */
const LONGEST = 10_000;

const patterns: readonly [Token["type"] | "space", RegExp][] = [
  ["space", /\s+/y],
  ["number", /-?(?:\d[\d_]*(?:\.[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?\d+)?(?![A-Za-z0-9_.])/y],
  ["name", /[A-Za-z_][A-Za-z0-9_.\/-]*/y],
  ["quoted", /"(?:[^"\\\n]|\\.)*"/y],
  ["mark", /[(),:;]/y],
];

/**
 * The tokens of a text, with one of type `end` at its end.
 * @throws TextError `unexpected "%" (1:9)`
 */
export function tokens(text: string): Token[] {
  if (text.length > LONGEST) {
    throw new TextError(`text of ${text.length} characters (at most ${LONGEST})`, 1, 1);
  }
  const found: Token[] = [];
  let at = 0, line = 1, lineStart = 0;
  while (at < text.length) {
    const column = at - lineStart + 1;
    const [type, written] = match(text, at);
    if (type === null) throw new TextError(`unexpected ${shown(written)}`, line, column);
    if (type === "space") {
      for (let i = 0; i < written.length; i++) {
        if (written[i] === "\n") [line, lineStart] = [line + 1, at + i + 1];
      }
    } else {found.push({
        type,
        text: type === "quoted" ? unquoted(written, line, column) : written,
        line,
        column,
      });}
    at += written.length;
  }
  return [...found, { type: "end", text: "", line, column: at - lineStart + 1 }];
}

function match(text: string, at: number): [Token["type"] | "space" | null, string] {
  for (const [type, pattern] of patterns) {
    pattern.lastIndex = at;
    const [written] = pattern.exec(text) ?? [];
    if (written) return [type, written];
  }
  return [null, text[at]];
}

function unquoted(written: string, line: number, column: number): string {
  try {
    return JSON.parse(written);
  } catch {
    throw new TextError(`invalid quoted name: ${written}`, line, column);
  }
}
