import { stripTypeScriptTypes } from "node:module";
import { type ModuleDeclaration, Parser, type Statement } from "acorn";

export interface LineComment {
  /** without the slashes */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

export interface Syntax {
  /** the text without its types, of the same length: an offset in one is an offset in the other */
  readonly script: string;
  readonly body: readonly (Statement | ModuleDeclaration)[];
  readonly comments: readonly LineComment[];
}

/** A text that is not TypeScript, or not the part of it that runs by erasing types. */
export class SyntaxFault extends Error {
  override readonly name = "SyntaxFault";
  /** offset: where in the text, when the parser says it */
  constructor(message: string, readonly offset?: number) {
    super(message);
  }
}

/** What to write instead of the TypeScript that cannot be erased: [what the stripper says, our words]. */
const NOT_ERASABLE: readonly (readonly [RegExp, string])[] = [
  [/\benum\b/, "an enum cannot be erased: write `const Name = { A: 0, B: 1 } as const`"],
  [/\bnamespace\b|\bmodule\b/, "a namespace cannot be erased: write a plain object, or a module of its own"],
  [
    /parameter property/,
    "a parameter property cannot be erased: declare the field and assign it in the constructor",
  ],
  [/angle-bracket/, "a `<T>value` assertion cannot be erased: write `value as T`"],
  [/import equals/, '`import x = …` cannot be erased: write `import x from "…"`'],
  [/export assignment/, "`export = …` cannot be erased: write `export const`"],
];

/** Two cells that declare one name are the graph's error, worded with both cells: let the parser pass over it. */
const NotebookParser = Parser.extend((Base) => {
  const base = Base.prototype as unknown as { raiseRecoverable(offset: number, message: string): void };
  class Lenient extends Base {
    declare scopeStack: unknown[];
    raiseRecoverable(offset: number, message: string): void {
      const twice = /has already been declared|^Duplicate export/.test(message);
      if (!(twice && this.scopeStack.length === 1)) base.raiseRecoverable.call(this, offset, message);
    }
  }
  return Lenient as unknown as typeof Base;
});

/**
 * Erases the types of a module and parses it.
 *
 * @throws {SyntaxFault} with the offset where the parser gives one
 */
export function syntax(text: string): Syntax {
  const script = strip(text);
  const comments: LineComment[] = [];
  try {
    const program = NotebookParser.parse(script, {
      ecmaVersion: "latest",
      sourceType: "module",
      onComment: (block, _text, start, end) => {
        if (!block) comments.push({ text: text.slice(start + 2, end).trimEnd(), start, end });
      },
    });
    return { script, body: program.body, comments };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const { pos } = error as SyntaxError & { pos?: number };
    throw new SyntaxFault(lowerFirst(error.message.replace(/ \(\d+:\d+\)$/, "")), pos);
  }
}

/** Parses a module that is only read, not cut: what cannot be erased is rewritten, and offsets are its own. */
export function moduleSyntax(text: string): Pick<Syntax, "body"> {
  try {
    const script = stripTypeScriptTypes(text, { mode: "transform" });
    return { body: NotebookParser.parse(script, { ecmaVersion: "latest", sourceType: "module" }).body };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new SyntaxFault(moduleFault(error.message));
  }
}

/** `expression expected (line 1, column 44)`: what comes after the first line draws the place, in a file of no name. */
function moduleFault(message: string): string {
  const [, line, column] = /(?:at file:\S*?:| \()(\d+):(\d+)\)?$/.exec(message) ?? [];
  const words = message.split("\n")[0].replace(/^\[InvalidSyntax\] |^SyntaxError: /g, "")
    .replace(/^SyntaxError: | at file:\S*$| \(\d+:\d+\)$/g, "").trim();
  return `${lowerFirst(words)}${line === undefined ? "" : ` (line ${line}, column ${column})`}`;
}

function strip(text: string): string {
  try {
    const script = stripTypeScriptTypes(text);
    if (script.length !== text.length) throw new SyntaxFault("types could not be erased in place");
    return script;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const [, message, line, column] = /^(.*?)(?: at file:\S*?:(\d+):(\d+))?$/s.exec(error.message)!;
    const known = NOT_ERASABLE.find(([pattern]) => pattern.test(message));
    const offset = line === undefined ? undefined : offsetOf(text, Number(line), Number(column));
    throw new SyntaxFault(known?.[1] ?? lowerFirst(message.replace(/^\[InvalidSyntax\] /, "")), offset);
  }
}

function offsetOf(text: string, line: number, column: number): number {
  let start = 0;
  for (let n = 1; n < line; n++) start = text.indexOf("\n", start) + 1;
  return start + column - 1;
}

const lowerFirst = (text: string): string => text.slice(0, 1).toLowerCase() + text.slice(1);
