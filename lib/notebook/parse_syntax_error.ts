import { transform } from "esbuild";

/** What a TypeScript parser says of a faulty text; offset in UTF-16 units. */
export interface LocatedFault {
  readonly message: string;
  readonly offset: number;
}

/**
 * Asks esbuild where a text breaks: the type stripper says only that it does.
 * Starts esbuild's process (`stopBundler` ends it). Undefined when esbuild accepts the text.
 */
export async function locateSyntaxError(text: string): Promise<LocatedFault | undefined> {
  try {
    await transform(text, { loader: "ts", logLevel: "silent" });
    return undefined;
  } catch (error) {
    const [first] = (error as { errors?: { text: string; location: Location | null }[] }).errors ?? [];
    if (!first?.location) return undefined;
    const { line, column } = first.location;
    const lines = text.split("\n");
    const before = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0);
    return {
      message: first.text.slice(0, 1).toLowerCase() + first.text.slice(1),
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
