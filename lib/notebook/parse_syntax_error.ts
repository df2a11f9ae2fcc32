import { transform } from "esbuild";

/** What a TypeScript parser says of a faulty text; offset in UTF-16 units. */
export interface LocatedFault {
  readonly message: string;
  readonly offset: number;
}

const NO_DECORATORS = "a decorator cannot be erased: call it as a function";
const NO_JSX = "JSX cannot be erased: make elements by document.createElement, or prose by md`…`";

/**
 * Asks esbuild where a text breaks: the type stripper says only that it does.
 * Starts esbuild's process (`stopBundler` ends it). Undefined when esbuild accepts the text, decorators excepted.
 */
export async function locateSyntaxError(text: string): Promise<LocatedFault | undefined> {
  try {
    await transform(text, { loader: "ts", logLevel: "silent" });
    const decorator = /(?<=^|[;{}]|\n)[ \t]*@[\w$]/.exec(text);
    return decorator ? { message: NO_DECORATORS, offset: text.indexOf("@", decorator.index) } : undefined;
  } catch (error) {
    const [first] = (error as { errors?: { text: string; location: Location | null }[] }).errors ?? [];
    if (!first?.location) return undefined;
    const jsx = await transform(text, { loader: "tsx", jsx: "preserve", logLevel: "silent" }).catch(() =>
      null
    );
    const { line, column } = first.location;
    const lines = text.split("\n");
    const before = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0);
    return {
      message: jsx ? NO_JSX : first.text.slice(0, 1).toLowerCase() + first.text.slice(1).replace(/:$/, ""),
      offset: before + utf16Column(lines[line - 1] ?? "", column),
    };
  }
}

interface Location {
  line: number;
  /** in bytes, from 0 */
  column: number;
}

function utf16Column(line: string, bytes: number): number {
  return new TextDecoder().decode(new TextEncoder().encode(line).subarray(0, bytes)).length;
}
