/** Lines that a reader pastes. */
import { basename } from "node:path";
import type { Manifest } from "../../lib/report/manifest.ts";
import { pathWord } from "../../lib/shell_word.ts";

/**
 * A command as it is typed in a clone of Plateau; paths count from where one stands.
 * @example
 * ```ts
 * import { plateauLine } from "./plateau_line.ts";
 * plateauLine("verify study.html"); // "deno task plateau verify study.html"
 * ```
 */
export const plateauLine = (words: string): string => `deno task plateau ${words}`;

/** The line that checks a file. @param path as it is typed */
export const verifyLine = (path: string): string => plateauLine(`verify ${pathWord(path)}`);

/** The name of a notebook's report, where no other is asked for. @param notebook its path */
export const reportName = (notebook: string): string => `${basename(notebook).replace(/\.ts$/, "")}.html`;

/** The name under which a report was written. */
export const writtenName = ({ file, notebook }: Pick<Manifest, "file" | "notebook">): string =>
  file ?? reportName(notebook);
